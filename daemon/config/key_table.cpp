#include "config/key_table.hpp"

#include "mapping/nearest.hpp"

#include <algorithm>
#include <spdlog/fmt/fmt.h>

namespace listingd::config {

namespace {

constexpr section_row section_rows[] = {
    {"database", false, "PostgreSQL, where everything is kept"},
    {"public", false, "what TikTok and the seller's browser reach"},
    {"operator", false, "the loopback listener for people and machines"},
    {"secrets", false, "the key under which tokens are stored"},
    {"tiktok", false, "TikTok's hosts; can be pointed at a simulator"},
    {"app", true, "an app of TikTok's Partner Center; one per market"},
    {"media", false, "pictures and documents"},
    {"review", false, "how TikTok's review is followed"},
    {"workers", false, "threads and connections"},
    {"log", false, "what is written to stderr"},
    {"source", true, "a PIM connection"},
    {"shop", true, "a TikTok Shop that is kept in step with a source"},
};

using enum key_type;
using enum presence;

// clang-format off
constexpr key_row key_rows[] = {
    {"database", "url", text, optional, "", "required unless LISTINGD_DATABASE_URL is set: libpq URI or key=value text"},
    {"database", "migrate_on_start", flag, optional, "true", "bring the schema to this version when the daemon starts"},

    {"public", "listen", text, optional, "127.0.0.1:8443", "host:port, unix:/path, or systemd (socket activation)"},
    {"public", "base_url", text, optional, "", "https://host as TikTok reaches it; without it no webhooks are registered"},
    {"public", "tls_certificate", file, optional, "", "PEM chain; leave out with the key behind a proxy that ends TLS"},
    {"public", "tls_private_key", file, optional, "", "PEM key that belongs to the certificate"},

    {"operator", "listen", text, optional, "127.0.0.1:8480", "loopback host:port"},
    {"operator", "token_file", file, required, "", "file with the bearer token of the operator listener"},

    {"secrets", "master_key_file", file, required, "", "lines `id:base64 of 32 bytes`, newest first"},

    {"tiktok", "api_url", text, optional, "https://open-api.tiktokglobalshop.com", "https, or http to loopback"},
    {"tiktok", "auth_url", text, optional, "https://auth.tiktok-shops.com", "https, or http to loopback"},
    {"tiktok", "ca_file", file, optional, "", "PEM certificates trusted beside the system's"},

    {"app", "name", text, required, "", "short name; part of the webhook path /webhooks/{name}"},
    {"app", "app_key", text, required, "", "from Partner Center"},
    {"app", "app_secret_files", file_list, required, "", "newest first; older ones still verify webhooks, and sign while TikTok does not take the newest"},
    {"app", "service_id", text, required, "", "from Partner Center"},
    {"app", "market", choice, optional, "", "where the app's sellers are; by default what the host of consent_url says", "us row"},
    {"app", "consent_url", text, optional, "", "the consent page; without it https://services.tiktokshop.com/open/authorize, for us https://services.us.tiktokshop.com/open/authorize"},

    {"media", "directory", file, optional, "/var/lib/listingd/media", "cache of pictures and documents; may be deleted"},

    {"review", "poll_every", time, optional, "2m", "how often a running review is looked at"},
    {"review", "uncertain_wait", time, optional, "60s", "between the two searches after a lost reply"},

    {"workers", "threads", number, optional, "2", "threads of the event loop", "1 64"},
    {"workers", "database_connections", number, optional, "8", "connections to PostgreSQL", "2 200"},
    {"workers", "media_threads", number, optional, "2", "threads for pictures and files", "1 64"},

    {"log", "level", choice, optional, "info", "the least important line that is written", "debug info warning error"},
    {"log", "format", choice, optional, "text", "key=value or JSON, one line an event", "text json"},

    {"source", "name", text, required, "", "named by [[shop]]"},
    {"source", "kind", text, required, "", "akeneo, feed, folder or postgres"},
    {"source", "poll_every", time, optional, "60s", "how often the source is asked for changes"},
    {"source", "media_hosts", text_list, optional, "", "hosts that pictures may come from, beside the source's own"},
    {"source", "sweep_every", time, optional, "24h", "how often everything is listed, to find what is gone", "", "akeneo feed postgres"},
    {"source", "directory", file, required, "", "where NDJSON and CSV files are dropped", "", "folder"},
    {"source", "csv_separator", text, optional, ",", "between the cells of CSV files; tab is a word for it", "", "folder"},
    {"source", "csv_list_separator", text, optional, "|", "inside a cell that holds several", "", "folder"},
    {"source", "csv_axes", text_list, optional, "", "attributes that variants differ by, where the file does not say it", "", "folder"},
    {"source", "csv_media", text_list, optional, "", "columns that hold media references", "", "folder"},
    {"source", "csv_lists", text_list, optional, "", "columns that hold lists", "", "folder"},
    {"source", "csv_channels", text_list, optional, "", "channels of columns such as name-ecommerce", "", "folder"},
    {"source", "url", text, required, "", "the PIM's address; for feed that of the changes", "", "akeneo feed"},
    {"source", "username", text, optional, "", "of the connection, or of basic authentication", "", "akeneo feed"},
    {"source", "client_id", text, optional, "", "of the connection", "", "akeneo"},
    {"source", "client_secret_file", file, optional, "", "of the connection", "", "akeneo"},
    {"source", "password_file", file, optional, "", "of the connection", "", "akeneo"},
    {"source", "token_file", file, optional, "", "an app's token, instead of a connection", "", "akeneo"},
    {"source", "flavour", choice, optional, "akeneo", "which PIM it is", "akeneo unopim", "akeneo"},
    {"source", "endpoint", choice, optional, "automatic", "products_uuid from Akeneo 7 on, products before", "automatic products_uuid products", "akeneo"},
    {"source", "channel", text, optional, "", "only its values are read; all when left out", "", "akeneo"},
    {"source", "locales", text_list, optional, "", "only their values are read; all when left out", "", "akeneo"},
    {"source", "enabled", choice, optional, "any", "only enabled, or only disabled products", "any enabled disabled", "akeneo"},
    {"source", "families", text_list, optional, "", "only products of these families", "", "akeneo"},
    {"source", "categories", text_list, optional, "", "only products in these categories or below", "", "akeneo"},
    {"source", "completeness", number, optional, "0", "only products at least so many percent complete for the channel", "0 100", "akeneo"},
    {"source", "pim_timezone", text, optional, "", "of the PIM's date filter: UTC or an offset such as +02:00; found out when left out", "", "akeneo"},
    {"source", "calls_at_once", number, optional, "4", "Akeneo allows 4 to a connection", "1 10", "akeneo"},
    {"source", "reference_every", time, optional, "6h", "how long attributes, options and family variants are believed", "", "akeneo"},
    {"source", "keys_url", text, optional, "", "the listing of keys, may be relative to url; for sweeps", "", "feed"},
    {"source", "record_url", text, optional, "", "one record, {key} in it is replaced; may be relative to url", "", "feed"},
    {"source", "auth", choice, optional, "none", "how requests are authenticated", "none bearer basic hmac", "feed"},
    {"source", "secret_file", file, optional, "", "the bearer token, the password, or the key of the HMAC", "", "feed"},
    {"source", "page_limit", number, optional, "200", "items asked for at a time", "1 10000", "feed"},
    {"source", "url", text, optional, "", "libpq URI or key=value text of the PIM's database", "", "postgres"},
    {"source", "url_file", file, optional, "", "a file that holds it, when there is a password in it", "", "postgres"},
    {"source", "shape", choice, optional, "change_log", "what changes_sql reads", "change_log keyset", "postgres"},
    {"source", "changes_sql", text, required, "", "the changes; deploy/example/postgres_source.toml shows how", "", "postgres"},
    {"source", "full_sql", text, optional, "", "every product in the order of keys ($1 last key, $2 limit)", "", "postgres"},
    {"source", "keys_sql", text, optional, "", "every key ($1 last key, $2 limit), for sweeps", "", "postgres"},
    {"source", "record_sql", text, optional, "", "one product ($1 key)", "", "postgres"},
    {"source", "count_sql", text, optional, "", "how many a full reading brings, for progress", "", "postgres"},
    {"source", "complete_log", flag, optional, "false", "the change log names every product there is", "", "postgres"},
    {"source", "retention", time, optional, "", "the change log forgets what is older", "", "postgres"},
    {"source", "overlap_rows", number, optional, "500", "of a change log without xid: numbers that are read again each time", "0 1000000", "postgres"},
    {"source", "statement_timeout", time, optional, "30s", "of each statement in the PIM's database", "", "postgres"},
    {"source", "overlap", time, optional, "120s", "how far each reading looks back", "", "akeneo postgres"},

    {"shop", "id", text, required, "", "TikTok's shop id, as `listingd shops` shows it after consent"},
    {"shop", "source", text, required, "", "name of a [[source]]"},
    {"shop", "app", text, required, "", "name of an [[app]]"},
    {"shop", "profile", file, required, "", "how records become listings of this shop"},
    {"shop", "mode", choice, optional, "observe", "observe reads and plans, and writes nothing to TikTok", "observe live"},
};
// clang-format on

std::string_view word_of(key_type type) {
  switch (type) {
  case text:
    return "text";
  case text_list:
    return "list of texts";
  case flag:
    return "true or false";
  case number:
    return "whole number";
  case time:
    return "time with unit";
  case choice:
    return "word";
  case file:
    return "path";
  case file_list:
    return "list of paths";
  }
  return "text";
}

std::string meaning(const key_row& row) {
  std::string out(row.about);
  if (row.type == choice) out += " (" + mapping::joined(words(row.range)) + ")";
  if (row.type == number) out += " (" + mapping::joined(words(row.range), " to ") + ")";
  if (!row.kinds.empty()) out += fmt::format(" (kind {} only)", row.kinds);
  return out;
}

} // namespace

std::span<const section_row> sections() {
  return section_rows;
}
std::span<const key_row> keys() {
  return key_rows;
}

std::vector<std::string> section_names() {
  std::vector<std::string> out;
  for (const auto& row : section_rows) out.emplace_back(row.name);
  return out;
}

std::vector<std::string> key_names(std::string_view section) {
  std::vector<std::string> out;
  for (const auto& row : key_rows)
    if (row.section == section) out.emplace_back(row.name);
  return out;
}

bool applies(const key_row& row, std::string_view kind) {
  return row.kinds.empty() || std::ranges::count(words(row.kinds), kind) > 0;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto space = text.find(' ');
    out.emplace_back(text.substr(0, space));
    text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
  }
  return out;
}

std::string reference() {
  std::string out;
  for (const auto& section : section_rows) {
    out += fmt::format("{}### {}{}{}\n\n{}.\n\n| key | type | default | meaning |\n|---|---|---|---|\n",
                       out.empty() ? "" : "\n", section.list ? "[[" : "[", section.name, section.list ? "]]" : "]",
                       section.about);
    for (const auto& row : key_rows) {
      if (row.section != section.name) continue;
      const auto fallback = row.must == required   ? "required"
                            : row.fallback.empty() ? std::string("none")
                                                   : fmt::format("`{}`", row.fallback);
      out += fmt::format("| `{}` | {} | {} | {} |\n", row.name, word_of(row.type), fallback, meaning(row));
    }
  }
  return out;
}

} // namespace listingd::config
