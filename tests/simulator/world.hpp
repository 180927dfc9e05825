// The state of the simulated TikTok Shop: the taxonomy it was loaded with, the shops, apps and consents, and everything
// sellers and apps put into it. One mutex guards it all; whoever touches a world holds it. Loaded by main and the
// tests.
#pragma once

#include "simulator/wire.hpp"

#include <deque>
#include <mutex>
#include <optional>
#include <set>

namespace listingd::simulator {

/// What a test may change while the simulator runs (POST /_sim/settings); the README explains each.
struct settings {
  std::int64_t review_ms = 1500;
  std::int64_t search_lag_ms = 300;
  std::int64_t search_limit = 10'000; // results of one search
  double time_scale = 1.0;
  std::string idempotency = "replay"; // replay | refuse | ignore
  std::string rotate_refresh = "no";  // no | grace | strict
  std::int64_t access_token_seconds = 604'800;
  std::int64_t daily_quota = 0; // 0: no limit
  std::int64_t clock_offset_seconds = 0;
  bool webhooks = true;
  bool allow_port = true;
  bool zero_stock = false;
  std::string image_ratio = "refuse"; // refuse | convert
  std::string failed_prerequisite;    // the check_item that the shop does not meet
};

struct application {
  std::string name, key, secret, service_id, redirect_url;
  std::vector<std::string> shop_ids, granted_scopes;
};

struct shop {
  std::string id, name, region, seller_type, cipher, code;
};

/// A seller's consent for one app: its shops and its tokens. Times are Unix seconds.
struct consent {
  std::string app_key, open_id, refresh_token, former_refresh_token;
  std::set<std::string> shop_ids;
  std::int64_t ends_at = 0;
  bool alive = true;
};

struct access_token {
  std::size_t consent;
  std::int64_t expires_at;
};

struct authorization_code {
  std::string app_key;
  std::int64_t expires_at;
};

struct image {
  std::string uri, use_case;
  int width = 0, height = 0;
};

struct document_file {
  std::string id, name, format;
};

/// A row of the search index; search sees it only after the lag.
struct indexed {
  std::int64_t at_ms;
  json::object row;
};

/// A product. Contents have the shape of a create request with ids filled in; price and stock live in `offers` by SKU
/// id, because they change without review.
struct product {
  std::string id, shop_id, status, audit = "NONE";
  json::object base;                          // the live version, or the only one
  std::optional<json::object> review_version; // beside a live one: under review or refused
  std::optional<json::object> draft;          // unpublished edit of a live product
  json::array failed_reasons, pre_approved_reasons;
  std::map<std::string, json::object> offers;
  std::int64_t created_ms = 0, updated_ms = 0, submitted_ms = 0;
  unsigned rounds = 0;
  bool was_live = false;
  std::deque<indexed> index;
};

struct subscription {
  std::string address;
  std::int64_t created_at = 0, updated_at = 0;
};

/// One notification on its way to one address.
struct delivery {
  std::string notification_id, app_key, shop_id, address, body, signature;
  int type = 0;
  int attempts = 0;
  unsigned last_status = 0;
  std::string last_problem;
  std::int64_t due_ms = 0;
  std::string state = "waiting"; // waiting | sending | delivered | denied | dropped
};

struct fault {
  std::string method, path, kind;
  std::int64_t times = 1, skip = 0, ms = 0, retry_after = -1;
  std::int64_t hits = 0;
};

struct world {
  std::mutex mutex;
  settings setting;

  std::vector<application> applications;
  std::vector<shop> shops;
  std::map<std::string, std::string> category_version;
  std::map<std::string, json::object> categories;
  std::vector<std::string> category_order;
  std::map<std::string, json::array> attributes;
  std::map<std::string, json::object> rules;
  json::array warehouses, brands, hidden_rules;

  std::map<std::string, authorization_code> codes;
  std::vector<consent> consents;
  std::map<std::string, access_token> tokens;
  std::map<std::string, image> images;
  std::map<std::string, document_file> files;
  std::map<std::string, product> products;
  std::map<std::string, json::value> idempotent;     // shop id + ' ' + key -> data of the first answer
  std::map<std::string, subscription> subscriptions; // app key, shop id, event type, separated by spaces
  std::set<std::string> in_review;                   // ids of products whose verdict is still to come
  std::deque<delivery> deliveries;                   // all ever made; those still to be sent are listed next
  std::set<std::size_t> waiting_deliveries;
  std::vector<fault> faults;

  std::map<std::string, std::int64_t> calls, creates; // by endpoint; by external_product_id
  std::map<std::string, std::int64_t> refusals;       // by code
  std::set<std::string> unknown_fields;
  std::int64_t listed_today = 0;
  std::uint64_t last_id = 0;

  /// A fresh id of 19 digits, above 2^53 and not representable as a double.
  std::string next_id();
  const application* app_by_key(std::string_view key) const;
  const shop* shop_by_id(std::string_view id) const;
  const json::object* category(const std::string& id) const;
  product* find_product(const std::string& id);
};

/// Unix milliseconds.
std::int64_t now_ms();
std::int64_t now_seconds();

/// Fills an empty world; throws std::runtime_error that names what is wrong with the document.
void load_world(world& target, const json::value& description);
void load_applications(world& target, const json::value& description);

} // namespace listingd::simulator
