#include "pim/url_media.hpp"

#include "net/media_fetch.hpp"

#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

url_fetcher guarded_fetcher(std::vector<std::string> hosts, std::uint64_t largest) {
  net::media_guard guard{.hosts = std::move(hosts), .origin = "", .origin_headers = {}, .body_limit = largest};
  return [guard = std::move(guard)](std::string url, std::string validator) {
    return net::fetch_media(std::move(url), std::move(validator), guard);
  };
}

task<result<sync::fetched_media>> fetch_by_url(url_fetcher fetch, std::string url, std::string validator) {
  const auto where = url.substr(0, url.find('?'));
  if (url.find("://") == std::string::npos)
    co_return bad_data(where, "media_refused", "is no URL; this kind of source has no other media");
  auto answer = co_await fetch(url, validator);
  if (!answer) co_return std::unexpected(answer.error());
  if (answer->status == 304) co_return sync::fetched_media{.unchanged = true, .bytes = {}, .validator = validator};
  if (answer->status == 429 || answer->status >= 500)
    co_return try_again(where, "media_unreachable", fmt::format("answered {}", answer->status));
  if (answer->status != 200) co_return bad_data(where, "media_missing", fmt::format("answered {}", answer->status));
  std::string tag(net::header(answer->headers, "ETag"));
  co_return sync::fetched_media{.bytes = std::move(answer->body), .validator = std::move(tag)};
}

} // namespace listingd::pim
