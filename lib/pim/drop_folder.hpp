// The directory that files are dropped into, and where each of them stands: waiting, in processing/, in done/ or
// failed/. Moves are renames, so a crash leaves a file in one place or the other. Used by folder.cpp, on the pool;
// problems of the directory are std::system_error.
#pragma once

#include "model/clock.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace listingd::pim {

/// A file that was taken. Its name in processing/ is the time of taking and the name it came with,
/// "1764000000000.a.ndjson": unlike any other, and the version of its records survives a restart.
struct taken_file {
  std::filesystem::path path;
  std::string name;  ///< as it was dropped
  instant started{}; ///< when it was taken

  [[nodiscard]] std::string claimed() const { return path.filename().string(); }
  /// A full listing, by its name.
  [[nodiscard]] bool is_full() const { return name.find("full") != std::string::npos; }
  [[nodiscard]] bool is_csv() const { return name.ends_with(".csv") || name.ends_with(".csv.gz"); }
  [[nodiscard]] bool is_packed() const { return name.ends_with(".gz"); }
  /// Where its rejected lines are collected: a dot file beside it.
  [[nodiscard]] std::filesystem::path report() const;
  /// Where a packed file's content lies while it is read: a dot file beside it.
  [[nodiscard]] std::filesystem::path unpacked() const;
};

/// The file to read, or why there is none.
struct waiting_file {
  std::optional<taken_file> file;
  std::optional<instant> look_again; ///< the first one is still being written; not before then is it quiet
};

class drop_folder {
public:
  drop_folder(std::filesystem::path directory, duration quiet) : directory_(std::move(directory)), quiet_(quiet) {}

  /// The file in processing/ with this name, if it is still there.
  [[nodiscard]] std::optional<taken_file> find(const std::string& claimed) const;

  /// The file to read: one that lies in processing/ already, else the first of those waiting, which is taken. Nothing
  /// when none waits, or when the first is still being written (no later one may overtake it). Taken at `now`, but
  /// always later than `after`, so that versions never go back.
  [[nodiscard]] waiting_file next(instant now, instant after);

  /// To done/, with its report. Doing it again after a crash half-way ends in the same place.
  void finish(const taken_file& file) { move_out(file, "done"); }
  /// To failed/, with its report.
  void put_aside(const taken_file& file) { move_out(file, "failed"); }

private:
  [[nodiscard]] std::filesystem::path processing() const { return directory_ / "processing"; }
  taken_file take(const std::filesystem::path& from, instant at) const;
  void move_out(const taken_file& file, const char* where) const;

  std::filesystem::path directory_;
  duration quiet_;
};

/// ".ndjson", ".csv", ".ndjson.gz" or ".csv.gz"; empty when files of this name are not read.
[[nodiscard]] std::string_view ending_of(std::string_view name);

/// The taking time in a name of processing/; nothing when the name is not of that form.
[[nodiscard]] std::optional<instant> taking_time(const std::string& claimed);

} // namespace listingd::pim
