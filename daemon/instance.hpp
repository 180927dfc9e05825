// Who this daemon is. Its id outlives restarts, so that what a killed daemon had leased is taken up again at once; a
// lock makes sure that no two living daemons share one. Used by the composition root.
#pragma once

#include <filesystem>
#include <string>

namespace listingd {

class instance {
public:
  /// Keeps the id in `directory`/instance (made when missing). When another living daemon holds it, this one gets an id
  /// of its own for this life. Throws std::runtime_error naming the file when it cannot be written.
  explicit instance(const std::filesystem::path& directory);
  ~instance();
  instance(const instance&) = delete;
  instance& operator=(const instance&) = delete;

  [[nodiscard]] const std::string& id() const { return id_; }
  /// True when the id was kept: what is leased under it was leased by a daemon that is dead.
  [[nodiscard]] bool resumed() const { return resumed_; }

private:
  std::string id_;
  bool resumed_ = false;
  int lock_ = -1;
};

} // namespace listingd
