#include "sources.hpp"

#include "pim/akeneo.hpp"
#include "pim/feed.hpp"
#include "pim/folder.hpp"
#include "pim/postgres.hpp"

#include <stdexcept>

namespace listingd {

namespace {

pim::akeneo_endpoint endpoint_of(const std::string& text) {
  if (text == "products_uuid") return pim::akeneo_endpoint::products_uuid;
  return text == "products" ? pim::akeneo_endpoint::products : pim::akeneo_endpoint::automatic;
}

pim::akeneo_options akeneo_options(const config::source& from) {
  pim::akeneo_options out{.name = from.name,
                          .url = from.url,
                          .client_id = from.client_id,
                          .client_secret = from.client_secret,
                          .username = from.username,
                          .password = from.password,
                          .token = from.token};
  if (from.flavour == "unopim") out.flavour = pim::akeneo_flavour::unopim;
  out.endpoint = endpoint_of(from.endpoint);
  out.channel = from.channel;
  out.locales = from.locales;
  if (from.enabled != "any") out.filters.enabled = from.enabled == "enabled";
  out.filters.families = from.families;
  out.filters.categories = from.categories;
  if (from.completeness > 0) out.filters.completeness = from.completeness;
  out.overlap = from.overlap;
  out.pim_timezone = from.pim_timezone;
  out.calls_at_once = from.calls_at_once;
  out.reference_every = from.reference_every;
  out.media_hosts = from.media_hosts;
  return out;
}

pim::feed_auth auth_of(const std::string& text) {
  if (text == "bearer") return pim::feed_auth::bearer;
  if (text == "basic") return pim::feed_auth::basic;
  return text == "hmac" ? pim::feed_auth::hmac : pim::feed_auth::none;
}

pim::feed_options feed_options(const config::source& from) {
  pim::feed_options out{.name = from.name, .url = from.url, .keys_url = from.keys_url, .record_url = from.record_url};
  out.auth = auth_of(from.auth);
  out.username = from.username;
  out.credential = from.credential;
  out.page_limit = from.page_limit;
  out.media_hosts = from.media_hosts;
  return out;
}

pim::folder_options folder_options(const config::source& from) {
  pim::folder_options out{.name = from.name, .directory = from.directory, .media_hosts = from.media_hosts};
  if (!from.csv_separator.empty()) out.csv.separator = from.csv_separator.front();
  if (!from.csv_list_separator.empty()) out.csv.list_separator = from.csv_list_separator.front();
  out.csv.axes = from.csv_axes;
  out.csv.media_columns = from.csv_media;
  out.csv.list_columns = from.csv_lists;
  out.csv.channels = from.csv_channels;
  return out;
}

pim::postgres_options postgres_options(const config::source& from) {
  pim::postgres_options out{.name = from.name, .url = from.database_url};
  out.shape = from.shape == "keyset" ? pim::postgres_shape::keyset : pim::postgres_shape::change_log;
  out.changes_sql = from.changes_sql;
  out.full_sql = from.full_sql;
  out.keys_sql = from.keys_sql;
  out.record_sql = from.record_sql;
  out.count_sql = from.count_sql;
  out.complete_log = from.complete_log;
  out.retention = from.retention;
  out.overlap = from.overlap;
  out.overlap_rows = from.overlap_rows;
  out.statement_timeout = from.statement_timeout;
  out.media_hosts = from.media_hosts;
  return out;
}

} // namespace

std::vector<std::string> source_mistakes(const config::source& from) {
  if (from.kind == "akeneo") return pim::mistakes_in(akeneo_options(from));
  if (from.kind != "feed") return {};
  const auto mistake = pim::mistake_in(feed_options(from));
  return mistake ? std::vector{*mistake} : std::vector<std::string>{};
}

std::unique_ptr<sync::source> make_source(const config::source& from, net::transport& wire, const clock& time,
                                          boost::asio::thread_pool& pool) {
  if (const auto mistakes = source_mistakes(from); !mistakes.empty())
    throw std::runtime_error("source " + from.name.text() + ": " + mistakes.front());
  if (from.kind == "akeneo") return pim::make_akeneo_source(akeneo_options(from), wire, time);
  if (from.kind == "feed") return pim::make_feed_source(feed_options(from), wire, time);
  if (from.kind == "postgres") return pim::make_postgres_source(postgres_options(from), time, pool);
  return pim::make_folder_source(folder_options(from), time, pool);
}

} // namespace listingd
