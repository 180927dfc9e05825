#include "model/error.hpp"

namespace listingd {

std::string_view name_of(error_kind kind) {
  switch (kind) {
  case error_kind::retry:
    return "retry";
  case error_kind::wait_quota:
    return "wait_quota";
  case error_kind::fix_data:
    return "fix_data";
  case error_kind::needs_human:
    return "needs_human";
  case error_kind::auth:
    return "auth";
  case error_kind::bug:
    return "bug";
  }
  return "bug";
}

std::string error::text() const {
  std::string out = where.empty() ? message : where + ": " + message;
  if (!code.empty()) out += " (" + code + ")";
  return out;
}

} // namespace listingd
