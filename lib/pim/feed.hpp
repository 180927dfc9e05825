// The source kind `feed`: a small HTTP JSON contract (feed.md) that any PIM's middleware can serve. Made by the daemon
// for each [[source]] of that kind. Where the reading stands is its cursor alone.
#pragma once

#include "model/clock.hpp"
#include "model/secret.hpp"
#include "net/transport.hpp"
#include "sync/source.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace listingd::pim {

enum class feed_auth { none, bearer, basic, hmac };

struct feed_options {
  source_name name;
  std::string url;                   ///< of the changes; absolute, may have a query
  std::string keys_url;              ///< of the listing of keys, may be relative to `url`; "" = not served
  std::string record_url;            ///< of one record: "{key}" in it is replaced, else "/key" is put behind; likewise
  feed_auth auth = feed_auth::none;  ///< the same for every request to the feed
  std::string username;              ///< of basic
  secret credential;                 ///< the bearer token, the password or the key of the HMAC
  int page_limit = 200;              ///< items asked for at a time
  std::int64_t most_pages = 100'000; ///< of one window; one that has more is taken for endless
  std::size_t page_bytes = 32'000'000;       ///< of an answer, unpacked
  duration timeout{30'000};                  ///< of a request
  std::vector<std::string> media_hosts;      ///< hosts that pictures may come from, beside the feed's own
  std::uint64_t largest_medium = 20'000'000; ///< bytes of a picture or document
  std::string ca_file;                       ///< further trust for pictures; the transport has its own
};

/// What is wrong with the options, for `check`: a sentence that names the option; nothing when they are good.
[[nodiscard]] std::optional<std::string> mistake_in(const feed_options& options);

/// Asks for nothing yet. `wire` and `time` must outlive the source. Throws std::invalid_argument with mistake_in().
[[nodiscard]] std::unique_ptr<sync::source> make_feed_source(feed_options options, net::transport& wire,
                                                             const clock& time);

} // namespace listingd::pim
