#include "config/load.hpp"

#include "config/addresses.hpp"
#include "config/read_section.hpp"
#include "config/read_source.hpp"
#include "config/read_values.hpp"
#include "config/secret_files.hpp"
#include "mapping/nearest.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <spdlog/fmt/fmt.h>
#include <tuple>

namespace listingd::config {

namespace {

namespace fs = std::filesystem;

/// Names go into paths, tables and messages.
bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

class loading {
public:
  loading(const fs::path& path, const toml::table& root)
      : root_(root), base_(fs::absolute(path).parent_path()), mistakes_(path.string(), found_) {
    out_.file = path;
  }

  reading run() {
    mistakes_.unknown_keys(root_, section_names(), "the configuration");
    read_database();
    read_public();
    read_operator();
    read_secrets();
    read_tiktok();
    read_rhythm();
    for (const auto* table : tables("app")) read_app(read_section("app", table, mistakes_));
    for (const auto* table : tables("source")) read_one_source(*table);
    for (const auto* table : tables("shop")) read_shop(read_section("shop", table, mistakes_));
    std::ranges::sort(found_, {},
                      [](const config_mistake& one) { return std::tie(one.line, one.column, one.message); });
    std::ranges::move(others_, std::back_inserter(found_));
    return {.found = std::move(out_), .mistakes = std::move(found_)};
  }

private:
  read_section section(std::string_view name) {
    const auto* node = root_.get(name);
    if (node != nullptr && node->as_table() == nullptr)
      mistakes_.at(*node, fmt::format("'{}' must be one table, [{}], not {}", name, name, mapping::kind_of(*node)));
    return {name, node == nullptr ? nullptr : node->as_table(), mistakes_};
  }

  std::vector<const toml::table*> tables(std::string_view name) {
    std::vector<const toml::table*> out;
    const auto* node = root_.get(name);
    if (node == nullptr) return out;
    const auto* list = node->as_array();
    if (list == nullptr)
      mistakes_.at(*node, fmt::format("each {} is a table of its own, written [[{}]]", name, name));
    else
      for (const auto& item : *list) {
        if (const auto* table = item.as_table())
          out.push_back(table);
        else
          mistakes_.at(item, fmt::format("each {} is a table of its own, written [[{}]]", name, name));
      }
    return out;
  }

  fs::path path(const read_section& from, std::string_view key) { return path_of(from, key, from.text(key), base_); }
  secret secret_in(const read_section& from, std::string_view key, const std::string& written) {
    return secret_of(from, key, written, base_);
  }

  /// The section's name, when it is one and no other section of its kind has it.
  std::string name(const read_section& from, std::string_view key, std::set<std::string>& taken) {
    const auto& text = from.text(key);
    if (text.empty()) return text;
    if (!taken.insert(text).second) from.mistake(key, fmt::format("{} '{}' is there already", key, text));
    if (!is_name(text))
      from.mistake(key, fmt::format("'{}' may hold letters, digits, '-', '_' and '.' only, not '{}'", key, text));
    return text;
  }

  void read_database() {
    const auto from = section("database");
    out_.migrate_on_start = from.flag("migrate_on_start");
    const auto& written = from.text("url");
    const char* stand_in = std::getenv("LISTINGD_DATABASE_URL"); // NOLINT(concurrency-mt-unsafe): nobody sets it
    const bool replaced = stand_in != nullptr && *stand_in != '\0';
    const std::string text = replaced ? stand_in : written;
    const bool uri = text.starts_with("postgresql://") || text.starts_with("postgres://");
    if (uri || text.find('=') != std::string::npos)
      out_.database_url = text;
    else if (replaced) // the text may hold a password: not repeated
      from.mistake("url", "LISTINGD_DATABASE_URL must be a libpq URI (postgresql://...) or key=value text");
    else if (!written.empty())
      from.mistake("url", "'url' must be a libpq URI (postgresql://...) or key=value text");
    else if (from.table() == nullptr || from.table()->get("url") == nullptr || from.table()->get("url")->is_string())
      from.mistake("url", "[database] has no url (nor is LISTINGD_DATABASE_URL set): a libpq URI or key=value text");
  }

  void read_public() {
    const auto from = section("public");
    out_.public_listen = from.text("listen");
    good(from, "listen", public_listen_problem(out_.public_listen));
    if (const auto& text = from.text("base_url"); !text.empty()) {
      auto normal = base_url(text);
      if (normal)
        out_.public_base_url = std::move(*normal);
      else
        from.mistake("base_url", "'base_url': " + normal.error());
    }
    read_tls(from);
  }

  void read_tls(const read_section& from) {
    const auto certificate = path(from, "tls_certificate");
    const auto key = path(from, "tls_private_key");
    if (from.text("tls_certificate").empty() != from.text("tls_private_key").empty()) {
      const bool certificate_only = from.text("tls_private_key").empty();
      from.mistake(certificate_only ? "tls_certificate" : "tls_private_key",
                   "tls_certificate and tls_private_key come together: set both, or none behind a proxy");
    }
    const bool certificate_good =
        !certificate.empty() && good(from, "tls_certificate", certificate_problem(certificate));
    const bool key_good = !key.empty() && good(from, "tls_private_key", private_key_problem(key));
    if (certificate_good && key_good && !belong_together(certificate, key))
      from.mistake("tls_private_key", "'tls_private_key' is not the key of tls_certificate");
    out_.tls_certificate = certificate;
    out_.tls_private_key = key;
  }

