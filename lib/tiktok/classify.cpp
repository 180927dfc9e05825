#include "tiktok/classify.hpp"

#include "model/json.hpp"
#include "tiktok/error_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace listingd::tiktok {

namespace {

constexpr std::int64_t many_failures = 36009004, too_many_requests = 36009002, internal_error = 36009003,
                       request_timeout = 36009007, ambiguous_limit = 12052109, token_expired = 105002,
                       token_of_another_shop = 101000, cipher_missing = 106013, signature_invalid = 106001,
                       app_key_or_secret_invalid = 36004003;

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

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// One of the words, separated by '|', stands in the text, which is in lower case.
bool says(std::string_view text, std::string_view words) {
  for (std::size_t start = 0; start <= words.size();) {
    const auto end = std::min(words.find('|', start), words.size());
    if (text.contains(words.substr(start, end - start))) return true;
    start = end + 1;
  }
  return false;
}

constexpr std::string_view access_token_words = "access-token|access_token|access token";

/// 36009004 is a dozen failures; those that judge the access token itself are the authorization's, all others are our
/// own mistake, a token that we did not send included.
bool judges_token(std::string_view lower) {
  return says(lower, access_token_words) &&
         says(lower, "invalid|not valid|expired|revoked|malformed|unknown|incorrect");
}

char letter_of(std::int64_t code, std::string_view lower) {
  if (code == many_failures) return judges_token(lower) ? 'a' : 'b';
  // Some texts call this code throttling, the official one a business error: the message decides.
  if (code == ambiguous_limit && says(lower, "too many requests")) return 'r';
  const auto* row = known_error_of(code);
  return row != nullptr ? row->letter : letter_of_unknown(code);
}

cure cure_of(std::int64_t code, std::string_view lower) {
  if (code == token_of_another_shop || code == cipher_missing) return cure::reread_shops;
  if (code == token_expired || (says(lower, access_token_words) && says(lower, "expired"))) return cure::renew_token;
  return cure::none;
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
  const auto lower = lowered(message);
  auto [kind, whole_shop] = outcome_of(letter_of(code, lower));
  // A mistake of ours that the gateway names (signature, app key, address) says nothing about the product.
  if (kind == error_kind::bug && !of_a_product(code)) whole_shop = true;
  if (message.empty()) {
    const auto* row = known_error_of(code);
    message = row != nullptr ? row->meaning : "refused without a reason";
  }
  return {.kind = kind,
          .code = std::to_string(code),
          .message = std::move(message),
          .where = std::move(where),
          .whole_shop = whole_shop,
          .may_help = kind == error_kind::auth ? cure_of(code, lower) : cure::none};
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

std::optional<stamp_fault> refuses_timestamp(const error& answered) {
  const auto lower = lowered(answered.message);
  if (answered.code != std::to_string(many_failures) || !says(lower, "invalid timestamp")) return std::nullopt;
  if (says(lower, "earlier than|lesser than|less than")) return stamp_fault::too_old;
  if (says(lower, "exceed|later than|30 seconds")) return stamp_fault::too_new;
  return stamp_fault::unclear;
}

bool refuses_secret(const error& answered) {
  return answered.code == std::to_string(signature_invalid) ||
         answered.code == std::to_string(app_key_or_secret_invalid);
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
