// The source kind `folder`: records as NDJSON files dropped into a directory, with their pictures beside them. Made by
// the daemon for each [[source]] of that kind. A crash at any moment loses no line; see README.md for the rules of the
// folder.
#pragma once

#include "model/clock.hpp"
#include "net/transport.hpp"
#include "sync/source.hpp"

#include <boost/asio/thread_pool.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace listingd::pim {

/// GET of a picture's URL; 304 when the validator still holds.
using url_fetcher = std::function<task<result<net::http_response>>(std::string url, std::string validator)>;

struct folder_options {
  source_name name;
  std::filesystem::path directory;
  std::vector<std::string> media_hosts;      ///< hosts that pictures may come from
  std::size_t page_lines = 500;              ///< a page ends after so many lines,
  std::uint64_t page_bytes = 8'000'000;      ///< or when it has read so many bytes
  std::size_t longest_line = 4'000'000;      ///< bytes; a longer line is rejected
  std::uint64_t largest_medium = 20'000'000; ///< bytes of a picture or document
  duration quiet{2'000};                     ///< a file written to more recently is still being written
  url_fetcher fetch = nullptr;               ///< tests put their own here; otherwise net::fetch_media with media_hosts
};

/// Touches nothing yet: the directory may appear later. Files are read and moved on `pool`; clock and pool must outlive
/// the source.
[[nodiscard]] std::unique_ptr<sync::source> make_folder_source(folder_options options, const clock& time,
                                                               asio::thread_pool& pool);

} // namespace listingd::pim
