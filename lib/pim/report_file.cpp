#include "pim/report_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace listingd::pim {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int code) {
  throw std::filesystem::filesystem_error("report", path, std::error_code(code, std::generic_category()));
}

void append(int file, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const auto done = ::write(file, bytes.data(), bytes.size());
    if (done < 0 && errno != EINTR) fail(path, errno);
    if (done > 0) bytes.remove_prefix(static_cast<std::size_t>(done));
  }
}

struct closing {
  int file;
  ~closing() { ::close(file); }
};

} // namespace

report_file::report_file(std::filesystem::path path, std::uint64_t committed) : path_(std::move(path)) {
  std::error_code none;
  const auto present = std::filesystem::file_size(path_, none);
  if (none) return;
  if (present > committed) std::filesystem::resize_file(path_, committed);
  size_ = std::min<std::uint64_t>(present, committed);
}

std::uint64_t report_file::flush() {
  if (added_.empty()) return size_;
  const closing file{::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640)}; // NOLINT(*-vararg)
  if (file.file < 0) fail(path_, errno);
  append(file.file, added_, path_);
  if (::fsync(file.file) != 0) fail(path_, errno);
  size_ += std::exchange(added_, {}).size();
  return size_;
}

} // namespace listingd::pim
