#include "sources/akeneo_server.hpp"

#include "model/digest.hpp"
#include "net/http_date.hpp"

#include <algorithm>
#include <spdlog/fmt/fmt.h>

namespace listingd::sources {

namespace {

constexpr std::string_view root = "/api/rest/v1/";
constexpr std::chrono::hours token_life{1};

bool has_uuid_shape(const std::string& text) {
  return text.size() == 36 && text[8] == '-' && text[13] == '-';
}

} // namespace

json::value akeneo_value(json::value data, const std::string& locale, const std::string& scope) {
  const auto or_null = [](const std::string& text) { return text.empty() ? json::value() : json::value(text); };
  return json::array{json::object{{"locale", or_null(locale)}, {"scope", or_null(scope)}, {"data", std::move(data)}}};
}

akeneo_server::akeneo_server(instant now, int page) : now_(now), page_(page) {
  http_ = std::make_unique<http_side>([this](const http_asked& asked) { return answer(asked); });
}

void akeneo_server::edit(const std::function<void()>& act) {
  const std::lock_guard hold(lock_);
  act();
}

void akeneo_server::save(akeneo_product product) {
  const std::lock_guard hold(lock_);
  if (const auto old = products.find(product.uuid); old != products.end())
    product.indexed_before = now_ >= old->second.updated + index_lag ? old->second.updated : old->second.indexed_before;
  product.updated = std::chrono::floor<std::chrono::seconds>(now_);
  const auto uuid = product.uuid;
  products[uuid] = std::move(product);
}

void akeneo_server::save(akeneo_model model) {
  const std::lock_guard hold(lock_);
  if (const auto old = models.find(model.code); old != models.end())
    model.indexed_before = now_ >= old->second.updated + index_lag ? old->second.updated : old->second.indexed_before;
  model.updated = std::chrono::floor<std::chrono::seconds>(now_);
  const auto code = model.code;
  models[code] = std::move(model);
}

void akeneo_server::pass(duration by) {
  const std::lock_guard hold(lock_);
  now_ += by;
}

instant akeneo_server::now() const {
  const std::lock_guard hold(lock_);
  return now_;
}

void akeneo_server::meet(trouble what, int times, int after) {
  const std::lock_guard hold(lock_);
  quiet_ = after + 1;
  troubles_[what] = times;
}

void akeneo_server::no_more_trouble() {
  const std::lock_guard hold(lock_);
  troubles_.clear();
}

void akeneo_server::in_the_middle(std::function<void()> act) {
  const std::lock_guard hold(lock_);
  act_ = std::move(act);
}

int akeneo_server::requests() const {
  const std::lock_guard hold(lock_);
  return requests_;
}

int akeneo_server::logins() const {
  const std::lock_guard hold(lock_);
  return logins_;
}

std::vector<std::string> akeneo_server::asked() {
  const std::lock_guard hold(lock_);
  return std::exchange(asked_, {});
}

http_reply akeneo_server::said(int status, const std::string& message) const {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}},
          .body = json::serialize(json::object{{"code", status}, {"message", message}})};
}

http_reply akeneo_server::document(const json::value& body) const {
  return {.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = json::serialize(body)};
}

http_reply akeneo_server::answer(const http_asked& asked) {
  const std::lock_guard hold(lock_);
  auto out = asked.path == "/api/oauth/v1/token" ? login(asked) : data(asked);
  if (sends_date) out.headers.emplace_back("Date", net::http_date(now_));
  if (slow && out.how == http_reply::ending::whole) out.how = http_reply::ending::byte_by_byte;
  return out;
}

http_reply akeneo_server::login(const http_asked& asked) {
  ++logins_;
  if (net::header(asked.headers, "Authorization") != "Basic " + base64_encode("client:client-secret"))
    return said(422, "Parameter \"client_id\" is missing or does not match any client, or secret is invalid");
  const auto body = parse_json(asked.body, "login");
  const auto grant = body ? text_at(*body, "grant_type") : "";
  const bool by_password =
      grant == "password" && text_at(*body, "username") == "connector" && text_at(*body, "password") == "pass-word";
  const bool by_refresh = grant == "refresh_token" && !refresh_.empty() && text_at(*body, "refresh_token") == refresh_;
  if (grant == "refresh_token" && !by_refresh) return said(422, "Refresh token is invalid or has expired");
  if (!by_password && !by_refresh) return said(422, "No user found for the given username and password");
  access_ = fmt::format("access-{}", ++tokens_);
  refresh_ = fmt::format("refresh-{}", tokens_);
  expires_ = now_ + token_life;
  return document(json::object{{"access_token", access_},
                               {"expires_in", 3600},
                               {"token_type", "bearer"},
                               {"scope", nullptr},
                               {"refresh_token", refresh_}});
}

http_reply akeneo_server::data(const http_asked& asked) {
  ++requests_;
  asked_.push_back(asked.target);
  if (quiet_ > 0) --quiet_;
  if (takes(trouble::token_expired)) access_.clear();
  const auto shown = net::header(asked.headers, "Authorization");
  const bool by_login = !access_.empty() && shown == "Bearer " + access_ && now_ < expires_;
  if (!by_login && (app_token.empty() || shown != "Bearer " + app_token))
    return said(401, "The access token provided has expired.");
  if (auto bad = troubled(asked)) return std::move(*bad);
  return routed(asked);
}

/// True while the trouble has times left; uses one up.
bool akeneo_server::takes(trouble what) {
  const auto found = troubles_.find(what);
  if (quiet_ > 0) return false;
  if (found == troubles_.end() || found->second <= 0) return false;
  --found->second;
  return true;
}

