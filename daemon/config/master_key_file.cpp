#include "config/master_key_file.hpp"

#include "config/secret_files.hpp"
#include "model/digest.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <spdlog/fmt/fmt.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <system_error>
#include <unistd.h>

namespace listingd::config {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t key_size = 32;
constexpr const char* access_list = "system.posix_acl_access";

class descriptor {
public:
  explicit descriptor(int number) : number_(number) {}
  ~descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  [[nodiscard]] bool good() const { return number_ >= 0; }
  [[nodiscard]] int number() const { return number_; }

private:
  int number_;
};

std::unexpected<std::string> refused(const fs::path& file, std::string_view what) {
  return std::unexpected(fmt::format("the file '{}' {}", file.string(), what));
}
std::unexpected<std::string> refused_by_system(const fs::path& file, std::string_view what) {
  return refused(file, fmt::format("{} by this user: {}", what, std::generic_category().message(errno)));
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const auto size = ::write(file, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

/// Owner, mode and access list of the old file for the new one.
bool same_rights(const descriptor& old, const descriptor& fresh) {
  struct stat wanted{}, is{};
  if (::fstat(old.number(), &wanted) != 0 || ::fstat(fresh.number(), &is) != 0) return false;
  const bool other_owner = wanted.st_uid != is.st_uid || wanted.st_gid != is.st_gid;
  if (other_owner && ::fchown(fresh.number(), wanted.st_uid, wanted.st_gid) != 0) return false;
  if (::fchmod(fresh.number(), wanted.st_mode & 07777U) != 0) return false;
  std::array<char, 4096> list{};
  const auto size = ::fgetxattr(old.number(), access_list, list.data(), list.size());
  return size <= 0 || ::fsetxattr(fresh.number(), access_list, list.data(), static_cast<std::size_t>(size), 0) == 0;
}

/// The new file under `fresh`, on the disk; removed again when that fails.
bool written(const fs::path& fresh, const descriptor& old, std::string_view text) {
  ::unlink(fresh.c_str()); // of one who died here
  const descriptor out(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!out.good()) return false;
  if (same_rights(old, out) && write_all(out.number(), text) && ::fsync(out.number()) == 0) return true;
  const auto why = errno;
  ::unlink(fresh.c_str());
  errno = why;
  return false;
}

/// In place of the old file; on the disk, too.
bool replaced(const fs::path& file, const fs::path& fresh, const descriptor& directory) {
  if (::rename(fresh.c_str(), file.c_str()) == 0) return ::fsync(directory.number()) == 0;
  const auto why = errno;
  ::unlink(fresh.c_str());
  errno = why;
  return false;
}

std::string fresh_id(const std::set<std::string>& taken, instant now) {
  auto day = to_text(now).substr(0, 10);
  std::erase(day, '-');
  for (int number = 1;; ++number)
    if (auto id = fmt::format("k{}-{}", day, number); !taken.contains(id)) return id;
}

} // namespace

std::expected<std::vector<std::pair<std::string, secret>>, std::string> load_master_keys(const fs::path& file) {
  const auto content = read_secret(file);
  if (!content) return std::unexpected(content.error());
  auto keys = read_master_keys(*content, file);
  if (keys) return std::move(*keys);
  std::string all;
  for (const auto& one : keys.error()) all += (all.empty() ? "" : "; ") + one.text();
  return std::unexpected(std::move(all));
}

std::expected<std::string, std::string> add_master_key(const fs::path& named, const std::set<std::string>& taken,
                                                       instant now) {
  std::error_code problem;
  const auto file = fs::canonical(named, problem); // where a symbolic link leads
  if (problem) return refused(named, "cannot be found: " + problem.message());
  // Whoever makes a key holds the directory: the file itself is another one afterwards.
  const descriptor directory(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.good() || ::flock(directory.number(), LOCK_EX) != 0)
    return refused_by_system(file, "cannot be locked");
  const descriptor old(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!old.good() || ::access(file.c_str(), W_OK) != 0) return refused_by_system(file, "cannot be written");
  const auto content = read_secret(file);
  if (!content) return std::unexpected(content.error());
  const auto keys = load_master_keys(file);
  if (!keys) return std::unexpected(keys.error());

  auto used = taken;
  for (const auto& [id, bytes] : *keys) used.insert(id);
  auto id = fresh_id(used, now);
  const auto text = fmt::format("{}:{}\n{}\n", id, base64_encode(random_bytes(key_size)), content->reveal());
  const auto fresh = fs::path(file).concat(".new");
  if (!written(fresh, old, text) || !replaced(file, fresh, directory))
    return refused_by_system(file, "cannot be replaced");
  return id;
}

} // namespace listingd::config
