// The source kind `folder`: records as NDJSON or CSV files dropped into a directory, packed with gzip or not, with
// their pictures beside them. Made by the daemon for each [[source]] of that kind. A crash at any moment loses no line;
// see README.md for the rules of the folder.
#pragma once

#include "model/clock.hpp"
#include "pim/url_media.hpp"
#include "sync/source.hpp"

#include <boost/asio/thread_pool.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace listingd::pim {

/// How CSV files are written; what their columns mean is told in csv_columns.hpp.
struct csv_format {
  char separator = ',';                   ///< between cells; an ASCII character, neither quote nor line ending
  char list_separator = '|';              ///< inside a cell that holds several; Akeneo writes ','
  std::vector<std::string> axes;          ///< attributes that variants differ by, where a row does not say it
  std::vector<std::string> media_columns; ///< attributes whose cells are media references
  std::vector<std::string> list_columns;  ///< attributes whose cells are lists
  std::vector<std::string> channels;      ///< needed only for columns of a channel without a locale
};

struct folder_options {
  source_name name;
  std::filesystem::path directory;
  std::vector<std::string> media_hosts; ///< hosts that pictures may come from
  csv_format csv;
  std::size_t page_lines = 500;               ///< a page ends after so many records or rejected lines,
  std::uint64_t page_bytes = 8'000'000;       ///< or when it has read so many bytes
  std::size_t longest_line = 4'000'000;       ///< bytes; a longer line, or CSV product, is rejected
  std::size_t product_rows = 1'000;           ///< a CSV product of more rows is rejected
  std::uint64_t largest_file = 4'000'000'000; ///< bytes that a packed file may unpack to
  std::uint64_t largest_medium = 20'000'000;  ///< bytes of a picture or document
  duration quiet{2'000};                      ///< a file written to more recently is still being written
  url_fetcher fetch = nullptr;                ///< tests put their own here; otherwise net::fetch_media with media_hosts
};

/// Touches nothing yet: the directory may appear later. Files are read and moved on `pool`; clock and pool must outlive
/// the source. read() and stirred() are called from one thread.
[[nodiscard]] std::unique_ptr<sync::source> make_folder_source(folder_options options, const clock& time,
                                                               asio::thread_pool& pool);

} // namespace listingd::pim
