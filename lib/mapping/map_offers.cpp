#include "mapping/assembly.hpp"
#include "mapping/measure.hpp"
#include "mapping/nearest.hpp"
#include "mapping/texts.hpp"
#include "model/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <spdlog/fmt/fmt.h>

namespace listingd::mapping {

namespace {

/// The currency of a market (product reference, section 12.1); for profiles that name none.
struct market_row {
  std::string_view region, currency;
};
constexpr std::array markets{
    market_row{"US", "USD"}, market_row{"GB", "GBP"}, market_row{"DE", "EUR"}, market_row{"FR", "EUR"},
    market_row{"ES", "EUR"}, market_row{"IT", "EUR"}, market_row{"IE", "EUR"}, market_row{"JP", "JPY"},
    market_row{"MX", "MXN"}, market_row{"BR", "BRL"}, market_row{"ID", "IDR"}, market_row{"MY", "MYR"},
    market_row{"PH", "PHP"}, market_row{"SG", "SGD"}, market_row{"TH", "THB"}, market_row{"VN", "VND"},
};

/// What a price attribute holds: the amount in the currency, or else the currencies that it has.
struct amounts {
  std::optional<std::string> wanted;
  std::vector<std::string> others;
};

std::expected<amounts, std::string> amounts_in(const json::value& data, const std::string& currency) {
  const auto list = data.is_array() ? data.get_array() : json::array{data};
  amounts out;
  for (const auto& one : list) {
    if (one.is_null()) continue;
    const auto* amount = one.is_object() ? listingd::find(one, "amount") : &one;
    if (amount == nullptr && one.is_object() && one.get_object().contains("currency")) continue; // no price in that one
    const auto text = amount == nullptr ? std::nullopt : plain_text(*amount);
    if (!text) return std::unexpected("holds " + std::string(kind_of(one)) + " where a price is expected");
    const auto named = one.is_object() ? text_at(one, "currency") : std::string{};
    if (text->empty()) continue;
    if (!named.empty() && named != currency)
      out.others.push_back(named);
    else if (!out.wanted)
      out.wanted = *text;
  }
  return out;
}

struct problem_row {
  money_problem problem;
  std::string_view words;
};
constexpr std::array money_problems{
    problem_row{money_problem::not_a_number, "is not a plain number such as 19.99"},
    problem_row{money_problem::not_positive, "is not above 0"},
    problem_row{money_problem::too_many_decimals, "has more decimals than the currency"},
};

void map_price(const map_input& in, const record_view& view, draft_sku& out, std::vector<violation>& found) {
  if (!in.profile.price) return;
  const auto& rule = *in.profile.price;
  const auto currency = currency_of(in);
  const auto data = view.read(rule);
  const auto read = !data ? std::unexpected(data.error()) : *data ? amounts_in(**data, currency) : amounts{};
  if (!read) return found.push_back(value_invalid("price", "price", rule, read.error(), in.profile));
  if (!read->wanted) {
    auto reason = read->others.empty() ? view.why_nothing(rule)
                                       : fmt::format("{} has prices in {} only, none in {}", rule.source_text(),
                                                     joined(read->others), currency);
    return found.push_back({.klass = "price",
                            .code = "price_missing",
                            .position = "price",
                            .reason = reason + '.',
                            .suggestion = fix_of("Fill", rule, in.profile) + " with a price in " + currency + '.',
                            .who = owner_of(rule)});
  }
  auto text = money(*read->wanted, currency);
  if (text.problem == money_problem::none) {
    out.price = std::move(text.amount);
    return;
  }
  const auto row = std::ranges::find(money_problems, text.problem, &problem_row::problem);
  found.push_back(
      {.klass = "price",
       .code = "price_invalid",
       .position = "price",
       .reason = fmt::format("{} holds '{}', which {} ({}).", rule.source_text(), *read->wanted, row->words, currency),
       .suggestion = fix_of("Correct", rule, in.profile) + '.',
       .who = owner_of(rule)});
}

/// "18", "18.0000" and 18.0 are whole numbers; "18.5" and "-1" are none.
std::optional<std::int64_t> whole_number(std::string_view text) {
  const auto dot = text.find('.');
  if (dot != std::string_view::npos && text.find_first_not_of('0', dot + 1) != std::string_view::npos)
    return std::nullopt;
  const auto digits = text.substr(0, dot);
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (!all_digits(digits) || problem != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

void map_stock(const map_input& in, const record_view& view, draft_sku& out, std::vector<violation>& found) {
  if (!in.profile.stock) return;
  const auto& rule = *in.profile.stock;
  const auto data = view.read(rule);
  if (!data) return found.push_back(value_invalid("stock", "stock", rule, data.error(), in.profile));
  const auto text = *data ? plain_text(**data) : std::string{};
  if (!text)
    return found.push_back(value_invalid(
        "stock", "stock", rule, "holds " + std::string(kind_of(**data)) + " where a number is expected", in.profile));
  const auto number = whole_number(*text);
  if (number && *number > 0) {
    out.stock = *number;
    return;
  }
  const bool none = text->empty() || number; // TikTok refuses 0 at listing, so nothing left is as good as nothing said
  found.push_back(
      {.klass = "stock",
       .code = none ? "stock_missing" : "stock_invalid",
       .position = "stock",
       .reason = text->empty() ? view.why_nothing(rule) + '.'
                 : number      ? rule.source_text() + " is 0, and TikTok takes no product without stock."
                               : rule.source_text() + " holds '" + *text + "', which is no whole number.",
       .suggestion = fix_of(none ? "Fill" : "Correct", rule, in.profile) + ": a whole number of pieces, 1 or more.",
       .who = owner_of(rule)});
}

/// The kind that the length of the digits tells (Create, identifier_code); empty when none has that length.
std::string_view kind_by_length(std::size_t digits) {
  return digits == 8 || digits == 13 ? "EAN" : digits == 12 ? "UPC" : digits == 14 ? "GTIN" : "";
}

void map_identifier(const map_input& in, const record_view& view, draft_sku& out, std::vector<violation>& found) {
  if (!in.profile.gtin) return;
  const auto& rule = *in.profile.gtin;
  const auto text = view.text(rule);
  if (!text) return found.push_back(value_invalid("sku", "gtin", rule, text.error(), in.profile));
  std::string code = *text;
  std::erase_if(code, [](char c) { return c == ' ' || c == '-'; });
  if (code.empty()) return;
  const auto kind = rule.kind.empty() ? std::string(kind_by_length(code.size())) : rule.kind;
  if (identifier_valid(kind, code)) {
    out.identifier_type = kind;
    out.identifier_code = std::move(code);
    return;
  }
  found.push_back({.klass = "sku",
                   .code = "gtin_invalid",
                   .position = "gtin",
                   .reason = fmt::format("{} holds '{}', which is no valid {} (length or check digit).",
                                         rule.source_text(), *text, kind.empty() ? "EAN, UPC or GTIN" : kind),
                   .suggestion = fix_of("Correct", rule, in.profile) + ", or empty it where the product has no code.",
                   .who = owner_of(rule)});
}

} // namespace

std::string currency_of(const map_input& in) {
  if (in.profile.price && !in.profile.price->currency.empty()) return in.profile.price->currency;
  const auto row = std::ranges::find(markets, in.region, &market_row::region);
  return row == markets.end() ? std::string{} : std::string(row->currency);
}

void map_offer(const map_input& in, const record_view& view, draft_sku& out, std::vector<violation>& found) {
  map_price(in, view, out, found);
  map_stock(in, view, out, found);
  map_identifier(in, view, out, found);
}

void map_warehouse(assembly& at) {
  const auto& stock = at.in.profile.stock;
  const auto name = stock ? stock->warehouse : "default";
  at.out.follow_stock = stock && stock->follow;
  std::vector<warehouse> candidates = at.in.warehouses;
  if (name != "default")
    std::erase_if(candidates, [&](const auto& one) { return one.id != name && folded(one.name) != folded(name); });
  if (const auto* chosen = sales_warehouse(candidates)) {
    at.out.warehouse_id = chosen->id;
    return;
  }
  violation none{.klass = "shop", .code = "warehouse_missing", .position = "warehouse", .who = actor::shop_owner};
  std::vector<std::string> names;
  for (const auto& one : at.in.warehouses)
    if (one.sales && one.enabled) names.push_back(one.name);
  if (name == "default")
    none.reason = "The shop has no enabled sales warehouse to keep stock in.";
  else if (candidates.empty())
    none.reason = fmt::format("The shop has no warehouse '{}', which the profile names{}.", name,
                              names.empty() ? "" : "; it has " + joined(names));
  else
    none.reason = fmt::format("The warehouse '{}' {}.", name,
                              candidates.front().sales ? "is not enabled" : "takes returns only, not sales");
  none.suggestion = name == "default"
                        ? "Set up or enable a sales warehouse in Seller Center."
                        : "Enable the warehouse in Seller Center, or name another one in " + at.in.profile.file + '.';
  at.found.push_back(std::move(none));
}

} // namespace listingd::mapping
