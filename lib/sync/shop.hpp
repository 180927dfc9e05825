// Ports `shop` and `consent`: TikTok Shop's side, in our words. Implemented by lib/tiktok; called only by the use cases
// of lib/sync. Every call is one HTTP request; errors are classified by lib/tiktok and carry TikTok's code and
// request_id.
#pragma once

#include "async/run.hpp"
#include "model/draft.hpp"
#include "model/error.hpp"
#include "model/ids.hpp"
#include "model/listing.hpp"
#include "model/secret.hpp"
#include "model/violation.hpp"

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

namespace listingd::sync {

/// What a call in a shop's name needs.
struct shop_access {
  shop_id id;
  app_name app;
  std::string region; ///< ISO country, e.g. US
  std::string cipher; ///< shop_cipher
  secret access_token;
};

/// One entry of Get Authorized Shops.
struct authorized_shop {
  shop_id id;
  std::string name;
  std::string region;
  std::string seller_type; ///< LOCAL | CROSS_BORDER
  std::string cipher;
  std::string code;
};

/// The answer of token get and token refresh. Expiries are absolute, by our own clock. That of token get is complete;
/// what a refresh leaves out goes on as it was: an empty refresh_token, refresh_expires, open_id, or no scopes.
struct token_grant {
  secret access_token;
  instant access_expires;
  secret refresh_token;
  std::optional<instant> refresh_expires;
  std::string open_id;
  std::string seller_name;
  std::string seller_region;
  int user_type = 0; ///< 0 = seller
  std::vector<std::string> scopes;
};

/// What cannot be done without a scope.
enum class scope_need { connecting, reading, writing, optional };

/// A scope that the seller's grant, or the app in Partner Center, lacks.
struct missing_scope {
  std::string key;      ///< seller.product.write
  std::string name;     ///< as Partner Center calls it: Product Modify
  std::string what_for; ///< what listingd does with it
  scope_need need = scope_need::optional;
};

class consent {
public:
  virtual ~consent() = default;
  /// The page where the seller agrees; carries service_id and state.
  [[nodiscard]] virtual std::string consent_url(const app_name& app, const std::string& state) const = 0;
  virtual task<result<token_grant>> exchange(app_name app, std::string auth_code) = 0;
  virtual task<result<token_grant>> refresh(app_name app, secret refresh_token) = 0;
  virtual task<result<std::vector<authorized_shop>>> shops(app_name app, secret access_token) = 0;
  /// What the grant lacks of the scopes listingd lives on. An empty list, or one in which nothing looks like a scope,
  /// is not known: then nothing is missing. Pure.
  [[nodiscard]] virtual std::vector<missing_scope> missing_scopes(const std::vector<std::string>& granted) const = 0;
  /// The app of this app_key; nothing when it is none of ours.
  [[nodiscard]] virtual std::optional<app_name> app_with_key(std::string_view app_key) const = 0;
  /// TikTok's clock minus ours, as the last answer showed it; nothing before the first.
  [[nodiscard]] virtual std::optional<duration> clock_skew() const = 0;
};

enum class write_kind { create, edit, partial_edit, price, stock, activate, deactivate };
[[nodiscard]] std::string_view name_of(write_kind kind);
[[nodiscard]] write_kind write_kind_from(std::string_view name);

/// One write, exactly as it will go over the wire. Stored before it is sent, sent again byte for byte.
struct write_request {
  write_kind kind = write_kind::create;
  std::string method; ///< POST | PUT
  std::string path;   ///< without query; the client adds app_key, timestamp, shop_cipher and sign
  std::string body;
};

struct write_answer {
  listing_id id; ///< of a create; empty otherwise
  std::vector<observed_sku> skus;
  std::vector<std::string> warnings; ///< "published with loss": must be shown to a person
  std::string request_id;
};

struct uploaded_media {
  std::string uri; ///< image uri, or id of a document
  std::string url;
  int width = 0, height = 0;
};

struct product_query {
  std::vector<seller_sku> seller_skus;                 ///< at most 10
  std::optional<instant> created_since, created_until; ///< whole seconds, both ends included
  std::optional<instant> updated_since, updated_until;
  std::string page_token;
  int page_size = 100;
};

struct product_page {
  std::vector<found_product> products;
  std::string next_page_token; ///< empty on the last page
};

struct webhook_subscription {
  std::string event_type;
  std::string address;
};

/// What a webhook is about, whatever shape it came in.
enum class event_kind { product, deauthorized, consent_ends, other };
struct shop_event {
  event_kind kind = event_kind::other;
  int type = 0;     ///< TikTok's number, for notes and logs
  std::string name; ///< the event type's name where it is known, e.g. PRODUCT_STATUS_CHANGE
  shop_id shop;
  std::vector<listing_id> listings;
  std::string message;
  std::optional<instant> sent_at; ///< TikTok's own time, in whole seconds
  std::optional<instant> ends_at; ///< of consent_ends: when the authorization ends
};

/// A field in which the live product differs from the draft. Stock is never one: it falls by sales.
struct drift {
  std::string field; ///< e.g. "title", "skus.TEE-RED-M.price"
  std::string wanted;
  std::string found;
};

class shop {
public:
  virtual ~shop() = default;

