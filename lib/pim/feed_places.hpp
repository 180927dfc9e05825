// The addresses that a feed's requests go to, all seen from its own URL. Pure.
#pragma once

#include "net/location.hpp"
#include "pim/feed.hpp"

#include <optional>
#include <string>

namespace listingd::pim {

/// With the query of a page; `cursor` "" = the first.
[[nodiscard]] net::location page_place(net::location to, const std::string& cursor, int limit);

/// Of the listing of keys; nothing when there is none, or keys_url is no URL.
[[nodiscard]] std::optional<net::location> keys_place(const feed_options& options);

/// Where the record of that key is asked for: record_url with the key in it. Nothing when that is no URL, or the key is
/// one that no path can hold ("." and "..").
[[nodiscard]] std::optional<net::location> record_place(const feed_options& options, const product_key& key);

/// Of a picture or document. What no URL may hold, such as a space or an umlaut, is encoded.
[[nodiscard]] std::optional<net::location> media_place(const net::location& feed, const std::string& ref);

} // namespace listingd::pim
