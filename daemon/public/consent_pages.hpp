// What the seller's browser shows after TikTok's consent page: connected and with what, waiting for the operator, or
// why not and what to do. Pure: words in, HTML out.
#pragma once

#include "model/error.hpp"
#include "net/server.hpp"
#include "sync/onboarding.hpp"

#include <string_view>

namespace listingd::public_site {

[[nodiscard]] net::server_response connected_page(const sync::connected& done);
/// An install without a state of ours.
[[nodiscard]] net::server_response waiting_page();
/// `problem` is what the redirect said; empty when it carried no code.
[[nodiscard]] net::server_response denied_page(std::string_view problem);
/// Only what its reader may know: of our own mistakes nothing, and of what works once that it may have worked before.
[[nodiscard]] net::server_response failed_page(const error& why);

} // namespace listingd::public_site
