#include "pim/akeneo_client.hpp"

#include "model/json.hpp"
#include "net/http_date.hpp"
#include "pim/akeneo_unopim.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

constexpr int pages_in_memory = 200;

std::string root_of(const akeneo_options& options) {
  return options.flavour == akeneo_flavour::unopim ? "/api/v1/rest/" : "/api/rest/v1/";
}

akeneo_call json_call(std::string target) {
  return {.target = std::move(target), .headers = {{"Accept", "application/json"}}};
}

result<json::value> document_of(const net::http_response& answer, const std::string& where) {
  auto out = parse_json(answer.body, where);
  if (!out) return makes_no_sense(where, out.error().message);
  return out;
}

std::string lowered(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool looks_like_uuid(const std::string& text) {
  return text.size() == 36 && std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c) || c == '-'; });
}

} // namespace

void akeneo_client::remember(akeneo_endpoint endpoint) {
  if (endpoint_ == akeneo_endpoint::automatic) endpoint_ = endpoint;
}

/// Products by uuid when the PIM has them, which is a question of its version. Only a 404 of the one and an answer of
/// the other say that it has not.
task<result<void>> akeneo_client::find_endpoint() {
  if (options_.flavour == akeneo_flavour::unopim) endpoint_ = akeneo_endpoint::products;
  for (const auto candidate : {akeneo_endpoint::products_uuid, akeneo_endpoint::products}) {
    if (endpoint_ != akeneo_endpoint::automatic) break;
    akeneo_parameters one{{"pagination_type", "search_after"}, {"limit", "1"}};
    auto page = co_await fetch(path_of(akeneo_kind::product, options_, candidate), std::move(one), "");
    if (page)
      endpoint_ = candidate;
    else if (page.error().code != "not_found" || candidate == akeneo_endpoint::products)
      co_return std::unexpected(page.error());
  }
  co_return result<void>{};
}

task<result<akeneo_page>> akeneo_client::list(akeneo_listing what, std::string after) {
  if (const auto known = co_await find_endpoint(); !known) co_return std::unexpected(known.error());
  const auto limit = static_cast<std::size_t>(what.limit > 0 ? what.limit : options_.page);
  auto page =
      co_await fetch(path_of(what.of, options_, endpoint_), parameters_of(what, options_, endpoint_), std::move(after));
  if (!page) co_return page;
  if (options_.flavour == akeneo_flavour::unopim)
    for (auto& item : page->items) item = from_unopim(item, what.of);
  const bool may_be_cut = page->after.empty() && page->items.size() * 2 >= limit && !page->items.empty();
  const auto last = may_be_cut ? key(page->items.back(), what.of) : std::string();
  if (last.empty() || limit == 1 || endpoint_ != akeneo_endpoint::products_uuid) co_return page;
  auto more = co_await beyond(std::move(what), last);
  if (!more) co_return std::unexpected(more.error());
  page->after = std::move(*more);
  co_return page;
}

/// Whether something follows the last item although the PIM showed no way there; the parameters that lead to it. With
/// products-uuid the cursor is the last item's key; a PIM that takes it for nonsense has shown its end.
task<result<std::string>> akeneo_client::beyond(akeneo_listing what, std::string last) {
  const auto here = "search_after=" + net::percent_encode(last);
  const auto page =
      co_await fetch(path_of(what.of, options_, endpoint_), parameters_of(what, options_, endpoint_), here);
  if (!page && page.error().kind == error_kind::retry) co_return std::unexpected(page.error());
  if (!page || page->items.empty() || lowered(key(page->items.front(), what.of)) <= lowered(last))
    co_return std::string();
  co_return here;
}

task<result<json::array>> akeneo_client::list_all(akeneo_listing what) {
  json::array out;
  std::set<std::string> seen; // a page may come twice
  std::string after;
  for (int pages = 0; pages < std::min(options_.page_cap, pages_in_memory); ++pages) {
    auto page = co_await list(what, after);
    if (!page) co_return std::unexpected(page.error());
    for (auto& item : page->items)
      if (seen.insert(key(item, what.of)).second) out.push_back(std::move(item));
    if (page->after.empty()) co_return out;
    after = std::move(page->after);
  }
  co_return makes_no_sense("GET " + path_of(what.of, options_, endpoint_), "the listing has no end");
}

task<result<std::int64_t>> akeneo_client::count(akeneo_listing what) {
  if (const auto known = co_await find_endpoint(); !known) co_return std::unexpected(known.error());
  const auto path = path_of(what.of, options_, endpoint_);
  const auto parameters = counting(parameters_of(what, options_, endpoint_));
  const auto answer = co_await session_.send(json_call(path + "?" + query_text(parameters)));
  if (!answer) co_return std::unexpected(answer.error());
  const auto body = document_of(*answer, "GET " + path);
  if (!body) co_return std::unexpected(body.error());
  const auto counted = integer_at(*body, options_.flavour == akeneo_flavour::unopim ? "total" : "items_count");
  if (!counted) co_return makes_no_sense("GET " + path + " items_count", "is missing or no number");
  co_return *counted;
}

task<result<std::optional<json::value>>> akeneo_client::item(akeneo_kind kind, std::string key) {
  if (const auto known = co_await find_endpoint(); !known) co_return std::unexpected(known.error());
  const auto path = path_of(kind, options_, endpoint_) + "/" + net::percent_encode(key);
  const auto answer = co_await session_.send(json_call(path));
  const bool by_uuid = kind == akeneo_kind::product && endpoint_ == akeneo_endpoint::products_uuid;
  if (!answer) {
    const auto& code = answer.error().code;
    const bool no_such_key = code == "refused" && by_uuid && !looks_like_uuid(key);
    if (code == "not_found" || no_such_key) co_return std::nullopt;
    co_return std::unexpected(answer.error());
  }
  auto body = document_of(*answer, "GET " + path);
  if (!body) co_return std::unexpected(body.error());
  if (options_.flavour == akeneo_flavour::unopim) *body = from_unopim(*body, kind);
  if (lowered(this->key(*body, kind)) != lowered(key)) // Akeneo's codes are equal in any case
    co_return makes_no_sense("GET " + path, "the answer is another item, or none");
  co_return std::optional(std::move(*body));
}

task<result<akeneo_page>> akeneo_client::list_path(std::string path, akeneo_parameters parameters, std::string after) {
  co_return co_await fetch(root_of(options_) + path, std::move(parameters), std::move(after));
}

task<result<json::value>> akeneo_client::get(std::string path) {
  const auto target = root_of(options_) + path;
  const auto answer = co_await session_.send(json_call(target));
  if (!answer) co_return std::unexpected(answer.error());
  co_return document_of(*answer, "GET " + target);
}

task<result<akeneo_page>> akeneo_client::fetch(std::string path, akeneo_parameters parameters, std::string after) {
  auto target = path + "?" + query_text(parameters);
  if (!after.empty()) target += "&" + after;
  const auto answer = co_await session_.send(json_call(std::move(target)));
  if (!answer) co_return std::unexpected(answer.error());
  const auto where = "GET " + path;
  const auto body = document_of(*answer, where);
  if (!body) co_return std::unexpected(body.error());
  auto taken = answer_of(*body, parameters, options_.flavour, where);
  if (!taken) co_return std::unexpected(taken.error());
  co_return akeneo_page{.items = std::move(taken->items),
                        .after = std::move(taken->after),
                        .where = where,
                        .date = net::instant_from_http_date(net::header(answer->headers, "Date"))};
}

} // namespace listingd::pim
