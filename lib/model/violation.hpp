// Something that blocks a listing: what, where, why, what to do, and who must act. Found by preflight, by TikTok's
// refusal of a call, by its review, or by the platform; opened and closed by evidence.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace listingd {

enum class violation_origin { preflight, refusal, review, platform };
enum class actor { product_team, shop_owner, operator_, machine };

struct violation {
  violation_origin origin = violation_origin::preflight;
  std::string klass;      ///< what it is about: title, description, image, category, attribute, brand, price, stock,
                          ///< sku, package, certificate, shop, other
  std::string code;       ///< stable short word (price_missing) or TikTok's code (12052104)
  std::string position;   ///< where in the draft or record, e.g. "attributes.Material" or the review's own label
  std::string reason;     ///< what is wrong, one sentence; a review's own words are kept verbatim
  std::string suggestion; ///< the fix, one sentence
  actor who = actor::product_team;
  boost::json::value evidence; ///< numbers behind it (sizes, allowed values); null when there are none

  /// Two violations are the same finding when origin, code, position and reason agree.
  [[nodiscard]] std::string fingerprint() const;
};

/// What a TikTok code means to a person: what it is about, the cause, the fix, who must act. Made by lib/tiktok's
/// table.
struct code_advice {
  std::string klass; ///< as violation::klass
  std::string meaning;
  std::string suggestion;
  actor who = actor::operator_;
};

/// A code with TikTok's words: one entry of listing_check's fail_reasons.
struct check_failure {
  std::string code;
  std::string message;
};

[[nodiscard]] std::string_view name_of(violation_origin origin);
[[nodiscard]] std::string_view name_of(actor who);
[[nodiscard]] violation_origin origin_from(std::string_view name);
[[nodiscard]] actor actor_from(std::string_view name);

} // namespace listingd
