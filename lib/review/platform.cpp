#include "review/platform.hpp"

#include <algorithm>
#include <array>

namespace listingd::review {

namespace {

struct holding {
  std::string_view code; ///< TikTok's word
  std::string_view reason;
  std::string_view suggestion;
};

constexpr std::array holdings{
    holding{"KYC_PENDING", "approved, but TikTok waits for the shop's identity check (KYC)",
            "Finish the identity check in Seller Center; the product goes live by itself."},
    holding{"RESTRICTED_CATEGORY_PENDING",
            "approved, but the category is restricted and the shop has no permission for it yet",
            "Apply for the category in Seller Center, Qualification Center; the product goes live by itself."},
    holding{"PLATFORM_DEACTIVATED", "TikTok has taken the product down",
            "Read the reason in Seller Center; a change in the PIM is sent and reviewed again."},
    holding{"FREEZE", "TikTok has frozen the product for a breach of its policies", "Appeal in Seller Center."},
};
constexpr holding unknown_holding{"", "approved, but TikTok holds the product back",
                                  "Look for the product in Seller Center."};

violation held_by(std::string_view code) {
  const auto row = std::ranges::find(holdings, code, &holding::code);
  const auto& known = row == holdings.end() ? unknown_holding : *row;
  return {.origin = violation_origin::platform,
          .klass = "shop",
          .code = code.empty() ? "pre_approved" : std::string(code),
          .position = "",
          .reason = std::string(known.reason),
          .suggestion = std::string(known.suggestion),
          .who = actor::shop_owner,
          .evidence = nullptr};
}

} // namespace

std::vector<violation> read_platform(const observed_product& seen) {
  std::vector<violation> out;
  if (seen.status == listing_status::platform_deactivated || seen.status == listing_status::freeze)
    out.push_back(held_by(name_of(seen.status)));
  if (seen.review != review_state::pre_approved) return out;
  for (const auto& reason : seen.pre_approved_reasons) out.push_back(held_by(reason));
  if (seen.pre_approved_reasons.empty()) out.push_back(held_by(""));
  return out;
}

} // namespace listingd::review
