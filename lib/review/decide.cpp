#include "review/decide.hpp"

#include <algorithm>

namespace listingd::review {

namespace {

step rest(std::string reason) { return {.kind = step_kind::idle, .reason = std::move(reason)}; }
step act(step_kind kind, std::string reason) { return {.kind = kind, .reason = std::move(reason)}; }
step refused() { return act(step_kind::block, "TikTok refused exactly this; something must change first"); }
step wait(step_kind kind, instant until, std::string reason) {
  return {.kind = kind, .until = until, .reason = std::move(reason)};
}

bool has(const std::vector<facet>& facets, facet one) { return std::ranges::find(facets, one) != facets.end(); }

instant next_poll(const facts& known, instant now, const policy& rules) {
  return std::max(now, known.observed_at.value_or(now)) + rules.poll_every;
}

bool in_review(const facts& known) {
  return known.has_listing && known.review == review_state::auditing;
}

step settle_open_write(const facts& known, instant now, const policy& rules) {
  if (known.open->last_search_at && now < *known.open->last_search_at + rules.uncertain_wait)
    return wait(step_kind::idle, *known.open->last_search_at + rules.uncertain_wait,
                "a reply was lost; TikTok's search may lag behind, looking again later");
  return act(step_kind::resolve_uncertain, "a reply was lost; asking TikTok what became of it");
}

/// The product is gone from the PIM or disabled there.
step unwanted(const facts& known, instant now, const policy& rules) {
  if (!known.has_listing) return rest("not wanted and not listed");
  if (known.observation_stale) return act(step_kind::read_back, "the listing's state must be known first");
  if (known.status == listing_status::activate) {
    if (!known.shop.live_mode) return rest("observe: would be deactivated");
    if (known.refused_before) return refused();
    return act(step_kind::deactivate, "deleted or disabled in the PIM");
  }
  if (in_review(known))
    return wait(step_kind::await_review, next_poll(known, now, rules), "no longer wanted; the review must end first");
  return rest("not wanted and not live");
}

/// Nothing at TikTok yet.
step first_listing(const facts& known, instant now, const policy& rules) {
  if (known.existing == adoptable::one) return act(step_kind::adopt, "the shop already has this seller_sku");
  if (known.existing == adoptable::several)
    return act(step_kind::park, "the seller_skus of this product belong to several products of the shop");
  if (known.sku_taken)
    return wait(step_kind::park, now + rules.poll_every, "a seller_sku is still live under another listing");
  if (known.refused_before) return refused();
  if (!known.shop.prerequisites_met)
    return wait(step_kind::park, now + rules.slow_poll, "the shop does not meet TikTok's prerequisites");
  if (known.shop.quota_until && now < *known.shop.quota_until)
    return wait(step_kind::park, *known.shop.quota_until, "the shop's listing quota is used up");
  if (!known.media_uploaded) return act(step_kind::upload_media, "pictures are not uploaded yet");
  return act(step_kind::create, "new product");
}

/// Something that review looks at differs from what TikTok accepted last.
step change_content(const facts& known, std::vector<facet> facets) {
  if (known.refused_before) return refused();
  if (!known.media_uploaded) return act(step_kind::upload_media, "pictures are not uploaded yet");
  return {.kind = step_kind::edit, .until = {}, .facets = std::move(facets), .reason = "the draft has changed"};
}

step after_rejection(const facts& known) {
  if (known.repairs_proposed) return act(step_kind::remediate, "the review's complaint can be repaired");
  return act(step_kind::block, "rejected by the review; a person must act");
}

/// TikTok has accepted what we want; what remains is its verdict and the proof.
step follow_verdict(const facts& known, instant now, const policy& rules) {
  if (known.review == review_state::failed) return after_rejection(known);
  switch (known.status) {
  case listing_status::seller_deactivated:
    if (known.deactivated_by_us)
      return known.refused_before ? refused() : act(step_kind::activate, "enabled again in the PIM");
    return act(step_kind::park, "deactivated in Seller Center, not by listingd");
  case listing_status::platform_deactivated:
    return known.repairs_proposed ? after_rejection(known)
                                  : act(step_kind::park, "taken down by TikTok; see Seller Center");
  case listing_status::failed: return after_rejection(known);
  case listing_status::draft:
    return wait(step_kind::park, now + rules.slow_poll, "TikTok keeps it as a draft; the listing limit may be reached");
  case listing_status::activate:
    if (known.review == review_state::auditing) break;
    if (known.verified) return rest("live and verified");
    if (known.drift_found) return act(step_kind::park, "what is live differs from what was sent");
    return act(step_kind::read_back, "live; comparing with what was sent");
  default: break;
  }
  if (known.review == review_state::pre_approved)
    return wait(step_kind::park, now + rules.slow_poll, "approved, but TikTok waits for the shop's own qualification");
  return wait(step_kind::await_review, next_poll(known, now, rules), "in review");
}

/// A product at TikTok, wanted live, mapped and clean.
step keep_listing(const facts& known, instant now, const policy& rules) {
  const auto facets = owed(known);
  const bool live = known.status == listing_status::activate;
  const bool only_offers = std::ranges::all_of(
      facets, [](facet one) { return one == facet::offers || one == facet::stock; });
  if (live && !facets.empty() && known.refused_before) return refused();
  if (live && has(facets, facet::offers)) return act(step_kind::set_price, "the price has changed");
  if (live && has(facets, facet::stock)) return act(step_kind::set_stock, "the source's stock has changed");
  if (facets.empty() || (only_offers && !has(facets, facet::offers))) return follow_verdict(known, now, rules);
  if (in_review(known))
    return wait(step_kind::await_review, next_poll(known, now, rules), "changed again; held while the review runs");
  return change_content(known, facets);
}

bool out_of_reach(listing_status status) {
  return status == listing_status::freeze || status == listing_status::deleted || status == listing_status::unknown;
}

} // namespace

std::vector<facet> owed(const facts& known) {
  if (!known.wanted) return {};
  auto facets = differing(*known.wanted, known.accepted);
  if (!known.follow_stock || !known.accepted.contains("stock")) {
    const bool never_sent = !known.accepted.contains("stock") && !known.has_listing;
    if (!never_sent) std::erase(facets, facet::stock);
  }
  return facets;
}

step decide(const facts& known, instant now, const policy& rules) {
  if (!known.shop.consent_alive) return act(step_kind::park, "needs_reauth: the seller must consent again");
  if (known.retry_not_before && now < *known.retry_not_before)
    return wait(step_kind::idle, *known.retry_not_before, "waiting after a failure");
  if (known.open) return settle_open_write(known, now, rules);
  if (!known.wanted_live) return unwanted(known, now, rules);
  if (known.has_listing && known.observation_stale) return act(step_kind::read_back, "the listing's state must be known");
  if (known.has_listing && out_of_reach(known.status))
    return act(step_kind::park, "frozen, deleted or in an unknown state at TikTok; a person must look");
  if (!known.wanted || !known.preflight_clear) {
    auto blocked = act(step_kind::block, "the local checks found what TikTok would refuse");
    if (in_review(known)) blocked.until = next_poll(known, now, rules);
    return blocked;
  }
  if (!known.shop.live_mode) return rest("observe: nothing is written to TikTok");
  if (!known.shop.adopt_scan_finished)
    return wait(step_kind::park, now + rules.poll_every, "what the shop already holds is not known yet");
  return known.has_listing ? keep_listing(known, now, rules) : first_listing(known, now, rules);
}

std::string_view name_of(step_kind kind) {
  switch (kind) {
  case step_kind::idle: return "idle";
  case step_kind::block: return "block";
  case step_kind::upload_media: return "upload_media";
  case step_kind::adopt: return "adopt";
  case step_kind::create: return "create";
  case step_kind::edit: return "edit";
  case step_kind::set_price: return "set_price";
  case step_kind::set_stock: return "set_stock";
  case step_kind::activate: return "activate";
  case step_kind::deactivate: return "deactivate";
  case step_kind::resolve_uncertain: return "resolve_uncertain";
  case step_kind::read_back: return "read_back";
  case step_kind::await_review: return "await_review";
  case step_kind::remediate: return "remediate";
  case step_kind::park: return "park";
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
  case step_kind::deactivate: return true;
  default: return false;
  }
}

} // namespace listingd::review
