// The link by which a seller consents: what `listingd connect` prints and what the port `consent` gives. Pure.
#pragma once

#include <string>
#include <string_view>

namespace listingd::tiktok {

/// `page` is the app's consent_url, which may have a query already. White space around `state` is left out.
/// Source: the authorization reference, sections 1.1 and 1.2.
[[nodiscard]] std::string consent_link(const std::string& page, std::string_view service_id, std::string_view state);

} // namespace listingd::tiktok
