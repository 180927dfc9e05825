// An open file descriptor with its facts; for reading dropped files and media without trusting what lies in the folder.
#pragma once

#include "model/clock.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/stat.h>

namespace listingd::pim {

class open_file {
public:
  /// Opens for reading; throws std::system_error. Follows no symbolic link in the last part and never waits on a pipe.
  explicit open_file(const std::filesystem::path& path);
  ~open_file();
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;

  /// Facts as they are now.
  [[nodiscard]] struct stat facts() const;
  /// Up to `most` bytes from `offset`; empty at the end. Throws std::system_error.
  [[nodiscard]] std::string read_at(std::uint64_t offset, std::size_t most) const;

private:
  int descriptor_;
};

/// When the file was last written to.
[[nodiscard]] instant written_at(const struct stat& facts);

/// When the file was written to within `quiet` of now: the moment from which it will be quiet, if nobody goes on
/// writing. A time far in the future is a wrong clock, not a busy writer.
[[nodiscard]] std::optional<instant> busy_until(const struct stat& facts, instant now, duration quiet);

} // namespace listingd::pim
