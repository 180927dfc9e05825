// The consent page and the token host (authorization reference, section 1): unsigned, secrets in the query.
#include "simulator/gateway.hpp"
#include "simulator/signature.hpp"

#include <algorithm>

namespace listingd::simulator {

namespace {

constexpr std::int64_t code_lifetime_seconds = 1800;
constexpr std::int64_t consent_lifetime_seconds = 365LL * 24 * 3600;

std::string value(const request& asked, std::string_view name) {
  const auto* found = asked.parameter(name);
  return found ? *found : "";
}

reply page(unsigned status, const std::string& words) {
  return {status,
          "<!doctype html><title>TikTok Shop (simulated)</title><p>" + words + "</p>\n",
          "text/html",
          {},
          ending::answered};
}

/// A seller who always agrees (or with deny=1 always refuses): straight back to the app's redirect URL.
reply authorize(world& state, const request& asked) {
  const auto app = std::ranges::find(state.applications, value(asked, "service_id"), &application::service_id);
  if (app == state.applications.end() || app->redirect_url.empty()) return page(404, "This service does not exist.");
  std::string query;
  if (value(asked, "deny") == "1") {
    query = "code=null&error=auth_denied";
  } else {
    const auto code = "TTP_" + random_text(24);
    state.codes[code] = {app->key, now_seconds() + code_lifetime_seconds};
    const auto* first = app->shop_ids.empty() ? nullptr : state.shop_by_id(app->shop_ids.front());
    query = "app_key=" + app->key + "&code=" + code + "&locale=en&shop_region=" + (first ? first->region : "US");
  }
  if (const auto* echoed = asked.parameter("state")) query += "&state=" + percent_encode(*echoed);
  auto result = page(302, "Back to the app.");
  const char joint = app->redirect_url.find('?') == std::string::npos ? '?' : '&';
  result.headers["Location"] = app->redirect_url + joint + query;
  return result;
}

const application& known_app(const world& state, const request& asked) {
  const auto* app = state.app_by_key(value(asked, "app_key"));
  if (!app || app->secret != value(asked, "app_secret")) throw refusal{36004003, "invalid client_key"};
  return *app;
}

json::value tokens(world& state, const application& app, std::size_t number) {
  auto& grant = state.consents[number];
  const auto access = "TTP_" + random_text(32);
  const auto expires = std::min(now_seconds() + state.setting.access_token_seconds, grant.ends_at);
  state.tokens[access] = {number, expires};
  const auto* first = grant.shop_ids.empty() ? nullptr : state.shop_by_id(*grant.shop_ids.begin());
  json::array scopes;
  for (const auto& scope : app.granted_scopes) scopes.emplace_back(scope);
  return json::object{{"access_token", access},
                      {"access_token_expire_in", expires},
                      {"refresh_token", grant.refresh_token},
                      {"refresh_token_expire_in", grant.ends_at},
                      {"open_id", grant.open_id},
                      {"seller_name", first ? first->name : "Seller"},
                      {"seller_base_region", first ? first->region : "US"},
                      {"user_type", 0},
                      {"granted_scopes", std::move(scopes)}};
}

json::value exchange_code(world& state, const request& asked) {
  const auto& app = known_app(state, asked);
  if (value(asked, "grant_type") != "authorized_code") {
    throw refusal{98001004, "invalid parameters: grant_type, expected authorized_code"};
  }
  const auto code = state.codes.find(value(asked, "auth_code"));
  if (code == state.codes.end() || code->second.app_key != app.key || code->second.expires_at <= now_seconds()) {
    throw refusal{36004004, "invalid auth code"};
  }
  state.codes.erase(code);
  // The same seller consenting again keeps its open_id; its former tokens end.
  auto found = std::ranges::find(state.consents, app.key, &consent::app_key);
  if (found == state.consents.end()) {
    state.consents.push_back({app.key, "open_" + sha256(app.key).substr(0, 40), "", "", {}, 0, true});
    found = std::prev(state.consents.end());
  }
  const auto number = static_cast<std::size_t>(found - state.consents.begin());
  std::erase_if(state.tokens, [&](const auto& each) { return each.second.consent == number; });
  found->alive = true;
  found->shop_ids = {app.shop_ids.begin(), app.shop_ids.end()};
  found->refresh_token = "TTP_" + random_text(32);
  found->former_refresh_token.clear();
  found->ends_at = now_seconds() + consent_lifetime_seconds;
  return tokens(state, app, number);
}

json::value refresh(world& state, const request& asked) {
  const auto& app = known_app(state, asked);
  if (value(asked, "grant_type") != "refresh_token") {
    throw refusal{98001004, "invalid parameters: grant_type, expected refresh_token"};
  }
  const auto given = value(asked, "refresh_token");
  const auto found = std::ranges::find_if(state.consents, [&](const consent& each) {
    return each.app_key == app.key && !given.empty() &&
           (each.refresh_token == given || each.former_refresh_token == given);
  });
  if (found == state.consents.end() || !found->alive || found->ends_at <= now_seconds()) {
    throw refusal{36004001, "rt has expired"};
  }
  if (found->refresh_token == given) {
    // "grace" keeps the former token until the new one was used once; "strict" ends it at once.
    found->former_refresh_token.clear();
    if (state.setting.rotate_refresh != "no") {
      if (state.setting.rotate_refresh == "grace") found->former_refresh_token = given;
      found->refresh_token = "TTP_" + random_text(32);
    }
  }
  return tokens(state, app, static_cast<std::size_t>(found - state.consents.begin()));
}

} // namespace

bool is_oauth(const request& asked) {
  return asked.path == "/open/authorize" || asked.path.starts_with("/api/v2/token/");
}

reply handle_oauth(world& state, const request& asked) {
  ++state.calls[asked.method + " " + asked.path];
  if (asked.method != "GET") return answer(refusal{36009010, "Invalid method.", 405});
  try {
    if (asked.path == "/open/authorize") return authorize(state, asked);
    if (asked.path == "/api/v2/token/get") return answer(exchange_code(state, asked));
    if (asked.path == "/api/v2/token/refresh") return answer(refresh(state, asked));
    return answer(refusal{36009009, "Invalid path.", 404});
  } catch (const refusal& why) {
    ++state.refusals[std::to_string(why.code)];
    return answer(why);
  }
}

} // namespace listingd::simulator
