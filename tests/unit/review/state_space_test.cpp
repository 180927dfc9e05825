// decide() over every combination of a reduced fact space: laws that no combination may break.
#include "catch.hpp"
#include "situations.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace listingd::review::test {

namespace {

constexpr std::array statuses{listing_status::none,
                              listing_status::draft,
                              listing_status::pending,
                              listing_status::failed,
                              listing_status::activate,
                              listing_status::seller_deactivated,
                              listing_status::platform_deactivated,
                              listing_status::freeze,
                              listing_status::deleted,
                              listing_status::unknown};
constexpr std::array reviews{review_state::none,         review_state::auditing, review_state::failed,
                             review_state::pre_approved, review_state::approved, review_state::unknown};
/// Which facets differ from what was accepted.
const std::array<std::vector<std::string>, 5> differences{
    {{}, {"details"}, {"offers"}, {"stock"}, {"structure", "media", "offers", "stock"}}};

/// The booleans, one bit each.
void apply_bits(facts& f, unsigned bits) {
  const auto bit = [&](unsigned n) { return (bits >> n & 1U) != 0; };
  f.wanted_live = !bit(0);
  f.preflight_clear = !bit(1);
  f.media_uploaded = !bit(2);
  f.refused_before = bit(3);
  f.repairs_proposed = bit(4);
  f.deactivated_by_us = bit(5);
  f.shop.live_mode = !bit(6);
  f.observation_stale = bit(7);
  if (bit(0)) f.wanted.reset();
}
constexpr unsigned all_bits = 1U << 8;

/// Calls `look` with every combination of a listing at TikTok.
template <class Look>
void for_each_listing(Look look) {
  for (const auto status : statuses)
    for (const auto review : reviews)
      for (const auto& owed_facets : differences)
        for (unsigned bits = 0; bits < all_bits; ++bits) {
          auto known = clean_product();
          put_listing(known);
          known.status = status;
          known.review = review;
          for (const auto& name : owed_facets) known.accepted[name] = "accepted before";
          apply_bits(known, bits);
          look(known);
        }
}

/// Calls `look` with every combination of a product without a listing.
template <class Look>
void for_each_new_product(Look look) {
  for (const auto existing : {adoptable::nothing, adoptable::one, adoptable::several})
    for (const bool taken : {false, true})
      for (const bool prerequisites : {false, true})
        for (const bool quota : {false, true})
          for (const bool scanned : {false, true})
            for (unsigned bits = 0; bits < all_bits; ++bits) {
              auto known = clean_product();
              known.existing = existing;
              known.sku_taken = taken;
              known.shop.prerequisites_met = prerequisites;
              if (quota) known.shop.quota_until = now + duration{1};
              known.shop.adopt_scan_finished = scanned;
              apply_bits(known, bits);
              look(known);
            }
}

/// What may stand around any combination and takes precedence over it.
template <class Look>
void in_all_surroundings(facts known, Look look) {
  look(known);
  known.shop.consent_alive = false;
  look(known);
  known.shop.consent_alive = true;
  known.shop.may_write = false;
  look(known);
  known.shop.may_read = false;
  look(known);
  known.shop.may_read = known.shop.may_write = true;
  known.retry_not_before = now + duration{1};
  look(known);
  known.retry_not_before.reset();
  for (const bool create : {false, true}) {
    known.open = open_submission{.create = create};
    look(known);
    known.open->last_search_at = now - duration{1};
    look(known);
  }
}

bool rests(const step& what) {
  return what.kind == step_kind::idle || what.kind == step_kind::block || what.kind == step_kind::park ||
         what.kind == step_kind::await_review;
}

/// The laws, as one list of names so that a broken one says which; empty = all hold.
std::string broken_law(const facts& f, const step& what) {
  const bool write = writes(what.kind);
  const bool create = what.kind == step_kind::create;
  if (std::ranges::find(all_steps, what.kind) == std::end(all_steps)) return "every answer is a step";
  if (what.reason.empty()) return "every answer has a reason";
  if (what.until && *what.until <= now) return "a wait ends in the future";
  if (what.until && !rests(what)) return "only rest has an end";
  if (what.kind == step_kind::await_review && !what.until) return "a review is polled";
  if (!f.shop.live_mode && (write || what.may_resend || what.kind == step_kind::upload_media))
    return "observe writes nothing";
  if (!f.shop.consent_alive && !rests(what)) return "without consent nothing is called";
  if (!f.shop.may_read && !rests(what)) return "without the scope to read nothing is called";
  if (!f.shop.may_write &&
      (what.may_resend || what.kind == step_kind::upload_media || (write && what.kind != step_kind::deactivate)))
    return "without the scope to write nothing is written";
  if (f.retry_not_before && !rests(what)) return "a failure is waited out";
  if (f.open && write) return "no write beside an open one";
  if (create && f.has_listing) return "no create beside a listing";
  if (create && (f.existing != adoptable::nothing || f.sku_taken)) return "no create of what the shop has";
  if (create && (!f.shop.prerequisites_met || f.shop.quota_until)) return "no create past quota and prerequisites";
  if (create && !f.shop.adopt_scan_finished) return "no create before the scan";
  if (write && f.refused_before) return "nothing refused is sent again";
  if (!f.wanted_live && write && what.kind != step_kind::deactivate) return "the unwanted is only taken off";
  if (!f.wanted_live && what.may_resend) return "the unwanted is not sent again";
  if (f.wanted_live && what.kind == step_kind::deactivate) return "the wanted stays";
  if (write && what.kind != step_kind::deactivate && !f.preflight_clear) return "nothing goes past preflight";
  if ((create || what.kind == step_kind::edit) && !f.media_uploaded) return "pictures first";
  if (what.kind == step_kind::edit && what.facets.empty()) return "an edit changes something";
  if (what.kind == step_kind::edit && f.review == review_state::auditing) return "no edit during a review";
  if (write && f.has_listing && f.observation_stale) return "nothing is written blindly";
  if (what.kind == step_kind::read_back && !f.has_listing) return "only a listing can be read";
  if (what.kind == step_kind::adopt && f.has_listing) return "only a product without listing adopts";
  if ((what.kind == step_kind::set_price || what.kind == step_kind::set_stock) && f.status != listing_status::activate)
    return "offers go alone only to a live product";
  if (what.kind == step_kind::activate && (f.status != listing_status::seller_deactivated || !f.deactivated_by_us))
    return "only our own deactivation is undone";
  const bool settled = f.verified || !f.wanted_live || !f.shop.live_mode;
  if (what.kind == step_kind::idle && !what.until && !settled) return "only the settled sleeps without an end";
  if (what.kind == step_kind::remediate && !f.repairs_proposed) return "repairs need a rule";
  return {};
}

struct tally {
  std::size_t seen = 0;
  std::map<std::string, std::size_t> broken;
  std::map<step_kind, std::size_t> kinds;

  void operator()(const facts& known) {
    ++seen;
    const auto what = decide(known, now, rules);
    ++kinds[what.kind];
    if (auto law = broken_law(known, what); !law.empty()) ++broken[law];
  }
};

} // namespace

TEST_CASE("no combination of facts breaks a law") {
  tally count;
  for_each_listing([&](const facts& known) { // what is owed does not matter where something takes precedence
    if (known.accepted == all_wanted())
      in_all_surroundings(known, std::ref(count));
    else
      count(known);
  });
  for_each_new_product([&](const facts& known) { in_all_surroundings(known, std::ref(count)); });
  for (const auto& [law, times] : count.broken) UNSCOPED_INFO(law << ": broken " << times << " times");
  CHECK(count.broken.empty());
  CHECK(count.seen > 100'000);
  CHECK(count.kinds.size() == std::size(all_steps)); // the space is wide enough to reach every kind of step
}

TEST_CASE("the same facts give the same step") {
  for_each_new_product([](const facts& known) {
    const auto once = decide(known, now, rules), twice = decide(known, now, rules);
    if (once.kind != twice.kind || once.until != twice.until) FAIL("decide() is not a function");
  });
}

} // namespace listingd::review::test
