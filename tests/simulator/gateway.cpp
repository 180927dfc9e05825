#include "simulator/gateway.hpp"

#include "simulator/signature.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <regex>

namespace listingd::simulator {

namespace {

enum class cipher { wanted, refused };
enum class content { none, document, multipart };

struct endpoint {
  std::string_view method, pattern, scope;
  cipher shop_cipher;
  content body;
  json::value (*handle)(call&);
};

constexpr std::string_view basic = "seller.product.basic", write = "seller.product.write",
                           remove = "seller.product.delete", info = "seller.authorization.info",
                           logistics = "seller.logistics";

// Sections 1.8 and 2 of the authorization reference, section 3 of the product reference.
constexpr auto yes = cipher::wanted, no = cipher::refused;
constexpr std::array endpoints{
    endpoint{"GET", "/authorization/202309/shops", info, no, content::none, get_shops},
    endpoint{"GET", "/product/202309/categories", basic, yes, content::none, get_categories},
    endpoint{"GET", "/product/202309/categories/{}/rules", basic, yes, content::none, get_rules},
    endpoint{"GET", "/product/202309/categories/{}/attributes", basic, yes, content::none, get_attributes},
    endpoint{"POST", "/product/202309/categories/recommend", basic, yes, content::document, recommend_category},
    endpoint{"GET", "/product/202309/brands", basic, yes, content::none, get_brands},
    endpoint{"POST", "/product/202309/brands", basic, no, content::document, create_brand},
    endpoint{"POST", "/product/202309/images/upload", basic, no, content::multipart, upload_image},
    endpoint{"POST", "/product/202309/files/upload", basic, no, content::multipart, upload_file},
    endpoint{"POST", "/product/202309/products/listing_check", basic, yes, content::document, check_listing},
    endpoint{"POST", "/product/202309/products", write, yes, content::document, create_product},
    endpoint{"DELETE", "/product/202309/products", remove, yes, content::document, delete_products},
    endpoint{"POST", "/product/202309/products/activate", basic, yes, content::document, activate_products},
    endpoint{"POST", "/product/202309/products/deactivate", basic, yes, content::document, deactivate_products},
    endpoint{"POST", "/product/202309/products/recover", remove, yes, content::document, recover_products},
    endpoint{"POST", "/product/202502/products/search", basic, yes, content::document, search_products},
    endpoint{"GET", "/product/202309/products/{}", basic, yes, content::none, get_product},
    endpoint{"PUT", "/product/202309/products/{}", write, yes, content::document, edit_product},
    endpoint{"PUT", "/product/202509/products/{}", write, yes, content::document, edit_product},
    endpoint{"POST", "/product/202309/products/{}/partial_edit", write, yes, content::document, partially_edit_product},
    endpoint{"POST", "/product/202509/products/{}/partial_edit", write, yes, content::document, partially_edit_product},
    endpoint{"POST", "/product/202309/products/{}/prices/update", write, yes, content::document, update_prices},
    endpoint{"POST", "/product/202309/products/{}/inventory/update", write, yes, content::document, update_inventory},
    endpoint{"GET", "/product/202312/prerequisites", basic, yes, content::none, get_prerequisites},
    endpoint{"GET", "/logistics/202309/warehouses", logistics, yes, content::none, get_warehouses},
    endpoint{"GET", "/event/202309/webhooks", info, yes, content::none, get_webhooks},
    endpoint{"PUT", "/event/202309/webhooks", info, yes, content::document, put_webhook},
    endpoint{"DELETE", "/event/202309/webhooks", info, yes, content::document, delete_webhook},
};

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> result;
  while (!path.empty()) {
    path.remove_prefix(1);
    result.push_back(path.substr(0, path.find('/')));
    path.remove_prefix(result.back().size());
  }
  return result;
}

/// True when the path fits the pattern; `{}` takes one non-empty segment. A fixed pattern wins because it stands first.
bool fits(std::string_view pattern, std::string_view path, std::vector<std::string>& arguments) {
  const auto wanted = segments(pattern), given = segments(path);
  if (wanted.size() != given.size()) return false;
  arguments.clear();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "{}" && !given[i].empty() &&
        std::ranges::all_of(given[i], [](char c) { return c >= '0' && c <= '9'; })) {
      arguments.emplace_back(given[i]);
    } else if (wanted[i] != given[i]) {
      return false;
    }
  }
  return true;
}

const endpoint& find_endpoint(const request& asked, std::vector<std::string>& arguments) {
  bool path_known = false;
  for (const auto& each : endpoints) {
    if (!fits(each.pattern, asked.path, arguments)) continue;
    if (each.method == asked.method) return each;
    path_known = true;
  }
  if (path_known) throw refusal{36009010, "Invalid method. The HTTP method is not supported by this path.", 405};
  static const std::regex version("/20[0-9]{4}/");
  const auto without_version = std::regex_replace(asked.path, version, "/V/");
  const auto of_other_version = [&](const endpoint& each) {
    return fits(std::regex_replace(std::string(each.pattern), version, "/V/"), without_version, arguments);
  };
  if (std::ranges::any_of(endpoints, of_other_version))
    throw refusal{36009014, "Invalid API version. The version is unknown or retired.", 404};
  throw refusal{36009009, "Invalid path. Check the request path.", 404};
}

const application& check_app(const call& asked) {
  const auto* app = asked.state.app_by_key(asked.parameter("app_key"));
  if (!app) throw refusal{36009004, "Invalid credentials. Invalid `app_key` query parameter.", 400};
  return *app;
}

