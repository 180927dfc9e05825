// A webhook's body in our words. Tolerant, because the documentation contradicts itself: ids as text or integer, times
// as integer or text, object or array, unknown types and fields. A webhook is a hint; the truth is read with Get
// Product.
#pragma once

#include "model/clock.hpp"
#include "model/error.hpp"
#include "model/ids.hpp"

#include <boost/json/value.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace listingd::tiktok {

struct webhook_event {
  int type = 0;                ///< the number in the topic page's title; unknown ones are kept
  std::string notification_id; ///< tts_notification_id, or the SHA-256 of the body where there is none
  shop_id shop;                ///< empty where the topic carries seller_open_id instead
  std::string seller_open_id;
  std::optional<instant> sent_at;
  std::vector<listing_id> products; ///< none when the event is about no product
  std::string message;              ///< data.message, e.g. of a deauthorization
  boost::json::value data;          ///< as sent
};

/// Refuses only what is no JSON object with a type: fix_data.
[[nodiscard]] result<webhook_event> parse_webhook(std::string_view body);

/// A topic that the Event API can subscribe, with its number.
struct webhook_topic {
  int type;
  std::string_view event_type;
};
/// The topics that listingd lives on.
[[nodiscard]] std::span<const webhook_topic> wanted_topics();

} // namespace listingd::tiktok
