#include "pim/folder_watch.hpp"

#include "pim/drop_folder.hpp"

#include <array>
#include <cstring>
#include <string_view>
#include <sys/inotify.h>
#include <unistd.h>

namespace listingd::pim {

namespace {

constexpr std::uint32_t looked_for = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE; // IN_CREATE: a hard link

} // namespace

folder_watch::folder_watch(std::filesystem::path directory)
    : directory_(std::move(directory)), notifier_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {}

folder_watch::~folder_watch() {
  if (notifier_ >= 0) ::close(notifier_);
}

bool folder_watch::stirred() {
  look();
  return stirred_;
}

void folder_watch::settle() {
  look();
  stirred_ = false;
}

void folder_watch::look() {
  if (notifier_ < 0) return;
  take_events();
  watch();
}

/// Asked for anew each time: the same directory gives the same watch, any other another.
void folder_watch::watch() {
  const int now = ::inotify_add_watch(notifier_, directory_.c_str(), looked_for | IN_ONLYDIR);
  if (now == watch_) return;
  if (watch_ >= 0) ::inotify_rm_watch(notifier_, watch_);
  watch_ = now;
  stirred_ = stirred_ || now >= 0;
}

void folder_watch::take_events() {
  alignas(inotify_event) std::array<char, 4096> buffer{};
  while (true) {
    const auto got = ::read(notifier_, buffer.data(), buffer.size());
    if (got <= 0) return;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof(event));
      const std::string_view name = event.len > 0 ? buffer.data() + at + sizeof(event) : "";
      const bool file = !name.empty() && !name.starts_with('.') && !ending_of(name).empty();
      stirred_ = stirred_ || file || (event.mask & IN_Q_OVERFLOW) != 0;
      at += sizeof(event) + event.len;
    }
  }
}

} // namespace listingd::pim
