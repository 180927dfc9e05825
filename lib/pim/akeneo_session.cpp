#include "pim/akeneo_session.hpp"

#include "model/digest.hpp"
#include "model/json.hpp"
#include "net/http_date.hpp"

#include <algorithm>
#include <charconv>
#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

constexpr std::size_t longest_message = 400;

/// Seconds, or a date that counts from the answer's own.
std::optional<duration> retry_after(const net::header_list& headers) {
  const auto text = net::header(headers, "Retry-After");
  int seconds = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (!text.empty() && problem == std::errc{} && end == text.data() + text.size() && seconds >= 0)
    return std::chrono::seconds(seconds);
  const auto until = net::instant_from_http_date(text), now = net::instant_from_http_date(net::header(headers, "Date"));
  if (!until || !now || *until < *now) return std::nullopt;
  return *until - *now;
}

/// What the PIM says about a refusal: Akeneo's message and errors, OAuth's error_description.
std::string words_of(const std::string& body) {
  const auto document = parse_json(body, "");
  if (!document) return {};
  std::string out = text_at(*document, "message");
  for (const auto* name : {"error_description", "error"})
    if (out.empty()) out = text_at(*document, name);
  for (const auto& one : items_at(*document, "errors"))
    if (const auto more = text_at(one, "message"); !more.empty())
      out += fmt::format("; {}: {}", text_at(one, "property"), more);
  if (out.size() <= longest_message) return out;
  auto end = longest_message;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end; // not inside a character
  return out.substr(0, end) + "...";
}

void hide(std::string& text, const std::string& word) {
  constexpr std::string_view stars = "***";
  if (word.empty()) return;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + stars.size()))
    text.replace(at, word.size(), stars);
}

struct meaning {
  error_kind kind;
  const char* code;
};

meaning meaning_of(int status) {
  switch (status) {
  case 400:
  case 422:
    return {error_kind::needs_human, "refused"};
  case 401:
    return {error_kind::needs_human, "token_refused"};
  case 403:
    return {error_kind::needs_human, "forbidden"};
  case 404:
    return {error_kind::needs_human, "not_found"};
  case 408:
    return {error_kind::retry, "status"};
  case 429:
    return {error_kind::retry, "too_many_requests"};
  default:
    return status >= 500 ? meaning{error_kind::retry, "status"} : meaning{error_kind::needs_human, "unexpected"};
  }
}

std::string form_of(std::initializer_list<std::pair<const char*, std::string>> fields) {
  std::string out;
  for (const auto& [name, value] : fields)
    out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, net::percent_encode(value));
  return out;
}

} // namespace

akeneo_session::akeneo_session(net::transport& wire, const akeneo_options& options)
    : wire_(wire), options_(options), calls_(static_cast<std::size_t>(std::max(1, options.calls_at_once))),
      access_(options.token) {}

task<result<net::http_response>> akeneo_session::send(akeneo_call call) {
  const auto where = call.method + " " + call.target.substr(0, call.target.find('?'));
  for (bool renewed = false;; renewed = true) {
    if (access_.empty())
      if (const auto done = co_await renew(number_); !done) co_return std::unexpected(done.error());
    const auto used = number_;
    auto answer = co_await exchange(authorized(call));
    if (!answer) co_return answer;
    if ((answer->status >= 200 && answer->status < 300) || answer->status == 304) co_return answer;
    const bool hopeless = answer->status != 401 || renewed || !options_.token.empty();
    if (hopeless) co_return refusal(*answer, where);
    if (const auto done = co_await renew(used); !done) co_return std::unexpected(done.error());
  }
}

task<result<net::http_response>> akeneo_session::exchange(net::http_request request) {
  try {
    const auto turn = co_await calls_.take();
    co_return co_await wire_.send(std::move(request));
  } catch (const boost::system::system_error& problem) {
    if (problem.code() != asio::error::operation_aborted) throw;
    co_return try_again("", "cancelled", "called off while waiting for a turn");
  }
}

