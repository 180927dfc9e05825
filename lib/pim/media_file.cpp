#include "pim/media_file.hpp"

#include "pim/open_file.hpp"

#include <algorithm>
#include <spdlog/fmt/fmt.h>
#include <system_error>

namespace listingd::pim {

namespace {

namespace fs = std::filesystem;

std::string validator_of(const struct stat& facts) {
  return fmt::format("{}-{}-{}.{:09}", facts.st_ino, facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec);
}

bool lies_in(const fs::path& inner, const fs::path& outer) {
  return std::ranges::mismatch(outer, inner).in1 == outer.end();
}

bool steps_up(const fs::path& path) {
  return std::ranges::find(path, fs::path("..")) != path.end();
}

/// What a failing call means for the one who wrote the reference.
std::unexpected<error> problem_with(const std::string& ref, const std::error_code& code) {
  const bool missing = code == std::errc::no_such_file_or_directory || code == std::errc::not_a_directory ||
                       code == std::errc::filename_too_long;
  if (missing) return bad_data(ref, "media_missing", "there is no such file in the folder");
  if (code == std::errc::permission_denied)
    return bad_data(ref, "media_missing", "the file must not be read: permission denied");
  if (code == std::errc::too_many_symbolic_link_levels)
    return bad_data(ref, "media_refused", "symbolic links lead nowhere");
  return try_again(ref, "media_unreadable", "the file cannot be read: " + code.message());
}

} // namespace

result<sync::fetched_media> read_media_file(const fs::path& directory, const std::string& ref,
                                            const std::string& validator, std::uint64_t largest) {
  if (ref.empty()) return bad_data("media", "media_missing", "the reference is empty");
  if (ref.find('\0') != std::string::npos) return bad_data("media", "media_refused", "the reference holds a NUL byte");
  if (fs::path(ref).is_absolute() || steps_up(ref))
    return bad_data(ref, "media_refused", "a reference must stay inside the folder");
  std::error_code problem;
  const auto home = fs::canonical(directory, problem);
  if (problem)
    return try_again(directory.string(), "folder_missing", "the folder cannot be read: " + problem.message());
  const auto path = fs::canonical(home / ref, problem);
  if (problem) return problem_with(ref, problem);
  if (!lies_in(path, home)) return bad_data(ref, "media_refused", "a symbolic link leads out of the folder");
  try {
    const open_file file(path);
    const auto facts = file.facts();
    if (!S_ISREG(facts.st_mode)) return bad_data(ref, "media_refused", "is not a file");
    if (static_cast<std::uint64_t>(facts.st_size) > largest)
      return bad_data(ref, "media_refused", fmt::format("is larger than {} bytes", largest));
    const auto current = validator_of(facts);
    if (current == validator) return sync::fetched_media{.unchanged = true, .bytes = {}, .validator = current};
    return sync::fetched_media{.bytes = file.read_at(0, static_cast<std::size_t>(facts.st_size)), .validator = current};
  } catch (const std::system_error& failed) {
    return problem_with(ref, failed.code());
  }
}

} // namespace listingd::pim