  void read_operator() {
    const auto from = section("operator");
    if (good(from, "listen", operator_listen_problem(from.text("listen")))) out_.operator_listen = from.text("listen");
    out_.operator_token = secret_in(from, "token_file", from.text("token_file"));
  }

  void read_secrets() {
    const auto from = section("secrets");
    const auto& written = from.text("master_key_file");
    const auto content = secret_in(from, "master_key_file", written);
    out_.master_key_is_credential = is_credential(written);
    if (content.empty()) return;
    out_.master_key_file = path(from, "master_key_file");
    auto keys = read_master_keys(content, out_.master_key_file);
    if (keys)
      out_.master_keys = std::move(*keys);
    else
      std::ranges::move(keys.error(), std::back_inserter(others_));
  }

  void read_tiktok() {
    const auto from = section("tiktok");
    out_.tiktok_api_url = url_of(from, "api_url");
    out_.tiktok_auth_url = url_of(from, "auth_url");
    out_.tiktok_ca_file = path(from, "ca_file");
    if (!out_.tiktok_ca_file.empty()) good(from, "ca_file", certificate_problem(out_.tiktok_ca_file));
  }

  void read_rhythm() {
    out_.media_directory = [&] {
      const auto media = section("media");
      return path(media, "directory");
    }();
    const auto review = section("review");
    out_.review_poll_every = review.time("poll_every");
    out_.review_uncertain_wait = review.time("uncertain_wait");
    const auto workers = section("workers");
    out_.threads = workers.number("threads");
    out_.database_connections = workers.number("database_connections");
    out_.media_threads = workers.number("media_threads");
    const auto log = section("log");
    out_.log_level = log.text("level");
    out_.log_format = log.text("format");
  }

  void read_app(const read_section& from) {
    app one{.name = app_name(name(from, "name", app_names_)),
            .app_key = from.text("app_key"),
            .app_secrets = {},
            .service_id = from.text("service_id"),
            .market = from.text("market"),
            .consent_url = url_of(from, "consent_url")};
    if (one.market.empty()) one.market = market_of(one.consent_url);
    if (one.consent_url.empty()) one.consent_url = consent_page(one.market);
    for (const auto& file : from.texts("app_secret_files"))
      if (auto text = secret_in(from, "app_secret_files", file); !text.empty())
        one.app_secrets.push_back(std::move(text));
    if (!one.name.empty()) out_.apps.push_back(std::move(one));
  }

  void read_one_source(const toml::table& table) {
    const auto kind = kind_written(table);
    const read_section from("source", &table, mistakes_, kind);
    auto one = read_source(from, kind, base_);
    one.name = source_name(name(from, "name", source_names_));
    if (!one.name.empty()) out_.sources.push_back(std::move(one));
  }

  void read_shop(const read_section& from) {
    shop one{.id = shop_id(name(from, "id", shop_ids_)),
             .source = source_name(from.text("source")),
             .app = app_name(from.text("app")),
             .profile = profile(from),
             .live = from.text("mode") == "live"};
    refers(from, "source", source_names_);
    refers(from, "app", app_names_);
    if (!one.id.empty()) out_.shops.push_back(std::move(one));
  }

  static void refers(const read_section& from, std::string_view key, const std::set<std::string>& known) {
    const auto& text = from.text(key);
    if (text.empty() || known.contains(text)) return;
    const std::vector<std::string> candidates(known.begin(), known.end());
    from.mistake(key, fmt::format("there is no [[{}]] with the name '{}'{}", key, text,
                                  mapping::did_you_mean(text, candidates)));
  }

  /// Shops may share a profile: it is read, and its mistakes are told, once.
  std::shared_ptr<const mapping::profile> profile(const read_section& from) {
    const auto file = path(from, "profile");
    if (file.empty()) return nullptr;
    std::error_code problem;
    if (!fs::exists(file, problem)) {
      from.mistake("profile", fmt::format("'profile': the file '{}' does not exist", file.string()));
      return nullptr;
    }
    if (const auto known = profiles_.find(file); known != profiles_.end()) return known->second;
    auto read = mapping::load_profile(file);
    if (!read) std::ranges::move(read.error(), std::back_inserter(others_));
    auto made = read ? std::make_shared<const mapping::profile>(std::move(*read)) : nullptr;
    profiles_[file] = made;
    return made;
  }

  const toml::table& root_;
  fs::path base_;
  settings out_;
  std::vector<config_mistake> found_;  ///< in the file itself
  std::vector<config_mistake> others_; ///< in profiles and key files
  mapping::mistakes_of_file mistakes_;
  std::set<std::string> app_names_, source_names_, shop_ids_;
  std::map<fs::path, std::shared_ptr<const mapping::profile>> profiles_;
};

} // namespace

reading read_config(const fs::path& path) {
  const auto root = mapping::read_toml(path);
  if (root) return loading(path, *root).run();
  return {.found = {}, .mistakes = {root.error()}};
}

std::expected<settings, std::vector<config_mistake>> load_config(const fs::path& path) {
  auto read = read_config(path);
  if (!read.mistakes.empty()) return std::unexpected(std::move(read.mistakes));
  return std::move(read.found);
}

} // namespace listingd::config
