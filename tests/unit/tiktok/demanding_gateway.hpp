// A TikTok that looks at timestamps and signatures, with a clock of its own: what the tests of skew and of secrets
// speak to. It answers any accepted call with an empty success.
#pragma once

#include "net/http_date.hpp"
#include "scripted_transport.hpp"
#include "tiktok/client.hpp"
#include "tiktok/signing.hpp"

#include <functional>
#include <spdlog/fmt/fmt.h>

namespace listingd::tiktok::test {

class demanding_gateway final : public net::transport {
public:
  explicit demanding_gateway(const clock& here) : here_(here) {}

  duration ahead{0};                        ///< its clock minus ours
  std::optional<duration> date{duration{}}; ///< what its Date header adds to its clock; nothing = no header
  std::string app_secret = "test-app-secret";
  bool signature_first = false;
  int refusal_status = 400;
  std::string too_old = "Invalid timestamp. The `timestamp` is earlier than 5 minutes before now.";
  std::string too_new = "Invalid timestamp. The `timestamp` cannot exceed the current time by 30 seconds.";
  std::function<void()> before; ///< runs while a request is on its way
  std::vector<net::http_request> asked;
  std::vector<std::string> accepted; ///< methods

  task<result<net::http_response>> send(net::http_request request) override {
    asked.push_back(request);
    if (before) before();
    const auto accepted_before = accepted.size();
    net::http_response out{.status = 200, .headers = {}, .body = judge(request)};
    if (accepted.size() == accepted_before) out.status = refusal_status;
    if (date) out.headers.emplace_back("Date", net::http_date(here_.now() + ahead + *date));
    co_return out;
  }

private:
  std::string judge(const net::http_request& request) {
    const auto refuse = [](std::int64_t code, std::string_view message) {
      return fmt::format(R"({{"code":{},"message":"{}","request_id":"r"}})", code, message);
    };
    const auto parameter = [&](std::string_view name) { return net::query_value(request.url, name); };
    const auto start = request.url.find('/', std::string_view("https://").size());
    const auto path = request.url.substr(start, request.url.find('?') - start);
    if (path.starts_with("/api/v2/token/")) {
      if (parameter("app_secret") != app_secret) return refuse(36004003, "invalid client_key");
    } else {
      query signed_query;
      for (const auto* name : {"app_key", "timestamp", "shop_cipher", "category_version"})
        if (const auto value = parameter(name); !value.empty()) signed_query[name] = value;
      const bool good_sign = parameter("sign") == sign(secret(app_secret), path, signed_query, request.body);
      const instant stamp{std::chrono::seconds(std::stoll(parameter("timestamp")))};
      const auto now = here_.now() + ahead;
      if (signature_first && !good_sign) return refuse(106001, "Invalid credentials. The `sign` is invalid.");
      if (stamp < now - std::chrono::minutes(5)) return refuse(36009004, too_old);
      if (stamp > now + std::chrono::seconds(30)) return refuse(36009004, too_new);
      if (!good_sign) return refuse(106001, "Invalid credentials. The `sign` is invalid.");
    }
    accepted.push_back(request.method);
    return R"({"code":0,"message":"Success","request_id":"r","data":{"access_token":"A","access_token_expire_in":604800,
      "refresh_token":"R","refresh_token_expire_in":8640000,"open_id":"o"}})";
  }

  const clock& here_;
};

/// Both ports over it.
struct demanding_rig {
  manual_clock time{*instant_from_text("2026-11-24T08:00:00Z")};
  demanding_gateway there{time};
  platform_clock tiktok_time{time};
  app_book apps{{app({"test-app-secret"})}};
  client_options hosts{.api_url = "https://api.example", .auth_url = "https://auth.example"};
  std::unique_ptr<sync::shop> shop = make_shop(there, hosts, apps, tiktok_time);
  std::unique_ptr<sync::consent> consent = make_consent(there, hosts, apps, tiktok_time);
  sync::shop_access access{
      .id = shop_id("749"), .app = app_name("row"), .region = "US", .cipher = "C", .access_token = secret("TTP_token")};

  static app_credentials app(std::vector<std::string> secrets) {
    app_credentials out{
        .name = app_name("row"), .app_key = "key1", .app_secrets = {}, .service_id = "7", .consent_url = "https://c"};
    for (auto& one : secrets) out.app_secrets.emplace_back(std::move(one));
    return out;
  }

  /// One call of the API; `sends` tells how many requests it took.
  result<json::value> call() {
    const auto before = there.asked.size();
    auto answer = run(shop->warehouses(access));
    sends = there.asked.size() - before;
    return answer;
  }
  std::size_t sends = 0;
};

} // namespace listingd::tiktok::test