  // Taxonomy: `data` of the answer as TikTok sent it; model/taxonomy.hpp reads it. `version` is v1, v2 or "" (left
  // out).
  virtual task<result<boost::json::value>> categories(shop_access access, std::string version) = 0;
  virtual task<result<boost::json::value>> attributes(shop_access access, category_id leaf, std::string version) = 0;
  virtual task<result<boost::json::value>> rules(shop_access access, category_id leaf, std::string version) = 0;
  virtual task<result<boost::json::value>> warehouses(shop_access access) = 0;
  virtual task<result<boost::json::value>> prerequisites(shop_access access) = 0;
  virtual task<result<boost::json::value>> brands(shop_access access, std::string name) = 0;

  // Uploads; no shop_cipher on the wire.
  virtual task<result<uploaded_media>> upload_image(shop_access access, media_use use, std::string bytes,
                                                    std::string file_name) = 0;
  virtual task<result<uploaded_media>> upload_document(shop_access access, std::string bytes,
                                                       std::string file_name) = 0;

  // Writes: built without I/O (so that intent and bytes are stored first), then performed. Building is deterministic.
  [[nodiscard]] virtual write_request create_request(const draft& wanted, const std::string& idempotency_key) const = 0;
  /// Full replacement; keeps the ids of SKUs that `live` has under the same seller_sku.
  [[nodiscard]] virtual write_request edit_request(const draft& wanted, const observed_product& live) const = 0;
  /// Only the top-level properties of the facets named (details, media of the product itself, compliance).
  [[nodiscard]] virtual write_request partial_edit_request(const draft& wanted, const listing_id& id,
                                                           const std::vector<facet>& facets) const = 0;
  [[nodiscard]] virtual write_request price_request(const draft& wanted, const observed_product& live) const = 0;
  [[nodiscard]] virtual write_request stock_request(const draft& wanted, const observed_product& live) const = 0;
  [[nodiscard]] virtual write_request activate_request(const listing_id& id) const = 0;
  [[nodiscard]] virtual write_request deactivate_request(const listing_id& id) const = 0;
  /// Performs a stored write. code 0 with data.errors[] is an error too. A lost reply sets maybe_done.
  virtual task<result<write_answer>> perform(shop_access access, write_request request) = 0;

  /// listing_check with the create body; empty = PASS.
  virtual task<result<std::vector<check_failure>>> listing_check(shop_access access, draft wanted) = 0;

  /// `under_review`: the version in review beside the live one; falls back to the plain Get on 12052547.
  virtual task<result<observed_product>> get(shop_access access, listing_id id, bool under_review) = 0;
  virtual task<result<product_page>> search(shop_access access, product_query query) = 0;
  /// Read-back: what of the draft TikTok does not show. Pure; evens out what answers spell differently from requests.
  [[nodiscard]] virtual std::vector<drift> compare(const draft& wanted, const observed_product& live) const = 0;

  virtual task<result<std::vector<webhook_subscription>>> webhooks(shop_access access) = 0;
  /// The event types that listingd lives on.
  [[nodiscard]] virtual std::vector<std::string> webhook_topics() const = 0;
  virtual task<result<void>> subscribe(shop_access access, webhook_subscription wanted) = 0;
  /// A stored webhook in our words. Pure.
  [[nodiscard]] virtual result<shop_event> read_event(std::string_view body) const = 0;
  /// What a code of TikTok's means to a person. Pure.
  [[nodiscard]] virtual code_advice advice(std::string_view code) const = 0;
};

} // namespace listingd::sync
