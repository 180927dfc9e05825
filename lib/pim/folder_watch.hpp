// Tells at once that something was dropped into a directory, by inotify. The directory may appear later, go and come
// back, or be another one under the same name. Where inotify is not to be had nothing is told, and polling finds it.
#pragma once

#include <filesystem>

namespace listingd::pim {

class folder_watch {
public:
  explicit folder_watch(std::filesystem::path directory);
  ~folder_watch();
  folder_watch(const folder_watch&) = delete;
  folder_watch& operator=(const folder_watch&) = delete;

  /// True when, since settle(), a file of a kind that is read was written or moved in, or the directory came. Costs a
  /// system call or two.
  [[nodiscard]] bool stirred();
  /// Forgets what has happened: called before the directory is looked at.
  void settle();

private:
  void look();
  void watch();
  void take_events();

  std::filesystem::path directory_;
  int notifier_;   ///< of inotify; negative = not to be had
  int watch_ = -1; ///< the directory's; negative = it is not there
  bool stirred_ = false;
};

} // namespace listingd::pim
