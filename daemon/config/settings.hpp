// The configuration as typed settings (design section 7): what load_config() made of the file, checked, with secrets
// read and profiles loaded. The composition root and the commands read it; nobody changes it. Commands may see it with
// gaps (read_config): an empty text, list, secret or profile is a place with a mistake.
#pragma once

#include "mapping/profile.hpp"
#include "model/clock.hpp"
#include "model/ids.hpp"
#include "model/secret.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace listingd::config {

struct app {
  app_name name;
  std::string app_key;
  std::vector<secret> app_secrets; ///< newest first
  std::string service_id;
  std::string market; ///< us | row (the rest of the world)
  std::string consent_url;
};

/// One [[source]]; which fields mean something depends on the kind.
struct source {
  source_name name;
  std::string kind; ///< folder | akeneo | feed | postgres
  duration poll_every{60'000};
  duration sweep_every{0}; ///< 0 = never
  std::vector<std::string> media_hosts;

  // folder
  std::filesystem::path directory;
  std::string csv_separator, csv_list_separator;
  std::vector<std::string> csv_axes, csv_media, csv_lists, csv_channels;

  // akeneo and feed
  std::string url;
  std::string username;
  // akeneo
  std::string client_id;
  secret client_secret, password, token;
  std::string flavour, endpoint, channel, enabled, pim_timezone;
  std::vector<std::string> locales, families, categories;
  int completeness = 0; ///< 0 = any
  int calls_at_once = 4;
  duration reference_every{0};
  // feed
  std::string keys_url, record_url, auth;
  secret credential;
  int page_limit = 0;

  // postgres
  secret database_url;
  std::string shape, changes_sql, full_sql, keys_sql, record_sql, count_sql;
  bool complete_log = false;
  duration retention{0}, statement_timeout{0};
  int overlap_rows = 0;

  duration overlap{0}; ///< akeneo and postgres
};

struct shop {
  shop_id id;
  source_name source;
  app_name app;
  std::shared_ptr<const mapping::profile> profile;
  bool live = false; ///< mode = "live"
};

struct settings {
  std::filesystem::path file;

  std::string database_url;
  bool migrate_on_start = true;

  std::string public_listen, public_base_url;
  std::filesystem::path tls_certificate, tls_private_key; ///< both empty behind a proxy

  std::string operator_listen;
  secret operator_token;

  std::vector<std::pair<std::string, secret>> master_keys; ///< id and 32 bytes, newest first
  std::filesystem::path master_key_file;                   ///< where they are from
  bool master_key_is_credential = false;                   ///< the file is systemd's copy

  std::string tiktok_api_url, tiktok_auth_url;
  std::filesystem::path tiktok_ca_file;

  std::vector<app> apps;
  std::vector<source> sources;
  std::vector<shop> shops;

  std::filesystem::path media_directory;
  duration review_poll_every{120'000};
  duration review_uncertain_wait{60'000}; ///< [review] uncertain_wait: between the two searches after a lost reply
  int threads = 2, database_connections = 8, media_threads = 2;
  std::string log_level = "info", log_format = "text";
};

} // namespace listingd::config
