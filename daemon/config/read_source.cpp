#include "config/read_source.hpp"

#include "config/addresses.hpp"
#include "config/read_values.hpp"
#include "mapping/nearest.hpp"

#include <algorithm>
#include <spdlog/fmt/fmt.h>

namespace listingd::config {

namespace {

namespace fs = std::filesystem;

void judge_kind(const read_section& from) {
  const auto& kind = from.text("kind");
  if (kind.empty() || std::ranges::count(source_kinds, kind) > 0) return;
  const std::vector<std::string> known(source_kinds.begin(), source_kinds.end());
  from.mistake("kind", fmt::format("'kind' must be one of {}, not '{}'{}", mapping::joined(known), kind,
                                   mapping::did_you_mean(kind, known)));
}

/// A separator of CSV is one character; "tab" is a word for it.
std::string separator(const read_section& from, std::string_view key) {
  const auto& text = from.text(key);
  if (text == "tab") return "\t";
  if (text.size() != 1 || text == "\"" || text == "\n" || text == "\r")
    from.mistake(key, fmt::format("'{}' must be one character, or tab", key));
  return text;
}

void read_folder(source& out, const read_section& from, const fs::path& base) {
  out.directory = path_of(from, "directory", from.text("directory"), base);
  out.csv_separator = separator(from, "csv_separator");
  out.csv_list_separator = separator(from, "csv_list_separator");
  out.csv_axes = from.texts("csv_axes");
  out.csv_media = from.texts("csv_media");
  out.csv_lists = from.texts("csv_lists");
  out.csv_channels = from.texts("csv_channels");
  std::error_code problem;
  if (!out.directory.empty() && !fs::is_directory(out.directory, problem))
    from.mistake("directory", fmt::format("'directory': there is no directory '{}'", out.directory.string()));
}

void read_akeneo(source& out, const read_section& from, const fs::path& base) {
  out.url = url_of(from, "url");
  out.client_id = from.text("client_id");
  out.client_secret = secret_of(from, "client_secret_file", from.text("client_secret_file"), base);
  out.username = from.text("username");
  out.password = secret_of(from, "password_file", from.text("password_file"), base);
  out.token = secret_of(from, "token_file", from.text("token_file"), base);
  out.flavour = from.text("flavour");
  out.endpoint = from.text("endpoint");
  out.channel = from.text("channel");
  out.locales = from.texts("locales");
  out.enabled = from.text("enabled");
  out.families = from.texts("families");
  out.categories = from.texts("categories");
  out.completeness = from.number("completeness");
  out.pim_timezone = from.text("pim_timezone");
  out.calls_at_once = from.number("calls_at_once");
  out.reference_every = from.time("reference_every");
  out.overlap = from.time("overlap");
  out.sweep_every = from.time("sweep_every");
  if (out.completeness > 0 && out.channel.empty())
    from.mistake("completeness", "'completeness' is of a channel: set 'channel' too");
  const bool by_token = !from.text("token_file").empty();
  for (const auto* key : {"client_id", "client_secret_file", "username", "password_file"}) {
    if (by_token && !from.text(key).empty())
      from.mistake(key, fmt::format("'{}' and 'token_file' exclude each other: a connection, or an app's token", key));
    if (!by_token && from.text(key).empty())
      from.mistake(key, fmt::format("[[source]] lacks '{}' (of a connection; or 'token_file' of an app)", key));
  }
}

void read_feed(source& out, const read_section& from, const fs::path& base) {
  out.url = url_of(from, "url");
  out.keys_url = from.text("keys_url");
  out.record_url = from.text("record_url");
  out.auth = from.text("auth");
  out.username = from.text("username");
  out.credential = secret_of(from, "secret_file", from.text("secret_file"), base);
  out.page_limit = from.number("page_limit");
  out.sweep_every = from.time("sweep_every");
  if (out.auth != "none" && from.text("secret_file").empty())
    from.mistake("secret_file", fmt::format("'auth' is {}, so 'secret_file' is needed", out.auth));
  if (out.auth == "none" && !from.text("secret_file").empty())
    from.mistake("auth", "'secret_file' is of no use while 'auth' is none: bearer, basic or hmac");
  if ((out.auth == "basic") != !out.username.empty())
    from.mistake("username", "'username' goes with 'auth' basic, and only with it");
}

void read_postgres(source& out, const read_section& from, const fs::path& base) {
  out.database_url = from.text("url_file").empty() ? secret(from.text("url"))
                                                   : secret_of(from, "url_file", from.text("url_file"), base);
  if (from.text("url").empty() == from.text("url_file").empty())
    from.mistake("url", "[[source]] of kind postgres needs 'url' or 'url_file', and not both");
  out.shape = from.text("shape");
  out.changes_sql = from.text("changes_sql");
  out.full_sql = from.text("full_sql");
  out.keys_sql = from.text("keys_sql");
  out.record_sql = from.text("record_sql");
  out.count_sql = from.text("count_sql");
  out.complete_log = from.flag("complete_log");
  out.retention = from.time("retention");
  out.overlap = from.time("overlap");
  out.overlap_rows = from.number("overlap_rows");
  out.statement_timeout = from.time("statement_timeout");
  out.sweep_every = from.time("sweep_every");
}

} // namespace

std::string_view kind_written(const toml::table& table) {
  const auto* node = table.get("kind");
  const auto* text = node == nullptr ? nullptr : node->as_string();
  const auto found = text == nullptr ? source_kinds.end() : std::ranges::find(source_kinds, text->get());
  return found == source_kinds.end() ? std::string_view{"folder"} : *found;
}

source read_source(const read_section& from, std::string_view kind, const fs::path& base) {
  source out;
  out.kind = from.text("kind");
  out.poll_every = from.time("poll_every");
  out.media_hosts = from.texts("media_hosts");
  judge_kind(from);
  for (const auto& host : out.media_hosts)
    if (!is_host_name(host))
      from.mistake("media_hosts", fmt::format("'media_hosts' holds bare host names, not '{}'", host));
  if (kind == "akeneo") read_akeneo(out, from, base);
  if (kind == "feed") read_feed(out, from, base);
  if (kind == "folder") read_folder(out, from, base);
  if (kind == "postgres") read_postgres(out, from, base);
  return out;
}

} // namespace listingd::config