std::optional<http_reply> akeneo_server::troubled(const http_asked& asked) {
  if (quiet_ == 0 && troubles_.contains(trouble::forbidden))
    return said(403, "Access forbidden. You are not allowed to list products.");
  if (takes(trouble::status_429)) {
    auto out = said(429, "Too many requests");
    out.headers.emplace_back("Retry-After", "7");
    return out;
  }
  if (takes(trouble::status_500)) return said(500, "Internal Server Error");
  if (takes(trouble::status_503)) return said(503, "Service Unavailable");
  if (takes(trouble::reset)) return http_reply{.headers = {}, .body = {}, .how = http_reply::ending::reset};
  if (takes(trouble::timeout)) return http_reply{.headers = {}, .body = {}, .how = http_reply::ending::never};
  if (takes(trouble::not_json))
    return http_reply{.headers = {{"Content-Type", "text/html"}}, .body = "<html>We are back soon</html>"};
  if (takes(trouble::cut_short)) {
    auto out = routed(asked);
    out.how = http_reply::ending::cut_short;
    return out;
  }
  return std::nullopt;
}

http_reply akeneo_server::routed(const http_asked& asked) {
  if (!asked.path.starts_with(root)) return said(404, "No route found");
  const auto path = asked.path.substr(root.size());
  const auto first = path.substr(0, path.find('/'));
  const bool listed =
      first == "products" || first == "product-models" || (first == "products-uuid" && has_uuid_endpoint);
  if (listed) return first == path ? list(asked) : item(path.substr(first.size() + 1), asked);
  if (first == "media-files" || first == "asset-media-files") return file(asked, path);
  return structure(asked, path);
}

http_reply akeneo_server::structure(const http_asked& asked, const std::string& path) const {
  const auto one_of = [&](const json::array& all, const std::string& code) {
    for (const auto& one : all)
      if (text_at(one, "code") == code) return document(one);
    return said(404, fmt::format("\"{}\" does not exist.", code));
  };
  constexpr std::string_view of_options = "/options";
  if (path == "attributes") return plain_list(asked, attributes);
  if (path.starts_with("attributes/")) {
    const auto rest = path.substr(11);
    const auto at = rest.find(of_options);
    if (at == std::string::npos) return one_of(attributes, rest);
    const auto all = options.find(rest.substr(0, at));
    if (all == options.end()) return said(404, "Attribute does not exist or supports no options.");
    if (rest.size() == at + of_options.size()) return plain_list(asked, all->second);
    return one_of(all->second, rest.substr(at + of_options.size() + 1));
  }
  if (const auto found = other.find(path); found != other.end()) return document(found->second);
  return said(404, fmt::format("\"{}\" does not exist.", path));
}

/// Pages by number, as Akeneo lists its structure.
http_reply akeneo_server::plain_list(const http_asked& asked, const json::array& all) const {
  const auto number = [&](const char* name, std::size_t otherwise) {
    const auto text = asked.query(name);
    return text.empty() ? otherwise : std::stoul(text);
  };
  const auto limit = number("limit", 10), page = number("page", 1);
  if (limit > 100) return said(422, "You cannot request more than 100 items.");
  json::array items;
  for (auto i = (page - 1) * limit; i < all.size() && items.size() < limit; ++i) items.push_back(all[i]);
  json::object links{{"self", json::object{{"href", asked.target}}}};
  if (items.size() == limit)
    links["next"] = json::object{
        {"href", fmt::format("http://pim.internal{}?page={}&limit={}&with_count=false", asked.path, page + 1, limit)}};
  return document(json::object{
      {"_links", std::move(links)}, {"current_page", page}, {"_embedded", json::object{{"items", std::move(items)}}}});
}

http_reply akeneo_server::item(const std::string& key, const http_asked& asked) const {
  const auto missing = [&] {
    return said(404, fmt::format("\"{}\" does not exist or you do not have permission to access it.", key));
  };
  if (hidden.contains(key)) return missing();
  if (asked.path.starts_with("/api/rest/v1/product-models")) {
    const auto found = models.find(key);
    return found == models.end() ? missing() : document(body_of(found->second, asked));
  }
  const bool by_uuid = asked.path.starts_with("/api/rest/v1/products-uuid");
  for (const auto& [uuid, product] : products)
    if (!hidden.contains(uuid) && (by_uuid ? uuid : product.identifier) == key)
      return document(body_of(product, asked));
  return by_uuid && !has_uuid_shape(key) ? said(400, "The provided uuid is not valid") : missing();
}

http_reply akeneo_server::file(const http_asked& asked, const std::string& path) const {
  constexpr std::string_view download = "/download";
  const bool bytes = path.starts_with("asset-") || path.ends_with(download);
  const auto found = files.find(path.ends_with(download) ? path.substr(0, path.size() - download.size()) : path);
  if (found == files.end()) return said(404, "Media file does not exist.");
  if (!bytes) return document(json::object{{"code", path.substr(12)}, {"size", found->second.size()}});
  http_reply out{.headers = {}, .body = found->second};
  if (!sends_etag) return out;
  const auto tag = "\"" + sha256_hex(found->second).substr(0, 16) + "\"";
  out.headers.emplace_back("ETag", tag);
  if (net::header(asked.headers, "If-None-Match") != tag) return out;
  out.status = 304;
  out.body.clear();
  return out;
}

} // namespace listingd::sources
