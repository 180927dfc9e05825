#include "pim/unpack.hpp"

#include "pim/gunzip.hpp"

#include <cerrno>
#include <fcntl.h>
#include <spdlog/fmt/fmt.h>
#include <string>
#include <system_error>
#include <unistd.h>

namespace listingd::pim {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk = 262'144;

/// A file that is gone again unless it was kept.
class new_file {
public:
  explicit new_file(fs::path path) : path_(std::move(path)) {
    descriptor_ =
        ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640); // NOLINT(*-vararg)
    if (descriptor_ < 0) fail();
  }
  ~new_file() {
    ::close(descriptor_);
    if (!kept_) ::unlink(path_.c_str());
  }
  new_file(const new_file&) = delete;
  new_file& operator=(const new_file&) = delete;

  void append(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto done = ::write(descriptor_, bytes.data(), bytes.size());
      if (done < 0 && errno != EINTR) fail();
      if (done > 0) bytes.remove_prefix(static_cast<std::size_t>(done));
    }
  }
  void keep_as(const fs::path& name) {
    if (::fsync(descriptor_) != 0) fail();
    fs::rename(path_, name);
    kept_ = true;
  }

private:
  [[noreturn]] void fail() const {
    throw fs::filesystem_error("unpack", path_, std::error_code(errno, std::generic_category()));
  }
  fs::path path_;
  int descriptor_ = -1;
  bool kept_ = false;
};

} // namespace

result<void> unpack(const open_file& packed, const fs::path& to, std::uint64_t largest) {
  if (fs::exists(to)) return {};
  gunzip content;
  new_file plain(to.string() + ".part");
  std::string packed_piece;
  std::string_view left;
  for (std::uint64_t in = 0, out = 0; true;) {
    const auto piece = content.next(left, chunk);
    if (!piece) return bad_data("gzip", "file_unreadable", piece.error().message);
    out += piece->size();
    if (out > largest)
      return bad_data("gzip", "file_unreadable", fmt::format("unpacks to more than {} bytes", largest));
    plain.append(*piece);
    if (!piece->empty()) continue;
    packed_piece = packed.read_at(in, chunk);
    if (packed_piece.empty()) break;
    in += packed_piece.size();
    left = packed_piece;
  }
  if (!content.complete()) return bad_data("gzip", "file_unreadable", "the gzip file ends early");
  plain.keep_as(to);
  return {};
}

} // namespace listingd::pim
