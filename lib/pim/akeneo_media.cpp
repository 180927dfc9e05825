#include "pim/akeneo_media.hpp"

#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

constexpr std::string_view by_length = "length:";
constexpr std::string_view of_an_asset = "asset-media-files/";

/// The path below the API's root with each segment encoded; nothing when the code could lead elsewhere.
std::optional<std::string> encoded(std::string_view code) {
  std::string out;
  for (bool more = true; more;) {
    const auto segment = code.substr(0, code.find('/'));
    if (segment.empty() || segment == "." || segment == "..") return std::nullopt;
    out += "/" + net::percent_encode(segment);
    more = segment.size() < code.size();
    code.remove_prefix(std::min(code.size(), segment.size() + 1));
  }
  return out;
}

std::optional<std::string> target_of(const akeneo_options& options, std::string_view ref) {
  const bool asset = ref.starts_with(of_an_asset);
  const auto path = encoded(asset ? ref.substr(of_an_asset.size()) : ref);
  if (!path) return std::nullopt;
  if (options.flavour == akeneo_flavour::unopim) return "/storage" + *path;
  return asset ? "/api/rest/v1/asset-media-files" + *path : "/api/rest/v1/media-files" + *path + "/download";
}

std::unexpected<error> as_media_problem(error problem, const std::string& ref) {
  if (problem.code == "not_found") return bad_data(ref, "media_missing", "the PIM has no such file");
  if (problem.code == "forbidden") return bad_data(ref, "media_refused", problem.message);
  if (problem.code == "too_large") return bad_data(ref, "media_refused", problem.message);
  return std::unexpected(std::move(problem));
}

std::string validator_of(const net::http_response& answer) {
  const auto tag = net::header(answer.headers, "ETag");
  return tag.empty() ? fmt::format("{}{}", by_length, answer.body.size()) : std::string(tag);
}

/// Whether the file still has that length; any doubt is a no.
task<result<bool>> still_as_long(akeneo_session& session, std::string target, std::string length) {
  akeneo_call look{.method = "HEAD", .target = std::move(target), .headers = {}};
  const auto answer = co_await session.send(std::move(look));
  if (!answer && answer.error().kind == error_kind::retry) co_return std::unexpected(answer.error());
  co_return answer && !length.empty() && net::header(answer->headers, "Content-Length") == length;
}

} // namespace

task<result<sync::fetched_media>> fetch_akeneo_media(akeneo_session& session, const akeneo_options& options,
                                                     std::string ref, std::string validator) {
  if (ref.empty()) co_return bad_data("media", "media_missing", "the reference is empty");
  if (ref.find("://") != std::string::npos)
    co_return co_await fetch_by_url(options.fetch, std::move(ref), std::move(validator));
  if (ref.starts_with("asset-families/"))
    co_return bad_data(ref, "media_missing", "the PIM has no such asset, or it has no main media");
  const auto target = target_of(options, ref);
  if (!target) co_return bad_data(ref, "media_refused", "is no code of a file");
  const bool length_known = validator.starts_with(by_length);
  if (length_known) {
    const auto same = co_await still_as_long(session, *target, validator.substr(by_length.size()));
    if (!same) co_return std::unexpected(same.error());
    if (*same) co_return sync::fetched_media{.unchanged = true, .bytes = {}, .validator = std::move(validator)};
  }
  akeneo_call load{.target = *target, .headers = {}, .body_limit = options.largest_medium};
  if (!length_known && !validator.empty()) load.headers.emplace_back("If-None-Match", validator);
  auto answer = co_await session.send(std::move(load));
  if (!answer) co_return as_media_problem(answer.error(), ref);
  if (answer->status == 304)
    co_return sync::fetched_media{.unchanged = true, .bytes = {}, .validator = std::move(validator)};
  auto now = validator_of(*answer);
  co_return sync::fetched_media{.bytes = std::move(answer->body), .validator = std::move(now)};
}

} // namespace listingd::pim
