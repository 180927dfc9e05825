// The one place where an answer of TikTok's becomes an error of ours, and where a code becomes advice. Nobody outside
// this room looks at codes.
#pragma once

#include "model/error.hpp"
#include "model/violation.hpp"
#include "net/transport.hpp"
#include "tiktok/platform_clock.hpp"

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace listingd::tiktok {

/// What a code means to a person. Unknown codes have an answer too.
[[nodiscard]] code_advice advice_of(std::string_view code);

/// The error of one TikTok code with its message. 36009004 is a dozen failures told apart by the message only. Unknown
/// codes: 105xxx and 36004xxx count as a lost authorization, 1201xxxx, 1203xxxx and 1205xxxx as bad data of the
/// product, anything else as a bug of ours. Messages are matched in any letter case.
[[nodiscard]] error classify_code(std::int64_t code, std::string message, std::string where);

/// The error of a whole answer: by its code when it has one, by the HTTP status when it does not (429, 5xx, proxies'
/// pages). `envelope` is the parsed body or nullptr. Retry-After (seconds) and request_id are taken over.
[[nodiscard]] error classify(int status, const boost::json::value* envelope, const net::header_list& headers,
                             std::string where);

/// What TikTok dislikes about the timestamp of the call (36009004, "Invalid timestamp ..."); nothing when the refusal
/// is about something else.
[[nodiscard]] std::optional<stamp_fault> refuses_timestamp(const error& answered);

/// True when the call was not made with the app's secret: 106001 of the API, 36004003 of the token host.
[[nodiscard]] bool refuses_secret(const error& answered);

/// True when a write that was answered like this may have taken effect all the same.
[[nodiscard]] bool effect_unknown(int status, const error& answered);

} // namespace listingd::tiktok
