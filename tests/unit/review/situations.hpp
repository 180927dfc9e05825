// Situations in words, as lib/review/README.md writes them, made into facts for decide(). A word changes one thing of a
// product that is wanted, mapped, clean and uploaded, in a live shop with consent and a finished scan.
#pragma once

#include "review/decide.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace listingd::review::test {

inline const instant now = *instant_from_text("2026-11-24T08:00:00Z");
inline const policy rules{};

inline facet_digests all_wanted() {
  facet_digests out;
  for (const auto one : all_facets) out[std::string(name_of(one))] = "wanted " + std::string(name_of(one));
  return out;
}

inline facts clean_product() {
  facts out;
  out.wanted_live = true;
  out.wanted = all_wanted();
  out.preflight_clear = true;
  out.media_uploaded = true;
  out.follow_stock = true;
  out.shop = {.live_mode = true,
              .consent_alive = true,
              .adopt_scan_finished = true,
              .prerequisites_met = true,
              .quota_until = {}};
  return out;
}

inline void put_listing(facts& known) {
  known.has_listing = true;
  known.observation_stale = false;
  known.observed_at = now;
  known.accepted = all_wanted();
}

inline const std::map<std::string, std::function<void(facts&)>, std::less<>>& words() {
  static const std::map<std::string, std::function<void(facts&)>, std::less<>> known{
      {"no consent", [](facts& f) { f.shop.consent_alive = false; }},
      {"no scope to read", [](facts& f) { f.shop.may_read = false; }},
      {"no scope to write", [](facts& f) { f.shop.may_write = false; }},
      {"waiting after a failure", [](facts& f) { f.retry_not_before = now + duration{1}; }},
      {"reply lost", [](facts& f) { f.open = open_submission{.create = true}; }},
      {"just searched", [](facts& f) { f.open->last_search_at = now - duration{1}; }},
      {"unwanted",
       [](facts& f) {
         f.wanted_live = false;
         f.wanted.reset();
       }},
      {"stale", [](facts& f) { f.observation_stale = true; }},
      {"refused", [](facts& f) { f.refused_before = true; }},
      {"switched by us",
       [](facts& f) {
         f.deactivated_by_us = true;
         f.switched_at = now - std::chrono::hours(1);
       }},
      {"just now", [](facts& f) { f.switched_at = now; }},
      {"observe", [](facts& f) { f.shop.live_mode = false; }},
      {"no draft", [](facts& f) { f.wanted.reset(); }},
      {"preflight found something", [](facts& f) { f.preflight_clear = false; }},
      {"scan unfinished", [](facts& f) { f.shop.adopt_scan_finished = false; }},
      {"held by one product of the shop", [](facts& f) { f.existing = adoptable::one; }},
      {"held by several products of the shop", [](facts& f) { f.existing = adoptable::several; }},
      {"sku under another listing", [](facts& f) { f.sku_taken = true; }},
      {"prerequisites unmet", [](facts& f) { f.shop.prerequisites_met = false; }},
      {"quota used up", [](facts& f) { f.shop.quota_until = now + duration{1}; }},
      {"pictures not uploaded", [](facts& f) { f.media_uploaded = false; }},
      {"nothing at TikTok", [](facts&) {}},
      {"poll due", [](facts& f) { f.observed_at = now - rules.poll_every; }},
      {"slow poll due", [](facts& f) { f.observed_at = now - rules.slow_poll; }},
      {"repairable", [](facts& f) { f.repairs_proposed = true; }},
      {"drift", [](facts& f) { f.drift_found = true; }},
      {"verified", [](facts& f) { f.verified = true; }},
  };
  return known;
}

/// False when the word is not known.
inline bool apply(facts& known, std::string_view word) {
  if (const auto found = words().find(word); found != words().end()) {
    found->second(known);
    return true;
  }
  const auto rest = word.substr(std::min(word.find(' ') + 1, word.size()));
  if (word.starts_with("status ")) {
    put_listing(known);
    known.status = listing_status_from(rest);
    return rest == "UNKNOWN" || known.status != listing_status::unknown;
  }
  if (word.starts_with("review ")) {
    known.review = review_state_from(rest);
    return rest == "UNKNOWN" || known.review != review_state::unknown;
  }
  if (!word.starts_with("owed ")) return false;
  const auto facet = known.accepted.find(std::string(rest));
  if (facet == known.accepted.end()) return false;
  facet->second = "accepted before";
  return true;
}

/// The facts of "status FAILED, review FAILED, repairable"; nothing when a word is not known.
inline std::optional<facts> situation(std::string_view text) {
  auto out = clean_product();
  while (true) {
    const auto comma = text.find(", ");
    if (!apply(out, text.substr(0, comma))) return std::nullopt;
    if (comma == std::string_view::npos) return out;
    text.remove_prefix(comma + 2);
  }
}

} // namespace listingd::review::test
