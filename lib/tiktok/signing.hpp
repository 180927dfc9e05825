// The request signature of TikTok Shop's API ("Sign your API request"): HMAC-SHA-256 over path, sorted parameters and
// the very bytes of the body. Called by the client at each send, never in advance: the timestamp lives five minutes.
#pragma once

#include "model/secret.hpp"

#include <map>
#include <string>
#include <string_view>

namespace listingd::tiktok {

/// Query parameters, decoded, in the order of their bytes, as the signature wants them.
using query = std::map<std::string, std::string>;

enum class body_kind { json, multipart };

/// Lower-case hex. `path` is the URL's path without host and query. Parameters named sign and access_token do not
/// count; a multipart body does not either.
[[nodiscard]] std::string sign(const secret& app_secret, std::string_view path, const query& parameters,
                               std::string_view body, body_kind kind = body_kind::json);

/// "?a=1&b=2", percent-encoded; empty for no parameters.
[[nodiscard]] std::string query_text(const query& parameters);

} // namespace listingd::tiktok
