// The heart: from everything known about one listing to the one next step. Pure; the reconciler in lib/sync gathers the
// facts, performs the step and records the outcome. `plan` asks the same function and performs nothing.
#pragma once

#include "model/clock.hpp"
#include "model/draft.hpp"
#include "model/listing.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace listingd::review {

/// What the shop allows at the moment.
struct gate {
  bool live_mode = false;             ///< mode = "live"; otherwise nothing is written to TikTok
  bool consent_alive = false;         ///< the authorization works
  bool may_read = true;               ///< the consent covers reading products
  bool may_write = true;              ///< ... and writing them
  bool adopt_scan_finished = false;   ///< what the shop already holds is known
  bool prerequisites_met = true;      ///< Check prerequisites found nothing that blocks new products
  std::optional<instant> quota_until; ///< the listing quota is used up until then
};

enum class adoptable { nothing, one, several };

/// A write whose outcome is not known: the intent is stored, the answer is not.
struct open_submission {
  bool create = false;
  int absent_searches = 0; ///< times that a search did not find our product
  std::optional<instant> last_search_at;
};

struct facts {
  // what the PIM wants
  bool wanted_live = false;            ///< the product exists in the PIM and is enabled
  std::optional<facet_digests> wanted; ///< of the draft; nothing when no draft could be made
  bool preflight_clear = false;        ///< no violation found by the local checks
  bool media_uploaded = false;         ///< every picture and document of the draft has its uri
  bool follow_stock = false;

  // what TikTok has
  bool has_listing = false;
  listing_status status = listing_status::none;
  review_state review = review_state::none;
  bool observation_stale = true; ///< something happened since the last Get Product
  std::optional<instant> observed_at;
  bool skus_shown = true;             ///< TikTok shows every SKU that is wanted: price and stock calls reach them all
  std::optional<instant> switched_at; ///< when an activate or deactivate was sent last
  bool deactivated_by_us = false;     ///< the last switch was ours: sent, whatever became of it

  // what happened so far
  facet_digests accepted;        ///< of the last write that TikTok took
  bool refused_before = false;   ///< TikTok refused what is owed now, and no input has changed since
  bool verified = false;         ///< read back after approval and equal, for what was accepted last
  bool drift_found = false;      ///< read back after approval and different
  bool repairs_proposed = false; ///< a rule can change something that the review complained about
  std::optional<open_submission> open;
  std::optional<instant> retry_not_before; ///< backoff after a transient failure

  // what else the shop holds
  adoptable existing = adoptable::nothing;
  bool sku_taken = false;     ///< a seller_sku belongs to another listing of ours
  bool taken_by_scan = false; ///< ... by what the shop showed once: may have been let go meanwhile
  std::string taken_by;       ///< for the reason: which seller_sku, and whose

  gate shop;
};

struct policy {
  duration poll_every{120'000};    ///< how often a listing in review is read when no webhook comes
  duration uncertain_wait{60'000}; ///< between the two searches after a lost reply
  duration slow_poll{3'600'000};   ///< how often a state that only a person can change is read
};

enum class step_kind {
  idle,
  block,
  upload_media,
  adopt,
  create,
  edit,
  set_price,
  set_stock,
  activate,
  deactivate,
  resolve_uncertain,
  read_back,
  await_review,
  remediate,
  park
};
inline constexpr step_kind all_steps[] = {step_kind::idle,
                                          step_kind::block,
                                          step_kind::upload_media,
                                          step_kind::adopt,
                                          step_kind::create,
                                          step_kind::edit,
                                          step_kind::set_price,
                                          step_kind::set_stock,
                                          step_kind::activate,
                                          step_kind::deactivate,
                                          step_kind::resolve_uncertain,
                                          step_kind::read_back,
                                          step_kind::await_review,
                                          step_kind::remediate,
                                          step_kind::park};

struct step {
  step_kind kind = step_kind::idle;
  std::optional<instant> until; ///< when to look again; nothing = when a fact changes
  std::vector<facet> facets;    ///< of an edit
  bool may_resend = false;      ///< of resolve_uncertain: a create that is absent for good may be sent again
  std::string reason;           ///< one sentence for a person
};

[[nodiscard]] std::string_view name_of(step_kind kind);
/// True for the steps that change something at TikTok.
[[nodiscard]] bool writes(step_kind kind);

/// The one next step. Total: every combination of facts has an answer.
[[nodiscard]] step decide(const facts& known, instant now, const policy& rules);

/// The facets that a write is owed for: wanted differs from the last accepted; stock only where it is followed.
[[nodiscard]] std::vector<facet> owed(const facts& known);

} // namespace listingd::review
