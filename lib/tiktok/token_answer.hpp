// The answer of token get and token refresh, read with care: tolerant of what may vary, strict where a wrong value
// would cost the consent. Pure. Source: the authorization reference, section 1.5.
#pragma once

#include "sync/shop.hpp"

#include <boost/json/value.hpp>
#include <optional>
#include <string>

namespace listingd::tiktok {

enum class tokens_for {
  consent, ///< the code of a consent was exchanged: the answer must be complete
  renewal, ///< a refresh: refresh_token, its expiry and open_id may be left out, and go on as they were
};

/// `data` is the envelope's. Expiries are absolute Unix seconds by TikTok's clock in spite of their names, so `skew`
/// (TikTok's clock minus ours, as that very answer shows it) is taken off them; a number too small for a date is a
/// lifetime from `now`, which is our clock's. Scopes come as lower-case dotted keys.
/// Errors: bug, token_answer; they name the field and never quote a value.
[[nodiscard]] result<sync::token_grant> read_token_answer(const boost::json::value& data, tokens_for purpose,
                                                          instant now, std::optional<duration> skew,
                                                          const std::string& where);

} // namespace listingd::tiktok
