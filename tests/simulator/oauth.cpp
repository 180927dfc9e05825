// The consent page and the token host (authorization reference, section 1): unsigned, secrets in the query.
#include "simulator/gateway.hpp"
#include "simulator/signature.hpp"

#include <algorithm>
#include <cctype>

namespace listingd::simulator {

namespace {

constexpr std::int64_t code_lifetime_seconds = 1800;
constexpr std::string_view refresh_path = "/api/v2/token/refresh";

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

/// The first shop of a seller, or nullptr: the name and region of the seller are taken from it.
template <class Ids>
const shop* first_of(const world& state, const Ids& shop_ids) {
  return shop_ids.empty() ? nullptr : state.shop_by_id(*shop_ids.begin());
}

/// A seller who agrees at once, or refuses at once: straight back to the app's redirect URL.
reply authorize(world& state, const request& asked) {
  const auto app = std::ranges::find(state.applications, value(asked, "service_id"), &application::service_id);
  if (app == state.applications.end() || app->redirect_url.empty()) return page(404, "This service does not exist.");
  const auto seller = value(asked, "seller");
  const auto* shop_ids = app->shops_of(seller);
  if (!shop_ids) return page(404, "This seller does not exist.");
  std::string query;
  if (state.setting.deny || value(asked, "deny") == "1") {
    query = state.setting.denial == "auth_denied" ? "code=null&error=auth_denied" : "error=access_denied&code=null";
  } else {
    const auto code = "TTP_" + random_text(24);
    state.codes[code] = {app->key, seller, state.platform_seconds() + code_lifetime_seconds};
    const auto* first = first_of(state, *shop_ids);
    query = "app_key=" + app->key + "&code=" + code + "&locale=en&shop_region=" + (first ? first->region : "US");
  }
  const auto* echoed = value(asked, "app_store") == "1" ? nullptr : asked.parameter("state");
  if (echoed) query += "&state=" + percent_encode(*echoed);
  auto result = page(302, "Back to the app.");
  const char joint = app->redirect_url.find('?') == std::string::npos ? '?' : '&';
  result.headers["Location"] = app->redirect_url + joint + query;
  return result;
}

const application& known_app(const world& state, const request& asked) {
  const auto* app = state.app_by_key(value(asked, "app_key"));
  if (!app || std::ranges::count(app->secrets, value(asked, "app_secret")) == 0) {
    throw refusal{36004003, "invalid client_key"};
  }
  return *app;
}

/// SELLER_PRODUCT_BASIC for seller.product.basic: the form of the older change note.
std::string upper_snake(std::string scope) {
  std::ranges::transform(scope, scope.begin(),
                         [](unsigned char c) { return c == '.' ? '_' : static_cast<char>(std::toupper(c)); });
  return scope;
}

void add_scopes(json::object& data, const std::string& field, const consent& grant) {
  if (field == "none") return;
  json::array scopes;
  for (const auto& scope : grant.scopes) {
    scopes.emplace_back(field == "granted_permissions" ? upper_snake(scope) : scope);
  }
  data[field] = std::move(scopes);
}

void add_extra_fields(json::object& data) {
  data["user_type"] = std::to_string(number(data, "user_type"));
  data["token_type"] = "Bearer";
  data["seller_profile"] = json::object{{"tier", 2}, {"tags", json::array{json::object{{"name", nullptr}}}}};
}

/// A new access token and the answer that carries it.
json::value tokens(world& state, std::size_t number, std::int64_t now) {
  auto& grant = state.consents[number];
  const auto access = "TTP_" + random_text(32);
  grant.issued_at = now;
  const auto expires = std::min(now + state.setting.access_token_seconds, grant.ends_at);
  state.tokens[access] = {number, expires};
  const auto* first = first_of(state, grant.shop_ids);
  const auto shop_name = first ? first->name : "Seller";
  json::object data{{"access_token", access},
                    {"access_token_expire_in", expires},
                    {"refresh_token", grant.refresh_token},
                    {"refresh_token_expire_in", grant.ends_at},
                    {"open_id", grant.open_id},
                    {"seller_name", grant.seller.empty() ? shop_name : grant.seller},
                    {"seller_base_region", first ? first->region : "US"},
                    {"user_type", grant.user_type}};
  add_scopes(data, state.setting.scopes_field, grant);
  if (state.setting.extra_fields) add_extra_fields(data);
  return data;
}

void issue_refresh_token(world& state, std::size_t number) {
  auto& grant = state.consents[number];
  grant.refresh_token = "TTP_" + random_text(32);
  state.refresh_tokens[grant.refresh_token] = number;
}

/// The place of the seller's consent; the same seller of the same app keeps it, and with it the open_id.
std::size_t consent_of(world& state, const std::string& app_key, const std::string& seller) {
  const auto found = std::ranges::find_if(
      state.consents, [&](const consent& each) { return each.app_key == app_key && each.seller == seller; });
  if (found != state.consents.end()) return static_cast<std::size_t>(found - state.consents.begin());
  const auto whose = seller.empty() ? app_key : app_key + "/" + seller;
  state.consents.push_back({.app_key = app_key, .seller = seller, .open_id = "open_" + sha256(whose).substr(0, 40)});
  return state.consents.size() - 1;
}

json::value exchange_code(world& state, const request& asked) {
  const auto& app = known_app(state, asked);
  if (value(asked, "grant_type") != "authorized_code") {
    throw refusal{98001004, "invalid parameters: grant_type, expected authorized_code"};
  }
  const auto now = state.platform_seconds();
  const auto code = state.codes.find(value(asked, "auth_code"));
  if (code == state.codes.end() || code->second.app_key != app.key || code->second.expires_at <= now) {
    throw refusal{36004004, "invalid auth code"};
  }
  const auto seller = code->second.seller;
  state.codes.erase(code);
  const auto number = consent_of(state, app.key, seller);
  state.end_tokens(number, token_end::replaced);
  auto& grant = state.consents[number];
  grant.alive = true;
  grant.former_refresh_tokens.clear();
  const auto& shop_ids = *app.shops_of(seller);
  grant.shop_ids = {shop_ids.begin(), shop_ids.end()};
  grant.scopes = app.granted_scopes;
  std::erase_if(grant.scopes,
                [&](const auto& each) { return std::ranges::count(state.setting.withheld_scopes, each); });
  grant.user_type = state.setting.user_type;
  grant.ends_at = now + state.setting.consent_seconds;
  issue_refresh_token(state, number);
  ++state.oauth.exchanges;
  return tokens(state, number, now);
}

/// "strict" ends the former token at once, "grace" keeps it until the new one was used once, "keep" for ever. A former
/// token is answered with the latest one, and under "keep" with another new one.
void rotate(world& state, std::size_t number, const std::string& given) {
  auto& grant = state.consents[number];
  const auto& kind = state.setting.rotate_refresh;
  if (kind != "keep" && grant.refresh_token != given) return;
  if (kind != "keep") grant.former_refresh_tokens.clear();
  if (kind == "grace" || kind == "keep") grant.former_refresh_tokens.insert(grant.refresh_token);
  if (kind != "no") issue_refresh_token(state, number);
}

std::optional<std::size_t> consent_of_refresh_token(const world& state, const request& asked) {
  const auto found = state.refresh_tokens.find(value(asked, "refresh_token"));
  if (found == state.refresh_tokens.end()) return std::nullopt;
  return state.consents[found->second].app_key == value(asked, "app_key") ? std::optional(found->second) : std::nullopt;
}

bool still_works(const consent& grant, const std::string& refresh_token, std::int64_t now) {
  return grant.alive && now < grant.ends_at &&
         (grant.refresh_token == refresh_token || grant.former_refresh_tokens.contains(refresh_token));
}

json::value refresh(world& state, const request& asked) {
  known_app(state, asked);
  if (value(asked, "grant_type") != "refresh_token") {
    throw refusal{98001004, "invalid parameters: grant_type, expected refresh_token"};
  }
  const auto given = value(asked, "refresh_token");
  const auto now = state.platform_seconds();
  const auto number = consent_of_refresh_token(state, asked);
  if (!number || !still_works(state.consents[*number], given, now)) throw refusal{36004001, "rt has expired"};
  auto& grant = state.consents[*number];
  if (now < grant.issued_at + state.setting.earliest_refresh_seconds) {
    throw refusal{98001004, "invalid parameters: refresh_token, it was issued a moment ago, expected a refresh " +
                                std::to_string(state.setting.earliest_refresh_seconds) + " seconds after the last"};
  }
  rotate(state, *number, given);
  if (state.setting.old_access == "kill") state.end_tokens(*number, token_end::replaced);
  if (state.setting.refresh_extends_consent) grant.ends_at = now + state.setting.consent_seconds;
  ++state.oauth.refreshes;
  return tokens(state, *number, now);
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
    if (asked.path == refresh_path) return answer(refresh(state, asked));
    return answer(refusal{36009009, "Invalid path.", 404});
  } catch (const refusal& why) {
    ++state.refusals[std::to_string(why.code)];
    if (asked.path == refresh_path) ++state.oauth.refreshes_refused;
    return answer(why);
  }
}

refresh_in_flight::refresh_in_flight(world& given, const request& asked) : state(given) {
  if (asked.path != refresh_path) return;
  const std::scoped_lock lock(state.mutex);
  consent = consent_of_refresh_token(state, asked);
  if (!consent) return;
  auto& most = state.oauth.refreshes_in_flight_most;
  most = std::max(most, ++state.consents[*consent].refreshes_in_flight);
}

refresh_in_flight::~refresh_in_flight() {
  if (!consent) return;
  const std::scoped_lock lock(state.mutex);
  --state.consents[*consent].refreshes_in_flight;
}

} // namespace listingd::simulator
