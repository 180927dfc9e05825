#include "pim/drop_folder.hpp"

#include "pim/open_file.hpp"

#include <algorithm>
#include <charconv>
#include <spdlog/fmt/fmt.h>
#include <system_error>
#include <vector>

namespace listingd::pim {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t stamp_digits = 13;  // milliseconds since 1970, until the year 2286: names sort as times
constexpr std::size_t longest_name = 200; // leaves room for stamps and endings below the file system's 255 bytes
constexpr std::string_view endings[] = {".ndjson", ".csv", ".ndjson.gz", ".csv.gz"};

/// Names in the order they are read; those of hidden files left out.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(folder))
    if (auto name = entry.path().filename().string(); !name.starts_with('.')) out.push_back(std::move(name));
  std::ranges::sort(out);
  return out;
}

std::string stamped(instant at, const std::string& name) {
  return fmt::format("{:013}.{}", at.time_since_epoch().count(), name);
}

/// "a.csv" and "7" give "a.7.csv".
std::string with_word(const std::string& name, const std::string& word) {
  const auto ending = ending_of(name);
  return name.substr(0, name.size() - ending.size()) + "." + word + std::string(ending);
}

/// "a.ndjson" gives "a.rejected.ndjson"; "a.csv", which may lie beside it, "a.csv.rejected.ndjson".
std::string report_name(const std::string& name) {
  return name.ends_with(".ndjson") ? with_word(name, "rejected") : name + ".rejected.ndjson";
}

/// Facts without following a symbolic link; nothing when it is gone.
std::optional<struct stat> facts_of(const fs::path& path) {
  struct stat out{};
  if (::lstat(path.c_str(), &out) == 0) return out;
  if (errno == ENOENT) return std::nullopt;
  throw fs::filesystem_error("cannot look at it", path, std::error_code(errno, std::generic_category()));
}

taken_file as_taken(const fs::path& path, instant started) {
  return {.path = path, .name = path.filename().string().substr(stamp_digits + 1), .started = started};
}

} // namespace

std::string_view ending_of(std::string_view name) {
  for (const auto ending : endings)
    if (name.ends_with(ending)) return ending;
  return {};
}

std::optional<instant> taking_time(const std::string& claimed) {
  if (claimed.size() <= stamp_digits + 1 || claimed[stamp_digits] != '.') return std::nullopt;
  std::int64_t value = 0;
  const auto* end = claimed.data() + stamp_digits;
  const auto [stop, problem] = std::from_chars(claimed.data(), end, value);
  if (problem != std::errc{} || stop != end) return std::nullopt;
  return instant{duration{value}};
}

fs::path taken_file::report() const {
  return path.parent_path() / ("." + claimed() + ".rejected");
}

fs::path taken_file::unpacked() const {
  return path.parent_path() / ("." + claimed() + ".unpacked");
}

std::optional<taken_file> drop_folder::find(const std::string& claimed) const {
  const auto started = taking_time(claimed);
  if (!started || claimed.find('/') != std::string::npos) return std::nullopt;
  if (!facts_of(processing() / claimed)) return std::nullopt;
  return as_taken(processing() / claimed, *started);
}

waiting_file drop_folder::next(instant now, instant after) {
  fs::create_directory(processing());
  const auto at = std::max(now, after + duration{1});
  for (const auto& name : names_in(processing())) {
    if (const auto started = taking_time(name)) return {.file = as_taken(processing() / name, *started)};
    return {.file = take(processing() / name, at)}; // put there by hand: it gets a stamp like the others
  }
  for (const auto& name : names_in(directory_)) {
    if (ending_of(name).empty()) continue;
    const auto facts = facts_of(directory_ / name);
    if (!facts) continue;
    if (const auto busy = busy_until(*facts, now, quiet_); busy && S_ISREG(facts->st_mode))
      return {.file = std::nullopt, .look_again = busy};
    return {.file = take(directory_ / name, at)};
  }
  return {};
}

taken_file drop_folder::take(const fs::path& from, instant at) const {
  auto name = from.filename().string();
  const auto ending = std::string(ending_of(name));
  if (name.size() > longest_name) name = name.substr(0, longest_name - ending.size()) + ending;
  const auto to = processing() / stamped(at, name);
  fs::rename(from, to);
  return as_taken(to, at);
}

void drop_folder::move_out(const taken_file& file, const char* where) const {
  fs::create_directory(directory_ / where);
  auto name = file.name;
  if (facts_of(directory_ / where / name)) // the same name came before
    name = with_word(name, std::to_string(file.started.time_since_epoch().count()));
  if (facts_of(file.report())) fs::rename(file.report(), directory_ / where / report_name(name));
  fs::remove(file.unpacked());
  fs::rename(file.path, directory_ / where / name);
}

} // namespace listingd::pim
