// Pictures and documents that a record names by URL, for the kinds that do not serve media themselves. Used by
// folder.cpp and postgres.cpp.
#pragma once

#include "net/transport.hpp"
#include "sync/source.hpp"

#include <functional>
#include <string>
#include <vector>

namespace listingd::pim {

/// GET of a picture's URL; 304 when the validator still holds.
using url_fetcher = std::function<task<result<net::http_response>>(std::string url, std::string validator)>;

/// net::fetch_media from these hosts only; `largest` bytes.
[[nodiscard]] url_fetcher guarded_fetcher(std::vector<std::string> hosts, std::uint64_t largest);

/// A reference that is no URL is fix_data/media_refused. The validator is the ETag. Errors name the URL without its
/// query, which may hold a signature.
[[nodiscard]] task<result<sync::fetched_media>> fetch_by_url(url_fetcher fetch, std::string url, std::string validator);

} // namespace listingd::pim
