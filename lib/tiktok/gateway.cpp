#include "tiktok/gateway.hpp"

#include "model/json.hpp"
#include "tiktok/classify.hpp"

#include <utility>

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

/// A secret that an answer or a transport quoted back does not get any further, as it is or percent-encoded.
void hide(std::string& text, const std::string& hidden) {
  constexpr std::string_view instead = "***";
  if (hidden.empty()) return;
  for (const auto& form : {hidden, net::percent_encode(hidden)})
    for (auto at = text.find(form); at != std::string::npos; at = text.find(form, at + instead.size()))
      text.replace(at, form.size(), instead);
}

void hide_secrets(std::string& text, const query& parameters) {
  for (const auto* name : {"app_secret", "auth_code", "refresh_token"})
    if (const auto found = parameters.find(name); found != parameters.end()) hide(text, found->second);
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

std::unexpected<error> app_unknown(const std::string& where, const app_name& app) {
  return our_bug(where, "app_unknown", "no [[app]] named " + app.text() + " that has a secret");
}

/// None of the app's secrets was taken.
void name_the_secrets(error& refused, const app_credentials& app) {
  refused.message +=
      "; TikTok takes " + std::string(app.app_secrets.size() == 1 ? "not the one secret" : "none of the secrets") +
      " in app_secret_files of [[app]] " + app.name.text() + ": compare them and app_key with Partner Center";
}

constexpr int most_corrections = 4;          // in one call
constexpr duration token_call_limit{10'000}; // a refresh's lease outlives two of these

} // namespace

net::http_request gateway::signed_request(const app_credentials& app, const secret& app_secret,
                                          const std::string& cipher_text, const secret& access_token,
                                          const api_call& asked) const {
  const bool multipart = !asked.multipart_type.empty();
  auto parameters = asked.parameters;
  std::erase_if(parameters, [](const auto& one) { return one.second.empty(); });
  const auto stamp = std::chrono::floor<std::chrono::seconds>(time_.now()).time_since_epoch().count();
  parameters["app_key"] = app.app_key;
  parameters["timestamp"] = std::to_string(stamp);
  if (asked.shop_cipher == cipher::send && !cipher_text.empty()) parameters["shop_cipher"] = cipher_text;
  parameters["sign"] =
      sign(app_secret, asked.path, parameters, asked.body, multipart ? body_kind::multipart : body_kind::json);
  net::http_request request{.method = asked.method, .url = options_.api_url + asked.path + query_text(parameters)};
  request.headers = {{"x-tts-access-token", access_token.reveal()},
                     {"content-type", multipart ? asked.multipart_type : "application/json"}};
  request.body = asked.body;
  return request;
}

task<result<api_answer>> gateway::send(net::http_request request, std::string where, bool write,
                                       std::optional<duration>& skew) {
  const auto sent = time_.ours();
  const auto response = co_await wire_.send(std::move(request));
  if (!response) {
    auto problem = response.error();
    problem.where = where;
    problem.maybe_done = problem.maybe_done && write;
    problem.whole_shop = problem.kind == error_kind::bug; // an untrusted certificate, a wrong address
    co_return std::unexpected(std::move(problem));
  }
  skew = time_.observe(net::header(response->headers, "date"), sent);
  auto answer = take_apart(*response, where, write);
  if (answer) answer->skew = skew;
  co_return answer;
}

task<result<api_answer>> gateway::call(app_name app_of_shop, std::string cipher_text, secret access_token,
                                       api_call asked) {
  const auto where = asked.method + " " + asked.path;
  const auto app = apps_.find(app_of_shop);
  if (!app || app->app_secrets.empty()) co_return app_unknown(where, app_of_shop);
  int corrections = 0;
  for (std::size_t at = 0;;) {
    const auto correction = time_.correction();
    auto request = signed_request(*app, app->app_secrets[at], cipher_text, access_token, asked);
    const auto signature = net::query_value(request.url, "sign");
    std::optional<duration> skew;
    auto answer = co_await send(std::move(request), where, asked.write, skew);
    if (!answer) {
      hide(answer.error().message, access_token.reveal());
      hide(answer.error().message, signature);
    }
    if (!answer && refuses_timestamp(answer.error())) {
      const auto fault = *refuses_timestamp(answer.error());
      const bool learnt = time_.refused(fault, correction, skew);
      if (learnt && corrections++ < most_corrections) continue;
      answer.error().kind = error_kind::retry;
      answer.error().whole_shop = true;
      answer.error().maybe_done = false;
      answer.error().message += "; " + clock_complaint(fault, correction, skew);
      co_return answer;
    }
    if (!answer && refuses_secret(answer.error())) {
      if (++at < app->app_secrets.size()) continue;
      name_the_secrets(answer.error(), *app);
      co_return answer;
    }
    if (at > 0 && answer) apps_.worked(app->name, app->app_secrets[at]);
    co_return answer;
  }
}

task<result<api_answer>> gateway::token_call(app_name name, std::string path, query parameters) {
  const auto where = "GET " + path;
  const auto app = apps_.find(name);
  if (!app || app->app_secrets.empty()) co_return app_unknown(where, name);
  parameters["app_key"] = app->app_key;
  for (std::size_t at = 0;;) {
    parameters["app_secret"] = app->app_secrets[at].reveal();
    net::http_request request{.method = "GET", .url = options_.auth_url + path + query_text(parameters)};
    request.headers = {{"content-type", "application/json"}};
    request.timeout = token_call_limit;
    std::optional<duration> skew;
    auto answer = co_await send(std::move(request), where, true, skew); // it may use up a code or a refresh token
    if (!answer) hide_secrets(answer.error().message, parameters);
    if (!answer && refuses_secret(answer.error())) {
      if (++at < app->app_secrets.size()) continue;
      name_the_secrets(answer.error(), *app);
      co_return answer;
    }
    if (at > 0 && answer) apps_.worked(app->name, app->app_secrets[at]);
    co_return answer;
  }
}

} // namespace listingd::tiktok
