#include "review/decide.hpp"

#include <algorithm>

namespace listingd::review {

namespace {

step rest(std::string reason) {
  return {.kind = step_kind::idle, .reason = std::move(reason)};
}
step act(step_kind kind, std::string reason) {
  return {.kind = kind, .reason = std::move(reason)};
}
step wait(step_kind kind, instant until, std::string reason) {
  return {.kind = kind, .until = until, .reason = std::move(reason)};
}

bool has(const std::vector<facet>& facets, facet one) {
  return std::ranges::find(facets, one) != facets.end();
}

/// A review state that a newer API invented is under review as long as the listing is PENDING.
bool in_review(const facts& known) {
  const bool no_verdict = known.review == review_state::none || known.review == review_state::unknown;
  const bool pending = known.status == listing_status::pending && no_verdict;
  return known.has_listing && (known.review == review_state::auditing || pending);
}

bool out_of_reach(listing_status status) {
  return status == listing_status::freeze || status == listing_status::deleted || status == listing_status::unknown;
}

/// A state that TikTok leaves only when a person acts: no webhook is certain to tell, so it is read now and then.
bool waits_for_a_person(const facts& known) {
  if (known.review == review_state::pre_approved || known.review == review_state::unknown) return true;
  switch (known.status) {
  case listing_status::draft:
  case listing_status::platform_deactivated:
    return true;
  case listing_status::seller_deactivated:
    return !known.deactivated_by_us;
  default:
    return out_of_reach(known.status);
  }
}

/// When a listing that may change unheard must be read again; nothing = a webhook or the watch will tell.
std::optional<instant> next_look(const facts& known, instant now, const policy& rules) {
  const auto seen = std::min(known.observed_at.value_or(now), now);
  if (in_review(known)) return seen + rules.poll_every;
  if (waits_for_a_person(known)) return seen + rules.slow_poll;
  return std::nullopt;
}

/// The earliest moment of the next activate or deactivate: what TikTok shows may lag behind the last one.
instant next_switch(const facts& known, const policy& rules) {
  return known.switched_at ? *known.switched_at + rules.poll_every : instant{};
}

bool must_look(const facts& known, instant now, const policy& rules) {
  if (!known.has_listing) return false;
  if (known.observation_stale || !known.observed_at) return true;
  if (const auto settled = next_switch(known, rules); *known.observed_at < settled && now >= settled) return true;
  const auto due = next_look(known, now, rules);
  return due && now >= *due;
}

/// Rests for a person, but keeps an eye on a listing that may change unheard.
step hand_over(step_kind kind, const facts& known, instant now, const policy& rules, std::string reason) {
  step out{.kind = kind, .reason = std::move(reason)};
  if (known.has_listing) out.until = next_look(known, now, rules);
  return out;
}

step refused(const facts& known, instant now, const policy& rules) {
  return hand_over(step_kind::block, known, now, rules, "TikTok refused exactly this; something must change first");
}

step await_review(const facts& known, instant now, const policy& rules, std::string reason) {
  return wait(step_kind::await_review, next_look(known, now, rules).value_or(now + rules.poll_every),
              std::move(reason));
}

/// An unwanted product, or a shop that only observes, gets its lost create looked for but never sent again.
step settle_open_write(const facts& known, instant now, const policy& rules) {
  if (known.open->last_search_at && now < *known.open->last_search_at + rules.uncertain_wait)
    return wait(step_kind::idle, *known.open->last_search_at + rules.uncertain_wait,
                "a reply was lost; TikTok's search may lag behind, looking again later");
  auto ask = act(step_kind::resolve_uncertain, "a reply was lost; asking TikTok what became of it");
  ask.may_resend = known.open->create && known.shop.live_mode && known.shop.may_write && known.wanted_live;
  return ask;
}

step take_off(const facts& known, instant now, const policy& rules) {
  if (!known.shop.live_mode) return rest("observe: would be deactivated");
  if (known.refused_before) return refused(known, now, rules);
  if (const auto again = next_switch(known, rules); now < again)
    return wait(step_kind::idle, again, "deactivated, and TikTok still shows it live; again later");
  return act(step_kind::deactivate, "deleted or disabled in the PIM");
}

/// The product is gone from the PIM or disabled there.
step unwanted(const facts& known, instant now, const policy& rules) {
  if (!known.has_listing) return rest("not wanted and not listed");
  if (known.status == listing_status::activate) return take_off(known, now, rules);
  if (in_review(known)) return await_review(known, now, rules, "no longer wanted; the review must end first");
  return rest("not wanted and not live");
}

/// Nothing at TikTok yet.
step first_listing(const facts& known, instant now, const policy& rules) {
  if (known.sku_taken) // first: what another of ours is creating right now may be what the shop has
    return wait(step_kind::park, now + rules.poll_every,
                known.taken_by.empty() ? "a seller_sku belongs to another listing" : known.taken_by);
  if (known.existing == adoptable::one) return act(step_kind::adopt, "the shop already has this seller_sku");
  if (known.existing == adoptable::several)
    return act(step_kind::park, "the seller_skus of this product belong to several products of the shop");
  if (known.refused_before) return refused(known, now, rules);
  if (!known.shop.prerequisites_met)
    return wait(step_kind::park, now + rules.slow_poll, "the shop does not meet TikTok's prerequisites");
  if (known.shop.quota_until && now < *known.shop.quota_until)
    return wait(step_kind::park, *known.shop.quota_until, "the shop's listing quota is used up");
  if (!known.media_uploaded) return act(step_kind::upload_media, "pictures are not uploaded yet");
  return act(step_kind::create, "new product");
}

/// Something that review looks at differs from what TikTok accepted last.
step change_content(const facts& known, std::vector<facet> facets) {
  if (!known.media_uploaded) return act(step_kind::upload_media, "pictures are not uploaded yet");
  return {.kind = step_kind::edit, .until = {}, .facets = std::move(facets), .reason = "the draft has changed"};
}

step after_rejection(const facts& known, instant now, const policy& rules, step_kind otherwise, std::string reason) {
  if (known.repairs_proposed) return act(step_kind::remediate, "the review's complaint can be repaired");
  return hand_over(otherwise, known, now, rules, std::move(reason));
}

step switch_on(const facts& known, instant now, const policy& rules) {
  if (!known.deactivated_by_us)
    return hand_over(step_kind::park, known, now, rules, "deactivated in Seller Center, not by listingd");
  if (known.refused_before) return refused(known, now, rules);
  if (known.shop.quota_until && now < *known.shop.quota_until)
    return wait(step_kind::park, *known.shop.quota_until, "the shop's listing quota is used up");
  if (const auto again = next_switch(known, rules); now < again)
    return wait(step_kind::idle, again, "activated, and TikTok does not show it yet; again later");
  return act(step_kind::activate, "enabled again in the PIM");
}

/// Live without a running review: proof that what is live is what was sent.
step prove(const facts& known) {
  if (known.verified) return rest("live and verified");
  if (known.drift_found) return act(step_kind::park, "what is live differs from what was sent");
  return act(step_kind::read_back, "live; comparing with what was sent");
}

/// TikTok has accepted what we want; what remains is its verdict and the proof.
step follow_verdict(const facts& known, instant now, const policy& rules) {
  const bool rejected = known.review == review_state::failed || known.status == listing_status::failed;
  if (known.status == listing_status::platform_deactivated)
    return after_rejection(known, now, rules, step_kind::park, "taken down by TikTok; see Seller Center");
  if (rejected)
    return after_rejection(known, now, rules, step_kind::block, "rejected by the review; a person must act");
  if (in_review(known)) return await_review(known, now, rules, "in review");
  if (known.review == review_state::pre_approved)
    return hand_over(step_kind::park, known, now, rules, "approved, but TikTok waits for the shop's own qualification");
  if (known.status == listing_status::seller_deactivated) return switch_on(known, now, rules);
  if (known.status == listing_status::draft)
    return hand_over(step_kind::park, known, now, rules,
                     "TikTok keeps it as a draft; the listing limit may be reached");
  if (known.review == review_state::unknown)
    return hand_over(step_kind::park, known, now, rules, "a review state that listingd does not know");
  if (known.status == listing_status::activate) return prove(known);
  return await_review(known, now, rules, "accepted; waiting for TikTok to show it");
}

/// A product at TikTok, wanted live, mapped and clean. Price and stock of a live product go at once, beside a review;
/// with a new set of SKUs the edit goes first where it may, since it brings the new ones' prices.
step keep_listing(const facts& known, instant now, const policy& rules) {
  const auto facets = owed(known);
  const bool live = known.status == listing_status::activate;
  const bool only_stock = facets == std::vector{facet::stock};
  if (facets.empty() || (only_stock && !live)) return follow_verdict(known, now, rules);
  if (known.refused_before) return refused(known, now, rules);
  const bool edit_first = !known.skus_shown || (has(facets, facet::structure) && !in_review(known));
  if (live && !edit_first && has(facets, facet::offers)) return act(step_kind::set_price, "the price has changed");
  if (live && !edit_first && has(facets, facet::stock))
    return act(step_kind::set_stock, "the source's stock has changed");
  if (in_review(known)) return await_review(known, now, rules, "changed again; held while the review runs");
  return change_content(known, facets);
}

} // namespace

std::vector<facet> owed(const facts& known) {
  if (!known.wanted) return {};
  auto facets = differing(*known.wanted, known.accepted);
  // A product's first stock goes with its create; what an adopted one had is left as it is.
  const bool follow = known.follow_stock && known.accepted.contains("stock");
  if (known.has_listing && !follow) std::erase(facets, facet::stock);
  return facets;
}

step decide(const facts& known, instant now, const policy& rules) {
  if (!known.shop.consent_alive) return act(step_kind::park, "needs_reauth: the seller must consent again");
  if (!known.shop.may_read)
    return act(step_kind::park, "the seller's consent lacks a scope that reading needs; see listingd shops");
  if (known.retry_not_before && now < *known.retry_not_before)
    return wait(step_kind::idle, *known.retry_not_before, "waiting after a failure");
  if (known.open) return settle_open_write(known, now, rules);
  if (must_look(known, now, rules)) return act(step_kind::read_back, "the listing's state must be known");
  if (!known.wanted_live) return unwanted(known, now, rules);
  if (known.has_listing && out_of_reach(known.status))
    return hand_over(step_kind::park, known, now, rules,
                     "frozen, deleted or in an unknown state at TikTok; a person must look");
  if (!known.wanted || !known.preflight_clear)
    return hand_over(step_kind::block, known, now, rules, "the local checks found what TikTok would refuse");
  if (!known.shop.live_mode) return rest("observe: nothing is written to TikTok");
  if (!known.shop.may_write)
    return act(step_kind::park, "the seller's consent lacks a scope that writing needs; see listingd shops");
  if (!known.shop.adopt_scan_finished)
    return wait(step_kind::idle, now + rules.poll_every, "what the shop already holds is not known yet");
  return known.has_listing ? keep_listing(known, now, rules) : first_listing(known, now, rules);
}

std::string_view name_of(step_kind kind) {
  switch (kind) {
  case step_kind::idle:
    return "idle";
  case step_kind::block:
    return "block";
  case step_kind::upload_media:
    return "upload_media";
  case step_kind::adopt:
    return "adopt";
  case step_kind::create:
    return "create";
  case step_kind::edit:
    return "edit";
  case step_kind::set_price:
    return "set_price";
  case step_kind::set_stock:
    return "set_stock";
  case step_kind::activate:
    return "activate";
  case step_kind::deactivate:
    return "deactivate";
  case step_kind::resolve_uncertain:
    return "resolve_uncertain";
  case step_kind::read_back:
    return "read_back";
  case step_kind::await_review:
    return "await_review";
  case step_kind::remediate:
    return "remediate";
  case step_kind::park:
    return "park";
  }
  return "park";
}

bool writes(step_kind kind) {
  switch (kind) {
  case step_kind::create:
  case step_kind::edit:
  case step_kind::set_price:
  case step_kind::set_stock:
  case step_kind::activate:
  case step_kind::deactivate:
    return true;
  default:
    return false;
  }
}

} // namespace listingd::review
