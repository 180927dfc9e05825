#include "sync/preparation.hpp"

#include "mapping/category.hpp"
#include "mapping/map.hpp"
#include "model/digest.hpp"
#include "model/json.hpp"
#include "review/preflight.hpp"
#include "review/remediation.hpp"

#include <algorithm>
#include <set>

namespace listingd::sync {

namespace {

constexpr int most_attempts = 2; // of one rule for one listing

std::map<std::string, int> attempts_so_far(const claimed_listing& held) {
  std::map<std::string, int> attempts;
  for (const auto& one : held.remediations)
    if (one.outcome != "void") ++attempts[one.change.rule];
  return attempts;
}

std::vector<repair> tried_so_far(const claimed_listing& held) {
  std::vector<repair> tried;
  for (const auto& one : held.remediations)
    if (one.outcome != "void") tried.push_back(one.change);
  return tried;
}

bool shows_all_skus(const boost::json::object& observed, const draft& wanted) {
  std::set<std::string> shown;
  for (const auto& sku : items_at(observed, "skus")) shown.insert(text_at(sku, "seller_sku"));
  return std::ranges::all_of(wanted.skus, [&](const draft_sku& sku) { return shown.contains(sku.seller_sku.text()); });
}

violation wrong_region(const mapping::profile& by, const std::string& region) {
  return {.origin = violation_origin::preflight,
          .klass = "shop",
          .code = "profile_region_mismatch",
          .position = "profile " + by.file,
          .reason = "the profile is for region " + by.region + ", the shop is in " + region,
          .suggestion = "Give the shop a profile of its own region in the configuration.",
          .who = actor::operator_,
          .evidence = nullptr};
}

/// Also one that the review did not honour: without it the draft would change back, and be sent and rejected once more.
bool in_force(const stored_remediation& one) {
  return one.outcome != "void";
}

/// Of everything a refusal depends on; a number that is not sent is no reason to send the rest again.
std::string fingerprint_of(const prepared& ready, bool stock_is_sent) {
  boost::json::array parts;
  if (ready.wanted)
    for (const auto& [name, digest] : ready.wanted->digests())
      if (stock_is_sent || name != "stock") parts.push_back(boost::json::value(name + digest));
  parts.push_back(boost::json::value(ready.rules ? ready.rules->digest : ""));
  for (const auto& one : ready.repairs) parts.push_back(boost::json::array{one.rule, one.change});
  return digest_of(parts);
}

} // namespace

std::string accepted_fingerprint(const facet_digests& accepted) {
  std::string text;
  for (const auto& [name, digest] : accepted)
    if (name != "stock") text += name + '=' + digest + '\n';
  return text.empty() ? std::string{} : sha256_hex(text);
}

std::vector<seller_sku> skus_of(const draft& wanted) {
  std::vector<seller_sku> out;
  for (const auto& sku : wanted.skus)
    if (!sku.seller_sku.empty()) out.push_back(sku.seller_sku);
  return out;
}

task<result<prepared>> preparation::prepare(const claimed_listing& held, const connected_shop& shop,
                                            const shop_setting& setting) {
  prepared out;
  out.fingerprint = "unwanted"; // so that a refused deactivation is not sent again
  if (!held.payload) co_return out;
  const auto record = parse_record(*held.payload, "product " + held.ref.product.text());
  if (!record) co_return std::unexpected(record.error());
  if (!record->enabled) co_return out;
  if (const auto& region = setting.profile->region; !region.empty() && region != shop.info.region) {
    out.violations.push_back(wrong_region(*setting.profile, shop.info.region));
    co_return out;
  }
  auto tree = co_await taxonomy_.tree(shop);
  if (!tree) co_return std::unexpected(tree.error());
  const auto category = mapping::resolve_category(*record, *setting.profile, **tree, shop.info.region);
  if (!category) {
    out.violations.push_back(category.error());
    co_return out;
  }
  auto rules = co_await taxonomy_.leaf(shop, *category);
  if (!rules) co_return std::unexpected(rules.error());
  out.rules = *rules;
  const auto warehouses = co_await taxonomy_.warehouses(shop);
  if (!warehouses) co_return std::unexpected(warehouses.error());

  std::vector<stored_remediation> candidates;
  for (const auto& one : held.remediations)
    if (in_force(one)) candidates.push_back(one);
  // A repair whose input has changed is dropped and the draft made again without it: at most one more round.
  for (int round = 0; round < 2; ++round) {
    out.repairs.clear();
    for (const auto& one : candidates) out.repairs.push_back(one.change);
    auto mapped = mapping::map({.record = *record,
                                .source = held.ref.source,
                                .profile = *setting.profile,
                                .rules = **rules,
                                .region = shop.info.region,
                                .category = *category,
                                .category_version = taxonomy_keeper::version_of(shop),
                                .warehouses = **warehouses,
                                .repairs = out.repairs});
    out.wanted = std::move(mapped.wanted);
    out.violations = std::move(mapped.violations);
    if (!out.wanted) break;
    auto media = co_await media_.prepare(held.ref, setting, shop.info.region, out.repairs, *out.wanted);
    if (!media) co_return std::unexpected(media.error());
    out.media_uploaded = media->uploaded;
    out.smallest_short_side = media->smallest_short_side;
    std::ranges::move(media->violations, std::back_inserter(out.violations));
    const auto stale = [&](const stored_remediation& one) { return !review::still_valid(one.change, *out.wanted); };
    if (!media->violations.empty()) break; // an original is missing for now: what it was repaired for is not known
    std::ranges::copy_if(candidates, std::back_inserter(out.voided), stale);
    if (std::erase_if(candidates, stale) == 0) break;
  }
  for (auto& one : out.voided) one.outcome = "void";
  const bool stock_is_sent = held.state.id.empty() || (out.wanted && out.wanted->follow_stock);
  if (out.wanted) {
    for (auto& found : review::preflight(*out.wanted, *out.rules, shop.info.region)) // mapping has the better words
      if (std::ranges::find(out.violations, found.code, &violation::code) == out.violations.end())
        out.violations.push_back(std::move(found));
    // A live listing's stock falls by sales and is not sent: an empty one in the PIM must not hold everything else.
    if (!stock_is_sent) std::erase_if(out.violations, [](const violation& one) { return one.klass == "stock"; });
  }
  out.fingerprint = fingerprint_of(out, stock_is_sent);
  co_return out;
}

std::vector<review::proposal> preparation::proposals(const claimed_listing& held, const shop_setting& setting,
                                                     const prepared& ready) const {
  if (!ready.wanted || !ready.rules) return {};
  std::vector<violation> rejections;
  for (const auto& one : held.violations)
    if (one.origin == violation_origin::review) rejections.push_back(one);
  const auto record = parse_record(*held.payload, "product");
  if (!record) return {};
  return review::propose(
      rejections,
      {.wanted = *ready.wanted,
       .rules = *ready.rules,
       .pim_holds_certificate =
           [&](const std::string& name) { return mapping::holds_certificate(*record, *setting.profile, name); },
       .attempts = attempts_so_far(held),
       .max_attempts = most_attempts,
       .smallest_short_side = ready.smallest_short_side,
       .max_upscale = setting.profile->image_overrides() != nullptr ? setting.profile->image_overrides()->max_upscale
                                                                    : image_limits{}.max_upscale,
       .tried = tried_so_far(held)});
}

bool preparation::lacks(const connected_shop& shop, scope_need need) const {
  const auto missing = with_.consents.missing_scopes(shop.scopes);
  return std::ranges::find(missing, need, &missing_scope::need) != missing.end();
}

bool preparation::may_ask(const connected_shop& shop) const {
  return shop.alive() && !lacks(shop, scope_need::reading);
}

task<review::facts> preparation::facts_for(const claimed_listing& held, const connected_shop& shop,
                                           const shop_setting& setting, const prepared& ready) {
  const auto& state = held.state;
  const auto now = with_.time.now();
  review::facts known;
  known.wanted_live = held.payload && flag_at(*held.payload, "enabled");
  if (held.payload && find(*held.payload, "enabled") == nullptr) known.wanted_live = true;
  if (ready.wanted) known.wanted = ready.wanted->digests();
  known.preflight_clear = ready.wanted && ready.violations.empty();
  known.media_uploaded = ready.media_uploaded;
  known.follow_stock = ready.wanted && ready.wanted->follow_stock;
  known.has_listing = !state.id.empty();
  known.status = state.status;
  known.review = state.review;
  known.observed_at = state.observed_at;
  const bool in_review = state.review == review_state::auditing || state.status == listing_status::pending;
  known.observation_stale = !state.observed_at || (state.hint_at && *state.hint_at >= *state.observed_at) ||
                            (in_review && now >= *state.observed_at + with_.settings.policy.poll_every);
  known.deactivated_by_us = state.deactivated_by_us;
  known.switched_at = state.switched_at;
  if (ready.wanted && !state.observed.empty()) known.skus_shown = shows_all_skus(state.observed, *ready.wanted);
  known.accepted = state.accepted;
  known.refused_before = !state.refused_fingerprint.empty() && state.refused_fingerprint == ready.fingerprint;
  const auto accepted = accepted_fingerprint(state.accepted);
  known.verified = !accepted.empty() && state.verified_fingerprint == accepted;
  known.drift_found = !accepted.empty() && state.drift_fingerprint == accepted;
  const bool rejected = state.review == review_state::failed || state.status == listing_status::failed ||
                        state.status == listing_status::platform_deactivated;
  known.repairs_proposed = rejected && !proposals(held, setting, ready).empty();
  known.retry_not_before = state.retry_not_before;
  if (held.open)
    known.open = review::open_submission{.create = held.open->request.kind == write_kind::create,
                                         .absent_searches = held.open->absent_searches,
                                         .last_search_at = held.open->last_search_at};
  known.shop = {.live_mode = setting.live,
                .consent_alive = shop.alive(),
                .may_read = !lacks(shop, scope_need::reading),
                .may_write = !lacks(shop, scope_need::writing),
                .adopt_scan_finished = shop.adopt_scan_finished,
                .prerequisites_met = shop.prerequisites_problem.empty(),
                .quota_until = shop.quota_until};
  if (!known.has_listing && ready.wanted) {
    const auto existing = co_await with_.db.existing_with(held.ref.shop, skus_of(*ready.wanted));
    known.existing = existing.empty()       ? review::adoptable::nothing
                     : existing.size() == 1 ? review::adoptable::one
                                            : review::adoptable::several;
    if (const auto holder = co_await with_.db.sku_taken(held.ref, skus_of(*ready.wanted))) {
      known.sku_taken = true;
      known.taken_by_scan = holder->by_scan;
      known.taken_by = "the seller_sku " + holder->seller_sku.text() + " belongs to the product " +
                       holder->product.text() + "; one of the two must let it go";
    }
  }
  co_return known;
}

} // namespace listingd::sync
