#include "tiktok/classify.hpp"

#include "model/json.hpp"
#include "tiktok/error_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace listingd::tiktok {

namespace {

constexpr std::int64_t many_failures = 36009004, too_many_requests = 36009002, internal_error = 36009003,
                       request_timeout = 36009007, ambiguous_limit = 12052109;

struct outcome {
  error_kind kind;
  bool whole_shop;
};

constexpr outcome outcome_of(char letter) {
  switch (letter) {
  case 'h':
    return {error_kind::needs_human, false};
  case 's':
    return {error_kind::needs_human, true};
  case 'a':
    return {error_kind::auth, true};
  case 'q':
    return {error_kind::wait_quota, false};
  case 'r':
    return {error_kind::retry, false};
  case 'b':
    return {error_kind::bug, false};
  default:
    return {error_kind::fix_data, false}; // d, n: the same input is never sent again
  }
}

/// Messages of 36009004 that name the token itself; everything else under this code is our own mistake.
constexpr std::array lost_token{std::string_view{"`x-tts-access-token` header"},
                                std::string_view{"`access_token` header"},
                                std::string_view{"x-tts-access-token header"}, std::string_view{"access_token header"}};

char letter_of_unknown(std::int64_t code) {
  if (code / 1000 == 105 || code / 1000 == 36004) return 'a';
  const auto family = code / 10'000;
  if (family == 1201 || family == 1203 || family == 1205) return 'd';
  return 'b';
}

/// Codes of the product and media services; all others come from the gateway, whatever is asked.
bool of_a_product(std::int64_t code) {
  const auto family = code / 10'000;
  return family == 1201 || family == 1203 || family == 1205 || family == 1105 || family == 3802;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

char letter_of(std::int64_t code, std::string_view message) {
  if (code == many_failures)
    return std::ranges::any_of(lost_token, [&](auto words) { return contains(message, words); }) ? 'a' : 'b';
  // Some texts call this code throttling, the official one a business error: the message decides.
  if (code == ambiguous_limit && contains(message, "oo many requests")) return 'r';
  const auto* row = known_error_of(code);
  return row != nullptr ? row->letter : letter_of_unknown(code);
}

/// Seconds; the other form, a date, is not used by TikTok and leaves the wait to our own backoff.
std::optional<std::chrono::milliseconds> retry_after(const net::header_list& headers) {
  const auto value = net::header(headers, "retry-after");
  std::int64_t seconds = 0;
  const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (value.empty() || problem != std::errc{} || end != value.data() + value.size() || seconds < 0) return std::nullopt;
  constexpr std::int64_t longest = 86'400; // a day
  return std::chrono::seconds(std::min(seconds, longest));
}

/// An answer without TikTok's envelope: from a gateway, a proxy, or nobody in particular.
error without_code(int status, std::string where) {
  error out{.kind = error_kind::bug, .code = "http_" + std::to_string(status), .where = std::move(where)};
  out.message = "HTTP " + std::to_string(status) + " without TikTok's JSON envelope";
  if (status == 429 || status == 408 || status >= 500 || (status >= 200 && status < 300)) out.kind = error_kind::retry;
  out.whole_shop = out.kind == error_kind::bug;
  return out;
}

std::string_view suggestion_of(char letter) {
  switch (letter) {
  case 'h':
    return "settle it in Seller Center";
  case 's':
    return "settle it in Seller Center; the whole shop is affected";
  case 'a':
    return "the seller must consent again: listingd connect";
  case 'q':
    return "wait for the reset of the limit";
  case 'r':
    return "nothing to do: listingd tries again";
  case 'b':
    return "tell the operator of listingd: a setting, a mapping or the program is wrong";
  case 'n':
    return "this does not apply to a simple local shop; leave it out";
  default:
    return "correct the product in the PIM";
  }
}

actor actor_of(char letter) {
  switch (letter) {
  case 'h':
  case 's':
  case 'a':
    return actor::shop_owner;
  case 'q':
  case 'r':
    return actor::machine;
  case 'b':
    return actor::operator_;
  default:
    return actor::product_team;
  }
}

} // namespace

code_advice advice_of(std::string_view code) {
  std::int64_t number = 0;
  std::from_chars(code.data(), code.data() + code.size(), number);
  const auto* row = known_error_of(number);
  if (row == nullptr) {
    const char letter = letter_of_unknown(number);
    return {"other", "", std::string(suggestion_of(letter)), actor_of(letter)};
  }
  const auto fix = row->suggestion.empty() ? suggestion_of(row->letter) : row->suggestion;
  return {std::string(row->klass), std::string(row->meaning), std::string(fix), actor_of(row->letter)};
}

error classify_code(std::int64_t code, std::string message, std::string where) {
  auto [kind, whole_shop] = outcome_of(letter_of(code, message));
  // A mistake of ours that the gateway names (signature, app key, address) says nothing about the product.
  if (kind == error_kind::bug && !of_a_product(code)) whole_shop = true;
  if (message.empty())
    if (const auto* row = known_error_of(code)) message = row->meaning;
  return {.kind = kind,
          .code = std::to_string(code),
          .message = std::move(message),
          .where = std::move(where),
          .whole_shop = whole_shop};
}

error classify(int status, const json::value* envelope, const net::header_list& headers, std::string where) {
  const auto code = envelope != nullptr ? integer_at(*envelope, "code") : std::nullopt;
  auto out = code && *code != 0 ? classify_code(*code, text_at(*envelope, "message"), std::move(where))
                                : without_code(status, std::move(where));
  if (status == 429) out.kind = error_kind::retry;
  if (out.kind == error_kind::retry) out.retry_after = retry_after(headers);
  if (envelope != nullptr) out.request_id = text_at(*envelope, "request_id");
  return out;
}

bool effect_unknown(int status, const error& answered) {
  if (status == 429) return false;
  if (status >= 500) return true;
  if (answered.code.starts_with("http_2")) return true;
  // Internal errors and timeouts of the services behind the gateway: the write may have got through before.
  static constexpr std::array unsure{internal_error, request_timeout, std::int64_t{12001000}, std::int64_t{12052881},
                                     std::int64_t{12052900}};
  return answered.code != std::to_string(too_many_requests) &&
         std::ranges::any_of(unsure, [&](auto code) { return answered.code == std::to_string(code); });
}

} // namespace listingd::tiktok
