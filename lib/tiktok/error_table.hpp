// The table of TikTok Shop's error codes: a row a code. Source: the error reference (official endpoint pages of
// December 2025 and mid-2026, with the additions that were observed). Read by classify.cpp, by nobody else.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace listingd::tiktok {

/// A row of the table. `letter` is the class:
///   d data of this product · h a person in Seller Center, or a qualification · s the same, and it blocks the whole
///   shop · a the authorization · q a quota · r transient · b our request or configuration · n does not apply to a
///   local shop
struct known_error {
  std::int64_t code = 0;
  char letter = 'd';
  std::string_view klass; ///< as violation::klass
  std::string_view meaning;
  std::string_view suggestion; ///< empty when the class says enough
};

/// Every known code, ascending.
[[nodiscard]] std::span<const known_error> error_table();
/// The row of a code, or nullptr.
[[nodiscard]] const known_error* known_error_of(std::int64_t code);

} // namespace listingd::tiktok
