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
  std::string rotate_refresh = "no";  // no | grace | strict | keep
  std::string old_access = "keep";    // keep | kill
  std::int64_t access_token_seconds = 604'800;
  std::int64_t consent_seconds = 365LL * 24 * 3600;
  std::int64_t earliest_refresh_seconds = 0; // after the last issue
  bool refresh_extends_consent = false;
  bool deny = false;
  std::string denial = "auth_denied"; // auth_denied | access_denied
  std::int64_t user_type = 0;         // of the consents from now on
  std::vector<std::string> withheld_scopes;
  std::string scopes_field = "granted_scopes"; // granted_scopes | granted_permissions | none
  bool extra_fields = false;
  std::int64_t lost_code = 36'009'004; // what a call with a revoked token is answered
  std::int64_t daily_quota = 0;        // 0: no limit
  std::int64_t clock_offset_seconds = 0;
  std::string date_header = "true"; // true | none | wrong
  bool webhooks = true;
  bool allow_port = true;
  bool zero_stock = false;
  std::string image_ratio = "refuse"; // refuse | convert
  std::string failed_prerequisite;    // the check_item that the shop does not meet
};

struct application {
  std::string name, key;
  std::vector<std::string> secrets; // any of them is taken; webhooks are signed with the first
  std::string service_id, redirect_url;
  std::vector<std::string> shop_ids, granted_scopes;       // the shops of the seller without a name
  std::map<std::string, std::vector<std::string>> sellers; // the shops of the sellers with one

  /// The shops that a seller consents for; null for an unknown name.
  const std::vector<std::string>* shops_of(const std::string& seller) const;
};

struct shop {
  std::string id, name, region, seller_type, cipher, code;
};

/// A seller's consent for one app: its shops and its tokens. Times are seconds of the platform's clock.
struct consent {
  std::string app_key, seller, open_id, refresh_token;
  std::set<std::string> former_refresh_tokens; // those that still work beside the latest
  std::set<std::string> shop_ids;
  std::vector<std::string> scopes;
  std::int64_t user_type = 0, issued_at = 0, ends_at = 0;
  std::int64_t refreshes_in_flight = 0;
  bool alive = true;
};

/// What ended an access token before its time.
enum class token_end { none, replaced, revoked };

struct access_token {
  std::size_t consent;
  std::int64_t expires_at;
  token_end ended = token_end::none;
};

struct authorization_code {
  std::string app_key, seller;
  std::int64_t expires_at;
};

/// What the token host and the gateway saw of consents; the README explains each.
struct oauth_counters {
  std::int64_t refreshes = 0, refreshes_refused = 0, refreshes_in_flight_most = 0, exchanges = 0;
  std::int64_t refreshes_lost = 0, expired_calls = 0, dead_calls = 0;
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
  std::map<std::string, std::size_t> refresh_tokens; // every one ever issued, by its consent
  oauth_counters oauth;
  std::map<std::string, image> images;
  std::map<std::string, document_file> files;
  std::map<std::string, product> products;
  std::map<std::string, json::value> idempotent;     // shop id + ' ' + key -> data of the first answer
  std::map<std::string, subscription> subscriptions; // app key, shop id, event type, separated by spaces
  std::set<std::string> in_review;                   // ids of products whose verdict is still to come
  std::deque<delivery> deliveries;                   // all ever made; those still to be sent are listed next
  std::set<std::size_t> waiting_deliveries;
  std::vector<fault> faults;
  std::int64_t held = 0, releases = 0; // replies that wait for the next release; releases so far

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
  /// Unix seconds of the platform's own clock, which may be offset.
  std::int64_t platform_seconds() const;
  /// The access tokens of a consent that still live end.
  void end_tokens(std::size_t consent, token_end how);
};

/// Unix milliseconds, shifted by shift_time().
std::int64_t now_ms();
std::int64_t now_seconds();
/// Moves the clock of every simulator of this process; the next call replaces the shift. A server that ends sets it to
/// 0.
void shift_time(std::int64_t seconds);

/// Fills an empty world; throws std::runtime_error that names what is wrong with the document.
void load_world(world& target, const json::value& description);
void load_applications(world& target, const json::value& description);

} // namespace listingd::simulator
