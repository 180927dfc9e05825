// Products (product reference, sections 3 to 7): writes are built without I/O, stored by the caller, then performed.
#include "model/json.hpp"
#include "tiktok/classify.hpp"
#include "tiktok/product_answers.hpp"
#include "tiktok/product_wire.hpp"
#include "tiktok/read_back.hpp"
#include "tiktok/shop_client.hpp"

#include <algorithm>

#include <charconv>

namespace listingd::tiktok {

using sync::write_kind;
using sync::write_request;

namespace {

constexpr std::string_view products_path = "/product/202309/products";
constexpr std::string_view edit_path = "/product/202509/products";
constexpr std::size_t most_seller_skus = 10;

std::string path_of(std::string_view base, const listing_id& id, std::string_view rest = {}) {
  return std::string(base) + '/' + net::percent_encode(id.text()) + std::string(rest);
}

write_request switch_request(write_kind kind, const listing_id& id) {
  const json::object body{{"product_ids", json::array{json::value(id.text())}}};
  return {.kind = kind,
          .method = "POST",
          .path = std::string(products_path) + (kind == write_kind::activate ? "/activate" : "/deactivate"),
          .body = json::serialize(body)};
}

/// warnings is an array in most answers and an object in some; each is a message or a text.
std::vector<std::string> warnings_of(const json::value& data) {
  std::vector<std::string> out;
  for (const auto& one : items_at(data, "warnings")) {
    auto message = one.is_object() ? text_at(one, "message") : text_of(one);
    if (!message.empty()) out.push_back(std::move(message));
  }
  return out;
}

std::vector<check_failure> failures_of(const json::value& data) {
  std::vector<check_failure> out;
  for (const auto& one : items_at(data, "fail_reasons"))
    out.push_back({.code = text_at(one, "code"), .message = text_at(one, "message")});
  if (out.empty() && text_at(data, "check_result") == "FAILED")
    out.push_back({.code = "", .message = "listing_check failed and gave no reason"});
  return out;
}

/// An empty JSON body is a trap for signatures, so the default status is always said.
json::object search_body(const sync::product_query& wanted) {
  json::object body{{"status", "ALL"}};
  json::array codes;
  for (const auto& one : wanted.seller_skus) codes.push_back(json::value(one.text()));
  if (!codes.empty()) body["seller_skus"] = std::move(codes);
  const auto bound = [&](const char* name, const std::optional<instant>& at) {
    if (at) body[name] = std::chrono::floor<std::chrono::seconds>(*at).time_since_epoch().count();
  };
  bound("create_time_ge", wanted.created_since);
  bound("create_time_le", wanted.created_until);
  bound("update_time_ge", wanted.updated_since);
  bound("update_time_le", wanted.updated_until);
  return body;
}

} // namespace

write_request shop_client::create_request(const draft& wanted, const std::string& idempotency_key) const {
  return {.kind = write_kind::create,
          .method = "POST",
          .path = std::string(products_path),
          .body = json::serialize(create_body(wanted, idempotency_key))};
}

write_request shop_client::edit_request(const draft& wanted, const observed_product& live) const {
  // The price of a live product has its own endpoint; inside an edit it would undo a running change.
  const auto with = live.status == listing_status::activate ? prices::leave_out : prices::include;
  return {.kind = write_kind::edit,
          .method = "PUT",
          .path = path_of(edit_path, live.id),
          .body = json::serialize(edit_body(wanted, live, with))};
}

write_request shop_client::partial_edit_request(const draft& wanted, const listing_id& id,
                                                const std::vector<facet>& facets) const {
  return {.kind = write_kind::partial_edit,
          .method = "POST",
          .path = path_of(edit_path, id, "/partial_edit"),
          .body = json::serialize(partial_edit_body(wanted, facets))};
}

write_request shop_client::price_request(const draft& wanted, const observed_product& live) const {
  return {.kind = write_kind::price,
          .method = "POST",
          .path = path_of(products_path, live.id, "/prices/update"),
          .body = json::serialize(price_body(wanted, live))};
}

write_request shop_client::stock_request(const draft& wanted, const observed_product& live) const {
  return {.kind = write_kind::stock,
          .method = "POST",
          .path = path_of(products_path, live.id, "/inventory/update"),
          .body = json::serialize(stock_body(wanted, live))};
}

write_request shop_client::activate_request(const listing_id& id) const {
  return switch_request(write_kind::activate, id);
}

write_request shop_client::deactivate_request(const listing_id& id) const {
  return switch_request(write_kind::deactivate, id);
}

task<result<sync::write_answer>> shop_client::perform(shop_access access, write_request request) {
  const auto where = request.method + " " + request.path;
  api_call asked{.method = request.method, .path = request.path, .body = request.body, .write = true};
  const auto answer = co_await call(std::move(access), std::move(asked));
  if (!answer) co_return std::unexpected(answer.error());
  sync::write_answer out{.id = {},
                         .skus = skus_from(answer->data),
                         .warnings = warnings_of(answer->data),
                         .request_id = answer->request_id};
  if (request.kind != write_kind::create) co_return out;
  out.id = listing_id(text_at(answer->data, "product_id"));
  if (!out.id.empty()) co_return out;
  co_return std::unexpected(error{.kind = error_kind::retry,
                                  .code = "no_product_id",
                                  .message = "the create was answered without a product id",
                                  .where = where,
                                  .maybe_done = true,
                                  .request_id = answer->request_id});
}

task<result<std::vector<check_failure>>> shop_client::listing_check(shop_access access, draft wanted) {
  api_call asked{.method = "POST",
                 .path = std::string(products_path) + "/listing_check",
                 .body = json::serialize(check_body(wanted))};
  const auto answer = co_await call(std::move(access), std::move(asked));
  if (!answer) co_return std::unexpected(answer.error());
  auto failures = failures_of(answer->data);
  for (const auto& one : failures) { // a quota or trouble of TikTok's own is no finding about the product
    std::int64_t code = 0;
    std::from_chars(one.code.data(), one.code.data() + one.code.size(), code);
    auto problem = classify_code(code, one.message, "listing_check");
    if (problem.kind != error_kind::wait_quota && problem.kind != error_kind::retry) continue;
    problem.request_id = answer->request_id;
    co_return std::unexpected(std::move(problem));
  }
  co_return failures;
}

task<result<observed_product>> shop_client::get(shop_access access, listing_id id, bool under_review) {
  constexpr std::string_view nothing_under_review = "12052547";
  api_call asked{.path = path_of(products_path, id)};
  if (under_review) asked.parameters["return_under_review_version"] = "true";
  auto answer = co_await call(access, asked);
  if (!answer && under_review && answer.error().code == nothing_under_review) {
    asked.parameters.clear();
    answer = co_await call(std::move(access), asked);
  }
  if (!answer) co_return std::unexpected(answer.error());
  auto seen = observed_from(answer->data);
  if (seen.id.empty())
    co_return try_again("GET " + asked.path, "product_answer", "the answer of Get Product holds no product");
  co_return seen;
}

task<result<sync::product_page>> shop_client::search(shop_access access, sync::product_query wanted) {
  const std::string path = "/product/202502/products/search";
  if (wanted.seller_skus.size() > most_seller_skus)
    co_return our_bug("POST " + path, "too_many_skus", "a search takes at most 10 seller_skus");
  const auto size = std::clamp(wanted.page_size, 1, 100);
  api_call asked{.method = "POST",
                 .path = path,
                 .parameters = {{"page_size", std::to_string(size)}, {"page_token", wanted.page_token}},
                 .body = json::serialize(search_body(wanted))};
  const auto answer = co_await call(std::move(access), std::move(asked));
  if (!answer) co_return std::unexpected(answer.error());
  sync::product_page page;
  for (const auto& row : items_at(answer->data, "products")) page.products.push_back(found_from(row));
  page.next_page_token = text_at(answer->data, "next_page_token");
  co_return page;
}

std::vector<sync::drift> shop_client::compare(const draft& wanted, const observed_product& live) const {
  return read_back(wanted, live);
}

} // namespace listingd::tiktok
