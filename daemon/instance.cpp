#include "instance.hpp"

#include "model/digest.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/file.h>
#include <unistd.h>

namespace listingd {

namespace {

constexpr std::size_t uuid_length = 36;

} // namespace

instance::instance(const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory);
  const auto path = directory / "instance";
  lock_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (lock_ < 0) throw std::runtime_error(path.string() + ": " + std::strerror(errno));
  id_ = random_uuid();
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) return; // a living daemon's
  std::array<char, uuid_length> kept{};
  if (::pread(lock_, kept.data(), kept.size(), 0) == static_cast<ssize_t>(kept.size())) {
    id_.assign(kept.data(), kept.size());
    resumed_ = true;
  } else if (::pwrite(lock_, id_.data(), id_.size(), 0) != static_cast<ssize_t>(id_.size())) {
    throw std::runtime_error(path.string() + ": " + std::strerror(errno));
  }
}

instance::~instance() {
  if (lock_ >= 0) ::close(lock_);
}

} // namespace listingd