void check_timestamp(const call& asked) {
  const auto stamp = asked.parameter("timestamp");
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(stamp.data(), stamp.data() + stamp.size(), value);
  if (stamp.empty() || problem != std::errc() || end != stamp.data() + stamp.size()) {
    throw refusal{36009004, "Invalid timestamp. The `timestamp` query parameter must be Unix seconds.", 400};
  }
  const auto now = asked.state.platform_seconds();
  if (value < 0) throw refusal{36009004, "Invalid timestamp. The `timestamp` cannot be lesser than 0.", 400};
  if (value < now - 300) {
    throw refusal{36009004, "Invalid timestamp. The `timestamp` is earlier than 5 minutes before now.", 400};
  }
  if (value > now + 30) {
    throw refusal{36009004, "Invalid timestamp. The `timestamp` cannot exceed the current time by 30 seconds.", 400};
  }
}

void check_signature(const call& asked) {
  const auto sign = asked.parameter("sign");
  if (sign.empty()) throw refusal{36009004, "Missing credentials. The signature (`sign`) is missing.", 400};
  const auto signs = [&](const std::string& secret) { return sign == sign_request(secret, asked.asked); };
  if (std::ranges::none_of(asked.app->secrets, signs)) {
    throw refusal{106001, "Invalid credentials. The `sign` query parameter is invalid.", 401};
  }
}

void check_content_type(const call& asked, content wanted) {
  const auto type = asked.asked.media_type();
  if (wanted == content::multipart && type != "multipart/form-data") {
    throw refusal{36009023, "Invalid request format. The content-type must be multipart/form-data.", 400};
  }
  if (wanted != content::multipart && type != "application/json") {
    throw refusal{36009022, "Invalid request format. The content-type must be application/json.", 400};
  }
}

const refusal unknown_token{36009004, "Invalid credentials. The `x-tts-access-token` header is invalid.", 401};

refusal dead_token(const settings& setting, token_end how) {
  if (how != token_end::revoked || setting.lost_code == unknown_token.code) return unknown_token;
  return {static_cast<int>(setting.lost_code), "The authorization is inactive.", 401};
}

const consent& check_token(const call& asked) {
  auto& state = asked.state;
  const auto found = state.tokens.find(asked.asked.header("x-tts-access-token"));
  if (found == state.tokens.end()) throw unknown_token;
  const auto& token = found->second;
  if (token.ended != token_end::none) {
    ++state.oauth.dead_calls;
    throw dead_token(state.setting, token.ended);
  }
  if (token.expires_at <= state.platform_seconds()) {
    ++state.oauth.expired_calls;
    throw refusal{105002, "Expired credentials. The `x-tts-access-token` header has expired.", 401};
  }
  const auto& grant = state.consents[token.consent];
  if (grant.app_key != asked.app->key) {
    throw refusal{101000, "Invalid query or header. The token does not belong to the `app_key`.", 400};
  }
  if (grant.user_type != 0) {
    throw refusal{101000, "Invalid query or header. The token has the wrong `user_type`.", 400};
  }
  return grant;
}

bool may(const application& app, const consent& grant, std::string_view scope) {
  return std::ranges::count(app.granted_scopes, scope) > 0 && std::ranges::count(grant.scopes, scope) > 0;
}

const shop* check_cipher(const call& asked, cipher rule) {
  const auto* value = asked.asked.parameter("shop_cipher");
  if (rule == cipher::refused) {
    if (!value) return nullptr;
    throw refusal{36009004,
                  "Unexpected identifier. The `shop_cipher` query parameter is not required for this request.", 400};
  }
  if (!value || value->empty()) {
    throw refusal{106013, "Missing identifier. The `shop_cipher` query parameter is missing.", 400};
  }
  const auto found = std::ranges::find(asked.state.shops, *value, &shop::cipher);
  if (found == asked.state.shops.end() || !asked.grant->shop_ids.contains(found->id)) {
    throw refusal{101000, "Invalid query or header. The shop does not match the `shop_cipher`.", 400};
  }
  return &*found;
}

json::object read_document(const request& asked) {
  boost::system::error_code problem;
  auto value = json::parse(asked.body, problem);
  if (problem || !value.is_object()) {
    throw refusal{36009022, "Invalid request format. The body must be a JSON object.", 400};
  }
  return std::move(value.as_object());
}

json::value perform(call& asked, std::string& name) {
  const auto& found = find_endpoint(asked.asked, asked.path_arguments);
  name = std::string(found.method) + " " + std::string(found.pattern);
  asked.app = &check_app(asked);
  check_timestamp(asked);
  check_signature(asked);
  check_content_type(asked, found.body);
  asked.grant = &check_token(asked);
  if (!may(*asked.app, *asked.grant, found.scope)) {
    throw refusal{105005, "Access denied. The app or the token lacks the access scope of this request.", 403};
  }
  asked.seller = check_cipher(asked, found.shop_cipher);
  if (found.body == content::document) asked.body = read_document(asked.asked);
  return found.handle(asked);
}

} // namespace

reply handle_api(world& state, const request& asked, std::string& endpoint_name) {
  call incoming{state, asked, {}, {}, nullptr, nullptr, nullptr};
  endpoint_name = asked.method + " (unknown path)";
  try {
    auto result = answer(perform(incoming, endpoint_name));
    ++state.calls[endpoint_name];
    return result;
  } catch (const refusal& why) {
    ++state.calls[endpoint_name];
    ++state.refusals[std::to_string(why.code)];
    return answer(why);
  }
}

} // namespace listingd::simulator
