#include "tiktok/token_answer.hpp"

#include "model/json.hpp"
#include "tiktok/platform_clock.hpp"
#include "tiktok/scopes.hpp"

#include <algorithm>
#include <limits>

namespace listingd::tiktok {

namespace {

using std::chrono::seconds;

constexpr std::int64_t year_2001 = 1'000'000'000; // no date of today is smaller, no lifetime larger
constexpr seconds longest_ahead = std::chrono::years(10);
constexpr seconds longest_past = std::chrono::days(7); // an access token's life

struct reader {
  const json::value& data;
  instant now;
  duration skew; ///< believed
  const std::string& where;

  [[nodiscard]] std::unexpected<error> wrong(std::string_view field, std::string_view why) const {
    return our_bug(where, "token_answer", std::string(field) + " of the token answer " + std::string(why));
  }

  /// A token goes into a header and a query: text without blanks, or nothing.
  [[nodiscard]] result<secret> token(std::string_view field) const {
    const auto* value = find(data, field);
    if (value == nullptr) return secret();
    if (!value->is_string()) return wrong(field, "is no text");
    auto text = text_of(*value);
    if (std::ranges::any_of(text, [](char c) { return c <= ' ' || c > '~'; }))
      return wrong(field, "holds characters that no token has");
    return secret(std::move(text));
  }

  /// Nothing when the answer names none.
  [[nodiscard]] result<std::optional<instant>> expiry(std::string_view field) const {
    const auto* value = find(data, field);
    if (value == nullptr || text_of(*value).empty()) return std::nullopt;
    const auto count = integer_at(data, field);
    if (!count) return wrong(field, "is no whole number of seconds");
    if (*count == 0) return std::nullopt;
    if (*count < 0) return wrong(field, "is negative");
    const bool lifetime = *count < year_2001;
    const auto today = std::chrono::floor<seconds>(now.time_since_epoch());
    if (*count > (lifetime ? seconds(0) : today).count() + longest_ahead.count())
      return wrong(field, "lies more than ten years ahead");
    const auto at = lifetime ? now + seconds(*count) : instant(seconds(*count)) - skew;
    if (at < now - longest_past) return wrong(field, "is long past; is this machine's clock right?");
    return at;
  }

  /// A text or a number; nothing else is worth keeping.
  [[nodiscard]] std::string plain(std::string_view field) const {
    const auto* value = find(data, field);
    const bool good = value != nullptr && (value->is_string() || value->is_int64() || value->is_uint64());
    return good ? text_of(*value) : "";
  }

  /// 0 = seller, also when the answer does not say; -1 = something unheard of.
  [[nodiscard]] int user_type() const {
    const auto* value = find(data, "user_type");
    if (value == nullptr) return 0;
    const auto text = text_of(*value);
    if (value->is_string() && (text.empty() || text == "seller" || text == "SELLER")) return 0;
    const auto number = integer_at(data, "user_type").value_or(-1);
    return number >= 0 && number <= std::numeric_limits<int>::max() ? static_cast<int>(number) : -1;
  }

  /// A list, or one text with commas.
  [[nodiscard]] std::vector<std::string> scopes() const {
    std::vector<std::string> out;
    for (const auto* name : {"granted_scopes", "granted_permissions"})
      for (const auto& item : items_at(data, name)) {
        if (!item.is_string()) continue;
        std::string_view rest = item.get_string();
        for (std::size_t end = 0; !rest.empty(); rest.remove_prefix(std::min(end + 1, rest.size()))) {
          end = std::min(rest.find_first_of(", \t\r\n"), rest.size());
          auto key = scope_key(rest.substr(0, end));
          if (!key.empty() && std::ranges::find(out, key) == out.end()) out.push_back(std::move(key));
        }
      }
    return out;
  }
};

/// Below the Date header's precision there is nothing to correct, beyond the bound nothing to believe.
duration believed(std::optional<duration> skew) {
  if (!skew) return duration{0};
  const auto size = std::chrono::abs(*skew);
  return size <= platform_clock::uncertainty || size > platform_clock::most_correction ? duration{0} : *skew;
}

} // namespace

result<sync::token_grant> read_token_answer(const json::value& data, tokens_for purpose, instant now,
                                            std::optional<duration> skew, const std::string& where) {
  const reader answer{.data = data, .now = now, .skew = believed(skew), .where = where};
  const bool whole = purpose == tokens_for::consent;
  auto access = answer.token("access_token");
  if (!access) return std::unexpected(std::move(access.error()));
  if (access->empty()) return answer.wrong("access_token", "is missing");
  auto refresh = answer.token("refresh_token");
  if (!refresh) return std::unexpected(std::move(refresh.error()));
  if (refresh->empty() && whole) return answer.wrong("refresh_token", "is missing");
  const auto access_expires = answer.expiry("access_token_expire_in");
  if (!access_expires) return std::unexpected(access_expires.error());
  if (!*access_expires) return answer.wrong("access_token_expire_in", "is missing");
  const auto refresh_expires = answer.expiry("refresh_token_expire_in");
  if (!refresh_expires) return std::unexpected(refresh_expires.error());
  if (!*refresh_expires && whole) return answer.wrong("refresh_token_expire_in", "is missing");
  auto open_id = answer.plain("open_id");
  if (open_id.empty() && whole) return answer.wrong("open_id", "is missing");
  return sync::token_grant{.access_token = std::move(*access),
                           .access_expires = **access_expires,
                           .refresh_token = std::move(*refresh),
                           .refresh_expires = *refresh_expires,
                           .open_id = std::move(open_id),
                           .seller_name = answer.plain("seller_name"),
                           .seller_region = answer.plain("seller_base_region"),
                           .user_type = answer.user_type(),
                           .scopes = answer.scopes()};
}

} // namespace listingd::tiktok
