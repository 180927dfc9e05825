// Port `store`: everything that must survive a crash. Implemented by lib/store on PostgreSQL; used by the use cases
// here and by the daemon's commands. Each function is one short transaction; a broken database is an exception.
#pragma once

#include "async/run.hpp"
#include "model/draft.hpp"
#include "model/error.hpp"
#include "model/ids.hpp"
#include "model/listing.hpp"
#include "model/media.hpp"
#include "model/record.hpp"
#include "model/violation.hpp"
#include "sync/consent_store.hpp"
#include "sync/note.hpp"
#include "sync/shop.hpp"
#include "sync/source_store.hpp"

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace listingd::sync {

enum class submission_state { intended, uncertain, accepted, refused, failed, superseded };

struct sku_link {
  variant_key variant;
  listingd::seller_sku seller_sku;
  sku_id sku;
};

/// Who has a seller_sku that another product wants.
struct sku_holder {
  listingd::seller_sku seller_sku;
  product_key product;
  bool by_scan = false; ///< only by what the shop showed: may have let it go meanwhile
};

struct stored_submission {
  std::string id; ///< also the idempotency key of a create
  write_request request;
  facet_digests wanted;
  std::string fingerprint;
  int absent_searches = 0;
  std::optional<instant> last_search_at;
  std::vector<sku_link> skus; ///< of a create that begins: what it takes
};

struct stored_remediation {
  std::int64_t id = 0; ///< 0 = not stored yet
  repair change;
  int attempt = 1;
  std::string because;
  std::string outcome = "open"; ///< open | worked | failed | void
};

/// The part of a listing that steps change; written back whole by record().
struct listing_state {
  listing_id id;
  listing_status status = listing_status::none;
  review_state review = review_state::none;
  std::string raw_status, raw_review;
  std::string job = "working"; ///< working | idle | verified | blocked | parked
  std::string reason;
  std::optional<instant> due_at; ///< nothing = only a new fact wakes it
  int failures = 0;
  std::optional<instant> retry_not_before;
  facet_digests accepted;
  std::string refused_fingerprint;
  std::string verified_fingerprint; ///< of what was accepted when read-back found it equal
  std::string drift_fingerprint;    ///< of what was accepted when read-back found a difference
  boost::json::array drift;
  boost::json::object observed;
  std::optional<instant> observed_at, hint_at;
  bool deactivated_by_us = false;
  std::optional<instant> switched_at; ///< when an activate or deactivate was sent last
};

/// A leased listing with everything a step needs to know about it.
struct claimed_listing {
  listing_ref ref;
  std::string lease_token;
  std::int64_t wake = 0;
  listing_state state;
  std::optional<boost::json::value> payload; ///< the PIM's record; nothing when it was deleted
  std::optional<stored_submission> open;
  std::vector<violation> violations; ///< open ones of origin refusal and review
  std::vector<stored_remediation> remediations;
};

/// What a step changed; recorded in one transaction, only while the lease is ours.
struct step_outcome {
  listing_state state;
  std::vector<note> notes;
  std::optional<std::vector<violation>> preflight; ///< the complete set of that origin: others are closed
  std::optional<std::vector<violation>> refusal;
  std::optional<std::vector<violation>> review;
  std::optional<std::vector<violation>> platform;
  std::optional<std::vector<sku_link>> skus;
  std::vector<stored_remediation> remediations; ///< id 0 = new, else outcome is updated
};

struct inbox_event {
  std::int64_t id = 0;
  std::string app, shop, key;
  int type = 0;
  std::string body;
  int attempts = 0; ///< that broke
};

struct status_row {
  listing_ref ref;
  listing_state state;
  std::vector<std::string> seller_skus;
  std::optional<instant> verified_at;
};

struct violation_row {
  listing_ref ref;
  violation what;
  instant opened_at{};
  std::optional<instant> closed_at;
};

struct remediation_row {
  listing_ref ref;
  stored_remediation what;
};

struct stored_media {
  std::string sha256;
  std::string validator;
  std::optional<instant> checked_at;
};

struct stored_snapshot {
  boost::json::value payload;
  std::string digest;
  instant fetched_at{};
};

class store : public consent_store, public source_store {
public:
  // --- the due-queue ------------------------------------------------------------------------------------------
  /// Creates the listings of products that a (new) shop does not have yet, and makes them due.
  virtual task<int> ensure_listings(shop_id shop, source_name source) = 0;
  /// Leases one due listing of these shops, oldest first (FOR UPDATE SKIP LOCKED).
  virtual task<std::optional<claimed_listing>> claim(std::vector<shop_id> shops, instant now, duration lease) = 0;
  /// At start: gives up what a former life of this instance held, so that a killed daemon's listings need not wait for
  /// their leases to run out. Only for one that knows that it has no living twin. Returns how many.
  virtual task<int> release_leases() = 0;
  /// For plan: the same facts without a lease.
  virtual task<std::optional<claimed_listing>> peek(listing_ref ref) = 0;
  /// False when the lease was lost: nothing but the notes is written then. Due at once when `wake` moved meanwhile.
  virtual task<bool> record(claimed_listing held, step_outcome outcome, instant now) = 0;
  /// A fact arrived: due now, wake bumped. `hint` also makes the observation stale.
  virtual task<int> wake_listing(shop_id shop, listing_id id, bool hint, instant now, std::vector<note> notes) = 0;
  /// The same with a stale observation, but only when the listing was last read before `changed` (TikTok's clock, in
  /// seconds).
  virtual task<int> wake_if_older(shop_id shop, listing_id id, instant changed, instant now) = 0;
  virtual task<int> wake_product(std::optional<shop_id> shop, product_key product, instant now,
                                 std::vector<note> notes) = 0;
  virtual task<int> wake_shop(shop_id shop, instant now) = 0;
  /// When the next listing of these shops falls due.
  virtual task<std::optional<instant>> next_due(std::vector<shop_id> shops) = 0;

  // --- submissions --------------------------------------------------------------------------------------------
  /// Before a stored write is sent again: true when the lease is still ours; it then outlives the call.
  virtual task<bool> extend_lease(claimed_listing held) = 0;
  /// Stores the intent; false when the lease is lost, or when another listing has taken a seller_sku of the create
  /// (then nothing may be sent). Of two creates with one seller_sku, however close, one begins.
  virtual task<bool> begin_submission(claimed_listing held, stored_submission intent, instant now) = 0;
  /// What TikTok answered; always stored, lease or not. A create's listing id is written to the listing as well.
  virtual task<void> finish_submission(listing_ref ref, std::string id, submission_state state, write_answer answer,
                                       std::optional<error> problem, instant now) = 0;
  virtual task<void> searched_in_vain(std::string submission, instant now) = 0;

  // --- what else a step asks ----------------------------------------------------------------------------------
  /// Existing TikTok products of the adopt scan that carry one of these seller_skus and belong to no listing.
  virtual task<std::vector<listing_id>> existing_with(shop_id shop, std::vector<seller_sku> skus) = 0;
  /// The other listing of the shop that one of the seller_skus belongs to: it has a TikTok product, or a create whose
  /// outcome is open.
  virtual task<std::optional<sku_holder>> sku_taken(listing_ref ref, std::vector<seller_sku> skus) = 0;
  /// What the shop shows now under these seller_skus takes the place of what the adopt scan saw.
  virtual task<void> seen_with(shop_id shop, std::vector<seller_sku> skus, std::vector<found_product> found) = 0;

  virtual task<std::optional<stored_media>> media_reference(source_name source, std::string ref) = 0;
  virtual task<void> put_media_reference(source_name source, std::string ref, stored_media media, instant now) = 0;
  virtual task<std::optional<image_facts>> media_facts(std::string sha256) = 0;
  virtual task<void> put_media_facts(std::string sha256, image_facts facts) = 0;
  virtual task<std::optional<std::string>> media_upload(shop_id shop, media_use use, std::string content_key) = 0;
  virtual task<void> put_media_upload(shop_id shop, media_use use, std::string content_key, std::string uri,
                                      instant now) = 0;
  virtual task<void> forget_media_uploads(shop_id shop, std::vector<std::string> uris) = 0;

  virtual task<std::optional<stored_snapshot>> snapshot(shop_id shop, std::string kind, std::string subject) = 0;
  virtual task<void> put_snapshot(shop_id shop, std::string kind, std::string subject, boost::json::value payload,
                                  instant now) = 0;

  // --- shops -------------------------------------------------------------------------------------------------
  virtual task<void> set_quota(shop_id shop, std::optional<instant> until) = 0;
  virtual task<void> set_prerequisites(shop_id shop, std::string problem, instant now) = 0;
  virtual task<void> set_category_version(shop_id shop, std::string version) = 0;
  /// The shop's mode or profile is another than before: every listing is due, and what was refused may be sent again.
  virtual task<int> setting_changed(shop_id shop, std::string digest, instant now) = 0;
  virtual task<void> set_watched_until(shop_id shop, instant until) = 0;
  /// One page of the adopt scan; the last one makes the shop's listings due.
  virtual task<void> put_shop_products(shop_id shop, std::vector<found_product> products, bool last, instant now) = 0;

  // --- webhook inbox ------------------------------------------------------------------------------------------
  /// Durable when this returns; false when the event was there already.
  virtual task<bool> put_event(inbox_event event, instant now) = 0;
  virtual task<std::vector<inbox_event>> waiting_events(int limit, instant now) = 0;
  virtual task<void> event_done(std::int64_t id, std::string problem, instant now) = 0;
  /// An attempt broke: the event waits until `again`, and holds none behind it.
  virtual task<void> event_later(std::int64_t id, std::string problem, instant again) = 0;

  // --- reports ------------------------------------------------------------------------------------------------
  virtual task<void> add_notes(listing_ref about, std::vector<note> notes, instant now) = 0;
  virtual task<std::vector<status_row>> status(std::optional<shop_id> shop) = 0;
  virtual task<std::vector<violation_row>> violations(bool closed_too) = 0;
  virtual task<std::vector<remediation_row>> remediations() = 0;
  virtual task<std::vector<stored_note>> notes_about(product_key product) = 0;
  /// Notes with at >= since, oldest first; the caller drops those it has seen (they become visible in commit order).
  virtual task<std::vector<stored_note>> notes_since(instant since, int limit) = 0;
  virtual task<void> ping() = 0;
};

} // namespace listingd::sync
