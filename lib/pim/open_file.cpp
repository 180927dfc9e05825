#include "pim/open_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace listingd::pim {

namespace {

[[noreturn]] void fail(int code) {
  throw std::system_error(code, std::generic_category());
}

} // namespace

open_file::open_file(const std::filesystem::path& path)
    : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) { // NOLINT(*-vararg)
  if (descriptor_ < 0) fail(errno);
}

open_file::~open_file() {
  ::close(descriptor_);
}

struct stat open_file::facts() const {
  struct stat out{};
  if (::fstat(descriptor_, &out) != 0) fail(errno);
  return out;
}

std::string open_file::read_at(std::uint64_t offset, std::size_t most) const {
  std::string out(most, '\0');
  std::size_t have = 0;
  while (have < most) {
    const auto got = ::pread(descriptor_, out.data() + have, most - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(errno);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  out.resize(have);
  return out;
}

instant written_at(const struct stat& facts) {
  const auto since = std::chrono::seconds{facts.st_mtim.tv_sec} + std::chrono::nanoseconds{facts.st_mtim.tv_nsec};
  return instant{std::chrono::duration_cast<duration>(since)};
}

std::optional<instant> busy_until(const struct stat& facts, instant now, duration quiet) {
  const auto written = written_at(facts);
  if (std::chrono::abs(now - written) > quiet) return std::nullopt;
  return written + quiet + duration{1};
}

} // namespace listingd::pim
