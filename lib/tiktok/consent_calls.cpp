// The token host and Get Authorized Shops (authorization reference, sections 1 and 2).
#include "model/json.hpp"
#include "tiktok/gateway.hpp"

namespace listingd::tiktok {

namespace {

/// Absolute Unix seconds in spite of the field's name; a small number can only be a lifetime.
instant expiry(std::int64_t seconds, instant now) {
  constexpr std::int64_t year_2001 = 1'000'000'000;
  return seconds < year_2001 ? now + std::chrono::seconds(seconds) : instant(std::chrono::seconds(seconds));
}

result<sync::token_grant> grant_from(const api_answer& answer, instant now, const std::string& where) {
  const auto& data = answer.data;
  const auto access_expires = integer_at(data, "access_token_expire_in");
  const auto refresh_expires = integer_at(data, "refresh_token_expire_in");
  sync::token_grant out{.access_token = secret(text_at(data, "access_token")),
                        .access_expires = {},
                        .refresh_token = secret(text_at(data, "refresh_token")),
                        .refresh_expires = {},
                        .open_id = text_at(data, "open_id"),
                        .seller_name = text_at(data, "seller_name"),
                        .seller_region = text_at(data, "seller_base_region"),
                        .user_type = static_cast<int>(integer_at(data, "user_type").value_or(0))};
  if (out.access_token.empty() || out.refresh_token.empty() || !access_expires || !refresh_expires)
    return our_bug(where, "token_answer", "the answer holds no complete pair of tokens");
  out.access_expires = expiry(*access_expires, now);
  out.refresh_expires = expiry(*refresh_expires, now);
  for (const auto* name : {"granted_scopes", "granted_permissions"})
    for (const auto& scope : items_at(data, name)) out.scopes.push_back(text_of(scope));
  return out;
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

class tiktok_consent final : public sync::consent {
public:
  tiktok_consent(net::transport& wire, client_options options, const clock& time)
      : gateway_(wire, std::move(options), time), time_(time) {}

  std::string consent_url(const app_name& app, const std::string& state) const override {
    const auto* known = gateway_.app(app);
    if (known == nullptr) return "";
    const char joint = known->consent_url.find('?') == std::string::npos ? '?' : '&';
    return known->consent_url + joint + "service_id=" + net::percent_encode(known->service_id) +
           "&state=" + net::percent_encode(trimmed(state));
  }

  task<result<sync::token_grant>> exchange(app_name app, std::string auth_code) override {
    query parameters{{"auth_code", std::move(auth_code)}, {"grant_type", "authorized_code"}};
    return tokens(std::move(app), "/api/v2/token/get", std::move(parameters));
  }

  task<result<sync::token_grant>> refresh(app_name app, secret refresh_token) override {
    query parameters{{"refresh_token", refresh_token.reveal()}, {"grant_type", "refresh_token"}};
    return tokens(std::move(app), "/api/v2/token/refresh", std::move(parameters));
  }

  task<result<std::vector<sync::authorized_shop>>> shops(app_name app, secret access_token) override {
    api_call asked{.path = "/authorization/202309/shops", .shop_cipher = cipher::leave_out};
    const auto answer = co_await gateway_.call(std::move(app), "", std::move(access_token), std::move(asked));
    if (!answer) co_return std::unexpected(answer.error());
    std::vector<sync::authorized_shop> out;
    for (const auto& one : items_at(answer->data, "shops"))
      out.push_back({.id = shop_id(text_at(one, "id")),
                     .name = text_at(one, "name"),
                     .region = text_at(one, "region"),
                     .seller_type = text_at(one, "seller_type"),
                     .cipher = text_at(one, "cipher"),
                     .code = text_at(one, "code")});
    co_return out;
  }

private:
  task<result<sync::token_grant>> tokens(app_name app, std::string path, query parameters) {
    const auto* known = gateway_.app(app);
    if (known == nullptr) co_return our_bug(path, "app_unknown", "no [[app]] named " + app.text());
    parameters["app_key"] = known->app_key;
    parameters["app_secret"] = known->app_secret.reveal();
    const auto answer = co_await gateway_.token_call(path, std::move(parameters));
    if (!answer) co_return std::unexpected(answer.error());
    co_return grant_from(*answer, time_.now(), "GET " + path);
  }

  gateway gateway_;
  const clock& time_;
};

} // namespace

std::unique_ptr<sync::consent> make_consent(net::transport& wire, client_options options, const clock& time) {
  return std::make_unique<tiktok_consent>(wire, std::move(options), time);
}

} // namespace listingd::tiktok
