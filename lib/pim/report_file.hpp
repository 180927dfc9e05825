// The report of a file's rejected lines, grown page by page. What a crashed reading had added beyond the last committed
// page is cut off first, so every line stands there once. Problems are std::filesystem::filesystem_error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace listingd::pim {

class report_file {
public:
  /// `committed`: bytes that belong to the pages before this one.
  report_file(std::filesystem::path path, std::uint64_t committed);

  void add(const std::string& entry) { added_ += entry; }
  /// Size with what was added.
  [[nodiscard]] std::uint64_t size() const { return size_ + added_.size(); }
  /// Writes what was added through to the disk; returns the size to commit.
  std::uint64_t flush();

private:
  std::filesystem::path path_;
  std::uint64_t size_ = 0;
  std::string added_;
};

} // namespace listingd::pim
