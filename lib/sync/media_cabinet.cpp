#include "sync/media_cabinet.hpp"

#include "model/digest.hpp"
#include "review/image_rules.hpp"

#include <fstream>
#include <sstream>

namespace listingd::sync {

namespace {

constexpr duration url_life{24 * 3'600'000}; // then a URL is asked again whether its picture has changed
constexpr duration silence{10 * 60'000};     // of a host that did not answer: each attempt costs its whole timeout

bool is_url(const std::string& ref) {
  return ref.find("://") != std::string::npos;
}

std::string host_of(const std::string& url) {
  const auto begin = url.find("://") + 3;
  return url.substr(begin, url.find_first_of("/?#", begin) - begin);
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return std::move(out).str();
}

/// Written beside and renamed, so that a half-written file is never taken for the original.
void write_file(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  const auto part = path.string() + "." + random_uuid() + ".part";
  {
    std::ofstream file(part, std::ios::binary);
    file << bytes;
    file.flush();
    if (!file) throw std::runtime_error("cannot write " + part);
  }
  std::filesystem::rename(part, path);
}

violation media_violation(const draft_media& medium, std::string code, std::string reason) {
  const bool missing = code == "image_missing";
  return {.origin = violation_origin::preflight,
          .klass =
              medium.use == media_use::document || medium.use == media_use::certificate_image ? "certificate" : "image",
          .code = std::move(code),
          .position = std::string(name_of(medium.use)) + " " + medium.ref,
          .reason = std::move(reason),
          .suggestion = missing ? "Put the file where the record says, or correct the reference in the PIM."
                                : "Replace the picture in the PIM with a larger or undamaged one.",
          .who = actor::product_team,
          .evidence = nullptr};
}

std::string file_name_of(const draft_media& medium) {
  if (!medium.name.empty()) return medium.name;
  const auto slash = medium.ref.find_last_of('/');
  return slash == std::string::npos ? medium.ref : medium.ref.substr(slash + 1);
}

} // namespace

std::filesystem::path media_cabinet::path_of(const std::string& sha256) const {
  return with_.settings.media_directory / sha256.substr(0, 2) / sha256;
}

task<result<std::string>> media_cabinet::original_of(const listing_ref& about, std::string ref) {
  const auto from = with_.sources.find(about.source);
  if (from == with_.sources.end())
    co_return our_bug("source " + about.source.text(), "source_not_configured",
                      "the source is not configured any more");
  auto known = co_await with_.db.media_reference(about.source, ref);
  if (known && !co_await holds(known->sha256)) known.reset();
  if (known && stands(*known, ref)) co_return known->sha256;
  auto fetched = co_await from->second->fetch_media(ref, known ? known->validator : "");
  if (fetched && fetched->unchanged && known) {
    if (is_url(ref)) co_await with_.db.put_media_reference(about.source, ref, *known, with_.time.now());
    co_return known->sha256;
  }
  if (fetched) co_return co_await keep(about.source, ref, std::move(*fetched));
  if (!known || fetched.error().kind != error_kind::retry) co_return std::unexpected(fetched.error());
  give_up_for_now(ref, fetched.error());
  co_return known->sha256;
}

task<std::string> media_cabinet::keep(source_name from, std::string ref, fetched_media fetched) {
  const auto bytes = std::make_shared<const std::string>(std::move(fetched.bytes));
  auto sha256 = co_await async::on_pool(with_.media_pool, [this, bytes] {
    auto hash = sha256_hex(*bytes);
    if (!std::filesystem::exists(path_of(hash))) write_file(path_of(hash), *bytes);
    return hash;
  });
  stored_media now_known{.sha256 = sha256, .validator = fetched.validator, .checked_at = {}};
  co_await with_.db.put_media_reference(from, ref, std::move(now_known), with_.time.now());
  co_return sha256;
}

task<bool> media_cabinet::holds(std::string sha256) {
  const auto path = path_of(sha256);
  co_return co_await async::on_pool(with_.media_pool, [path] { return std::filesystem::exists(path); });
}

bool media_cabinet::stands(const stored_media& known, const std::string& url) const {
  if (!is_url(url)) return false;
  const auto now = with_.time.now();
  if (known.checked_at && now < *known.checked_at + url_life) return true;
  const auto until = silent_.find(host_of(url));
  return until != silent_.end() && now < until->second;
}

void media_cabinet::give_up_for_now(const std::string& ref, const error& why) {
  const auto now = with_.time.now();
  with_.log("warning", "media_not_checked", {{"problem", why.text()}});
  std::erase_if(silent_, [&](const auto& one) { return one.second <= now; });
  if (is_url(ref)) silent_[host_of(ref)] = now + silence;
}

task<result<image_facts>> media_cabinet::facts_of(std::string sha256, std::string ref) {
  if (auto known = co_await with_.db.media_facts(sha256)) co_return *known;
  auto probed = co_await async::on_pool(
      with_.media_pool, [this, sha256, ref] { return with_.pictures.probe(read_file(path_of(sha256)), ref); });
  if (probed) co_await with_.db.put_media_facts(sha256, *probed);
  co_return probed;
}

task<result<media_state>> media_cabinet::prepare(const listing_ref& about, const shop_setting& setting,
                                                 std::string region, const std::vector<repair>& repairs,
                                                 draft& wanted) {
  media_state out;
  std::map<std::string, result<std::string>> asked; // several variants may show the same picture
  for (auto* medium : wanted.media()) {
    if (!asked.contains(medium->ref)) {
      auto found = co_await original_of(about, medium->ref);
      asked.emplace(medium->ref, std::move(found));
    }
    const auto& original = asked.at(medium->ref);
    if (!original) {
      if (original.error().kind == error_kind::retry || original.error().kind == error_kind::bug)
        co_return std::unexpected(original.error());
      out.violations.push_back(media_violation(*medium, "image_missing", original.error().text()));
      continue;
    }
    medium->original_sha256 = *original;
    if (medium->use != media_use::document) {
      auto facts = co_await facts_of(*original, medium->ref);
      if (!facts) {
        out.violations.push_back(media_violation(*medium, facts.error().code, facts.error().text()));
        continue;
      }
      if (const int side = std::min(facts->width, facts->height);
          medium->use == media_use::main_image && (out.smallest_short_side == 0 || side < out.smallest_short_side))
        out.smallest_short_side = side;
      const auto limits = review::limits_for(medium->use, region, setting.profile->image_overrides(), repairs);
      const auto judged = with_.pictures.judge(*facts, limits);
      if (!judged.problem_code.empty())
        out.violations.push_back(media_violation(*medium, judged.problem_code, judged.problem));
      medium->operations = judged.operations;
    }
    if (auto uri = co_await with_.db.media_upload(about.shop, medium->use, medium->content_key()))
      medium->uri = *uri;
    else
      out.uploaded = false;
  }
  co_return out;
}

task<result<bool>> media_cabinet::upload_next(const listing_ref& about, draft& wanted) {
  for (auto* medium : wanted.media()) {
    if (!medium->uri.empty()) continue;
    const auto use = medium->use;
    if (auto uri = co_await with_.db.media_upload(about.shop, use, medium->content_key())) {
      medium->uri = *uri; // of another variant or product that shows the same
      continue;
    }
    const auto sha256 = medium->original_sha256;
    const auto operations = medium->operations;
    const auto ref = medium->ref;
    auto bytes = co_await async::on_pool(with_.media_pool, [this, sha256, operations, ref]() -> result<std::string> {
      auto original = read_file(path_of(sha256));
      if (operations.empty()) return original;
      return with_.pictures.correct(original, operations, ref);
    });
    if (!bytes) co_return std::unexpected(bytes.error());
    const auto name = file_name_of(*medium);
    const auto content = std::make_shared<const std::string>(std::move(*bytes));
    auto uploaded = co_await tokens_.call<uploaded_media>(about.shop, [this, use, name, content](shop_access access) {
      return use == media_use::document ? with_.tiktok.upload_document(access, *content, name)
                                        : with_.tiktok.upload_image(access, use, *content, name);
    });
    if (!uploaded) co_return std::unexpected(uploaded.error());
    medium->uri = uploaded->uri;
    co_await with_.db.put_media_upload(about.shop, use, medium->content_key(), uploaded->uri, with_.time.now());
    co_return true;
  }
  co_return false;
}

} // namespace listingd::sync
