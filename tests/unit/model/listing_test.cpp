#include "model/listing.hpp"

#include "catch.hpp"
#include "model/media.hpp"

namespace listingd {

TEST_CASE("every status goes to TikTok's word and back") {
  for (const auto status :
       {listing_status::none, listing_status::draft, listing_status::pending, listing_status::failed,
        listing_status::activate, listing_status::seller_deactivated, listing_status::platform_deactivated,
        listing_status::freeze, listing_status::deleted, listing_status::unknown})
    CHECK(listing_status_from(name_of(status)) == status);
  CHECK(name_of(listing_status::activate) == "ACTIVATE");
  CHECK(name_of(listing_status::none).empty());
}

TEST_CASE("every review state goes to TikTok's word and back") {
  for (const auto state : {review_state::none, review_state::auditing, review_state::failed, review_state::pre_approved,
                           review_state::approved, review_state::unknown})
    CHECK(review_state_from(name_of(state)) == state);
  CHECK(review_state_from("") == review_state::none);
}

TEST_CASE("a word of a newer API is unknown, not an error") {
  CHECK(listing_status_from("SCHEDULED") == listing_status::unknown);
  CHECK(listing_status_from("activate") == listing_status::unknown);
  CHECK(review_state_from("REJECTED") == review_state::unknown);
}

TEST_CASE("every use of a medium goes to TikTok's word and back") {
  for (const auto use : {media_use::main_image, media_use::variant_image, media_use::description_image,
                         media_use::certificate_image, media_use::size_chart_image, media_use::document})
    CHECK(media_use_from(name_of(use)) == use);
}

} // namespace listingd
