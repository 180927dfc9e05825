#include "tiktok/gateway.hpp"

#include "model/json.hpp"
#include "tiktok/classify.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace listingd::tiktok {

namespace {

/// What a batch answer refused, when it did: the real cause stands in detail.extra_errors, the outer code may be a
/// wrapper.
std::optional<error> refused_item(const json::value& data, const std::string& where) {
  const auto errors = items_at(data, "errors");
  if (errors.empty()) return std::nullopt;
  std::optional<error> first;
  for (const auto& item : errors) {
    const auto extra = items_at(item, "detail.extra_errors");
    const auto& cause = extra.empty() ? item : extra.front();
    auto message = text_at(cause, "message");
    if (message.empty()) message = text_at(item, "message");
    auto one = classify_code(integer_at(cause, "code").value_or(integer_at(item, "code").value_or(0)), message, where);
    if (!first)
      first = std::move(one);
    else if (!one.message.empty() && !first->message.contains(one.message))
      first->message += "; " + one.message;
  }
  return first;
}

/// "Tue, 24 Nov 2026 08:00:00 GMT", whatever the locale of the process.
std::optional<instant> http_date(const std::string& text) {
  static constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  int day = 0, year = 0, hour = 0, minute = 0, second = 0;
  std::array<char, 4> month{};
  if (std::sscanf(text.c_str(), "%*3s, %d %3s %d %d:%d:%d GMT", &day, month.data(), &year, &hour, &minute, &second) !=
      6)
    return std::nullopt;
  const auto at = months.find(month.data());
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(at / 3 + 1)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (at == std::string_view::npos || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

/// A secret that an answer or a transport quoted back does not get any further.
void scrub(std::string& text, const query& parameters) {
  for (const auto* name : {"app_secret", "auth_code", "refresh_token"}) {
    const auto found = parameters.find(name);
    if (found == parameters.end() || found->second.empty()) continue;
    for (const auto& form : {found->second, net::percent_encode(found->second)})
      for (auto at = text.find(form); at != std::string::npos; at = text.find(form))
        text.replace(at, form.size(), "***");
  }
}

result<api_answer> take_apart(const net::http_response& response, const std::string& where, bool write) {
  const auto body = parse_json(response.body, where);
  const auto code = body ? integer_at(*body, "code") : std::nullopt;
  if (!code || *code != 0) {
    auto problem = classify(response.status, body ? &*body : nullptr, response.headers, where);
    problem.maybe_done = write && effect_unknown(response.status, problem);
    return std::unexpected(std::move(problem));
  }
  api_answer out{.data = nullptr, .request_id = text_at(*body, "request_id")};
  if (const auto* data = find(*body, "data")) out.data = *data;
  if (auto refused = refused_item(out.data, where)) {
    refused->request_id = out.request_id;
    refused->maybe_done = write && effect_unknown(response.status, *refused);
    return std::unexpected(std::move(*refused));
  }
  return out;
}

} // namespace

const app_credentials* gateway::app(const app_name& name) const {
  const auto found = std::ranges::find(options_.apps, name, &app_credentials::name);
  return found == options_.apps.end() ? nullptr : &*found;
}

net::http_request gateway::signed_request(const app_credentials& app, const std::string& cipher_text,
                                          const secret& access_token, const api_call& asked) const {
  const bool multipart = !asked.multipart_type.empty();
  auto parameters = asked.parameters;
  std::erase_if(parameters, [](const auto& one) { return one.second.empty(); });
  const auto stamp = std::chrono::floor<std::chrono::seconds>(time_.now() + skew_).time_since_epoch().count();
  parameters["app_key"] = app.app_key;
  parameters["timestamp"] = std::to_string(stamp);
  if (asked.shop_cipher == cipher::send && !cipher_text.empty()) parameters["shop_cipher"] = cipher_text;
  parameters["sign"] =
      sign(app.app_secret, asked.path, parameters, asked.body, multipart ? body_kind::multipart : body_kind::json);
  net::http_request request{.method = asked.method, .url = options_.api_url + asked.path + query_text(parameters)};
  request.headers = {{"x-tts-access-token", access_token.reveal()},
                     {"content-type", multipart ? asked.multipart_type : "application/json"}};
  request.body = asked.body;
  return request;
}

bool gateway::learn_skew(const net::http_response& answer) {
  const auto there = http_date(std::string(net::header(answer.headers, "date")));
  if (!there) return false;
  const auto learnt = *there - time_.now();
  constexpr duration worth_it{5'000};
  if (std::chrono::abs(learnt - skew_) < worth_it) return false;
  skew_ = learnt;
  return true;
}

task<result<api_answer>> gateway::call(app_name app_of_shop, std::string cipher_text, secret access_token,
                                       api_call asked) {
  const auto where = asked.method + " " + asked.path;
  const auto* known = app(app_of_shop);
  if (known == nullptr) co_return our_bug(where, "app_unknown", "no [[app]] named " + app_of_shop.text());
  auto request = signed_request(*known, cipher_text, access_token, asked);
  const auto response = co_await wire_.send(std::move(request));
  if (!response) {
    auto problem = response.error();
    problem.where = where;
    problem.maybe_done = problem.maybe_done && asked.write;
    problem.whole_shop = problem.kind == error_kind::bug; // an untrusted certificate, a wrong address
    co_return std::unexpected(std::move(problem));
  }
  auto answer = take_apart(*response, where, asked.write);
  const bool clock_refused = !answer && answer.error().message.starts_with("Invalid timestamp");
  if (clock_refused && learn_skew(*response)) answer.error().kind = error_kind::retry;
  co_return answer;
}

task<result<api_answer>> gateway::token_call(std::string path, query parameters) {
  const auto where = "GET " + path;
  net::http_request request{.method = "GET", .url = options_.auth_url + path + query_text(parameters)};
  request.headers = {{"content-type", "application/json"}};
  const auto response = co_await wire_.send(std::move(request));
  if (!response) {
    auto problem = response.error();
    problem.where = where;
    scrub(problem.message, parameters);
    co_return std::unexpected(std::move(problem));
  }
  auto answer = take_apart(*response, where, false);
  if (!answer) scrub(answer.error().message, parameters);
  co_return answer;
}

} // namespace listingd::tiktok
