// The token host and Get Authorized Shops (authorization reference, sections 1 and 2).
#include "model/json.hpp"
#include "tiktok/consent_link.hpp"
#include "tiktok/gateway.hpp"
#include "tiktok/scopes.hpp"
#include "tiktok/token_answer.hpp"

namespace listingd::tiktok {

namespace {

class tiktok_consent final : public sync::consent {
public:
  tiktok_consent(net::transport& wire, client_options options, app_book& apps, platform_clock& time)
      : gateway_(wire, std::move(options), apps, time), apps_(apps), time_(time) {}

  std::string consent_url(const app_name& app, const std::string& state) const override {
    const auto known = apps_.find(app);
    return known ? consent_link(known->consent_url, known->service_id, state) : "";
  }

  task<result<sync::token_grant>> exchange(app_name app, std::string auth_code) override {
    query parameters{{"auth_code", std::move(auth_code)}, {"grant_type", "authorized_code"}};
    return tokens(std::move(app), "/api/v2/token/get", std::move(parameters), tokens_for::consent);
  }

  task<result<sync::token_grant>> refresh(app_name app, secret refresh_token) override {
    query parameters{{"refresh_token", refresh_token.reveal()}, {"grant_type", "refresh_token"}};
    return tokens(std::move(app), "/api/v2/token/refresh", std::move(parameters), tokens_for::renewal);
  }

  task<result<std::vector<sync::authorized_shop>>> shops(app_name app, secret access_token) override {
    api_call asked{.path = "/authorization/202309/shops", .shop_cipher = cipher::leave_out};
    const auto answer = co_await gateway_.call(std::move(app), "", std::move(access_token), std::move(asked));
    if (!answer) co_return std::unexpected(answer.error());
    std::vector<sync::authorized_shop> out;
    for (const auto& one : items_at(answer->data, "shops")) {
      sync::authorized_shop shop{.id = shop_id(text_at(one, "id")),
                                 .name = text_at(one, "name"),
                                 .region = text_at(one, "region"),
                                 .seller_type = text_at(one, "seller_type"),
                                 .cipher = text_at(one, "cipher"),
                                 .code = text_at(one, "code")};
      const bool usable = !shop.id.text().empty() && !shop.cipher.empty(); // nothing can be asked about another
      if (usable) out.push_back(std::move(shop));
    }
    co_return out;
  }

  std::vector<sync::missing_scope> missing_scopes(const std::vector<std::string>& granted) const override {
    return tiktok::missing_scopes(granted);
  }
  std::optional<app_name> app_with_key(std::string_view app_key) const override { return apps_.with_key(app_key); }
  std::optional<duration> clock_skew() const override { return time_.measured(); }

private:
  task<result<sync::token_grant>> tokens(app_name app, std::string path, query parameters, tokens_for purpose) {
    const auto answer = co_await gateway_.token_call(std::move(app), path, std::move(parameters));
    if (!answer) co_return std::unexpected(answer.error());
    co_return read_token_answer(answer->data, purpose, time_.ours(), answer->skew, "GET " + path);
  }

  gateway gateway_;
  app_book& apps_;
  platform_clock& time_;
};

} // namespace

std::unique_ptr<sync::consent> make_consent(net::transport& wire, client_options options, app_book& apps,
                                            platform_clock& time) {
  return std::make_unique<tiktok_consent>(wire, std::move(options), apps, time);
}

} // namespace listingd::tiktok
