// What can go wrong, as a value: every refusal in listingd is one of these. Made at the edge where the cause is known
// (lib/tiktok's table, lib/net, lib/pim, lib/mapping), logged once, where it is handled. Never holds a secret.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace listingd {

/// What the one who meets the error may do about it.
enum class error_kind {
  retry,       ///< transient: try again with backoff
  wait_quota,  ///< a quota is used up: wait for its reset
  fix_data,    ///< the product's data must change; the same input is never sent again
  needs_human, ///< someone must act in Seller Center or at the PIM; see whole_shop
  auth,        ///< the authorization is dead or not allowed to do this
  bug,         ///< our request or configuration is wrong: tell a developer
};

[[nodiscard]] std::string_view name_of(error_kind kind);

/// Of an error of kind auth: what may still help before the authorization counts as lost.
enum class cure {
  none,
  renew_token,  ///< the access token has expired
  reread_shops, ///< the shop's cipher may be another by now, or the shop no longer part of the consent
};

struct error {
  error_kind kind = error_kind::bug;
  std::string code;                                     ///< the vendor's code, or a short stable word of our own
  std::string message;                                  ///< one sentence for a person
  std::string where;                                    ///< endpoint, file:line, path in a document
  std::optional<std::chrono::milliseconds> retry_after; ///< as the other side asked
  bool maybe_done = false; ///< the request left us and no answer came: its effect is unknown
  bool whole_shop = false; ///< says nothing about this product: whatever is asked of the shop fails like this
  cure may_help = cure::none;
  std::string request_id; ///< TikTok's, for their support

  /// "where: message (code)": what a log line or a terminal shows.
  [[nodiscard]] std::string text() const;
};

template <class T>
using result = std::expected<T, error>;

/// A transient failure: the same call may go through later.
[[nodiscard]] inline std::unexpected<error> try_again(std::string where, std::string code, std::string message) {
  return std::unexpected(error{
      .kind = error_kind::retry, .code = std::move(code), .message = std::move(message), .where = std::move(where)});
}

/// Input that cannot be used; names its place.
[[nodiscard]] inline std::unexpected<error> bad_data(std::string where, std::string code, std::string message) {
  return std::unexpected(error{
      .kind = error_kind::fix_data, .code = std::move(code), .message = std::move(message), .where = std::move(where)});
}

/// Our own mistake, or an answer that no documentation allows.
[[nodiscard]] inline std::unexpected<error> our_bug(std::string where, std::string code, std::string message) {
  return std::unexpected(error{
      .kind = error_kind::bug, .code = std::move(code), .message = std::move(message), .where = std::move(where)});
}

} // namespace listingd
