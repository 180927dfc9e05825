// Both ports over a scripted transport, with a clock that stands still: what the tests of the client start from.
#pragma once

#include "scripted_transport.hpp"
#include "tiktok/client.hpp"

namespace listingd::tiktok::test {

inline constexpr std::string_view app_secret = "test-app-secret";

struct client_rig {
  scripted_transport wire;
  manual_clock time{*instant_from_text("2026-11-24T08:00:00Z")};
  platform_clock tiktok_time{time};
  app_book apps{{{.name = app_name("row"),
                  .app_key = "key1",
                  .app_secrets = {secret(std::string(app_secret))},
                  .service_id = "7",
                  .consent_url = "https://services.example/open/authorize"}}};
  client_options options{.api_url = "https://api.example", .auth_url = "https://auth.example"};
  std::unique_ptr<sync::shop> shop = make_shop(wire, options, apps, tiktok_time);
  std::unique_ptr<sync::consent> consent = make_consent(wire, options, apps, tiktok_time);
  sync::shop_access access{.id = shop_id("749"),
                           .app = app_name("row"),
                           .region = "US",
                           .cipher = "CIPHER+1",
                           .access_token = secret("TTP_token")};

  [[nodiscard]] std::string path() const {
    const auto& url = wire.asked.back().url;
    const auto start = std::string_view("https://api.example").size();
    return url.substr(start, url.find('?') - start);
  }
};

inline std::string ok(std::string_view data) {
  return R"({"code":0,"message":"Success","request_id":"req1","data":)" + std::string(data) + "}";
}

} // namespace listingd::tiktok::test