/// By whoever first met the end of the token; the others wait and use the new one.
task<result<void>> akeneo_session::renew(std::uint64_t used) {
  try {
    const auto turn = co_await logins_.take();
    if (number_ != used) co_return result<void>{};
    if (!refresh_.empty()) {
      auto done = co_await log_in(true);
      if (done || done.error().kind == error_kind::retry) co_return done;
      refresh_ = secret(); // used up or too old
    }
    co_return co_await log_in(false);
  } catch (const boost::system::system_error& problem) {
    if (problem.code() != asio::error::operation_aborted) throw;
    co_return try_again("", "cancelled", "called off while waiting for a login");
  }
}

task<result<void>> akeneo_session::log_in(bool by_refresh_token) {
  auto request = login_request(by_refresh_token);
  const auto where = "POST " + request.url.substr(options_.url.size());
  const auto answer = co_await exchange(std::move(request));
  if (!answer) co_return std::unexpected(answer.error());
  if (answer->status < 200 || answer->status >= 300) co_return refusal(*answer, where);
  const auto body = parse_json(answer->body, where);
  auto token = body ? text_at(*body, "access_token") : std::string();
  if (token.empty())
    co_return std::unexpected(error{.kind = error_kind::needs_human,
                                    .code = "answer_invalid",
                                    .message = "the PIM's answer to a login holds no access_token",
                                    .where = where});
  access_ = secret(std::move(token));
  refresh_ = secret(text_at(*body, "refresh_token"));
  ++number_;
  co_return result<void>{};
}

net::http_request akeneo_session::login_request(bool by_refresh_token) const {
  net::http_request out{.method = "POST", .timeout = options_.timeout};
  out.headers = {{"Accept", "application/json"}};
  const char* grant = by_refresh_token ? "refresh_token" : "password";
  if (options_.flavour == akeneo_flavour::unopim) {
    out.url = options_.url + "/oauth/token";
    out.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    out.body = form_of(
        {{"grant_type", grant}, {"client_id", options_.client_id}, {"client_secret", options_.client_secret.reveal()}});
    out.body +=
        "&" + (by_refresh_token ? form_of({{"refresh_token", refresh_.reveal()}})
                                : form_of({{"username", options_.username}, {"password", options_.password.reveal()}}));
    return out;
  }
  out.url = options_.url + "/api/oauth/v1/token";
  const auto client = base64_encode(options_.client_id + ":" + options_.client_secret.reveal());
  out.headers.emplace_back("Authorization", "Basic " + client);
  out.headers.emplace_back("Content-Type", "application/json");
  json::object body{{"grant_type", grant}};
  if (by_refresh_token) {
    body["refresh_token"] = refresh_.reveal();
  } else {
    body["username"] = options_.username;
    body["password"] = options_.password.reveal();
  }
  out.body = json::serialize(body);
  return out;
}

net::http_request akeneo_session::authorized(const akeneo_call& call) const {
  net::http_request out{.method = call.method,
                        .url = options_.url + call.target,
                        .headers = call.headers,
                        .timeout = options_.timeout,
                        .body_limit = call.body_limit};
  out.headers.emplace_back("Authorization", "Bearer " + access_.reveal());
  return out;
}

std::unexpected<error> akeneo_session::refusal(const net::http_response& answer, std::string where) const {
  const auto [kind, code] = meaning_of(answer.status);
  auto words = words_of(answer.body);
  for (const auto* hidden : {&options_.client_secret, &options_.password, &options_.token, &access_, &refresh_})
    hide(words, hidden->reveal());
  return std::unexpected(
      error{.kind = kind,
            .code = code,
            .message = fmt::format("the PIM answered {}{}{}", answer.status, words.empty() ? "" : ": ", words),
            .where = std::move(where),
            .retry_after = kind == error_kind::retry ? retry_after(answer.headers) : std::nullopt});
}

} // namespace listingd::pim
