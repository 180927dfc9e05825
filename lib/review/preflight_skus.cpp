// What TikTok refuses in pictures by number, SKUs, identifier codes, prices and stock. What is missing altogether
// (price, stock, pictures) is reported by lib/mapping, which knows the PIM's attribute.
#include "review/characters.hpp"
#include "review/preflight_checks.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <spdlog/fmt/fmt.h>

namespace listingd::review {

namespace {

constexpr std::size_t most_main_images = 9;
constexpr std::size_t longest_seller_sku = 50;
constexpr std::int64_t most_stock = 99'999;
constexpr int price_places = 2;

/// "00012": an own length in characters a digit string may have, by type.
struct identifier_form {
  std::string_view type;
  std::string_view lengths; ///< separated by spaces
};
constexpr std::array<identifier_form, 5> identifier_forms{{
    {"GTIN", "14"},
    {"EAN", "8 13 14"},
    {"UPC", "12"},
    {"ISBN", "10 13"},
    {"JAN", "8 13"},
}};

bool digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool fits(const identifier_form& form, std::string_view code) {
  if (!lists(form.lengths, std::to_string(code.size()))) return false;
  if (form.type == "ISBN" && code.size() == 10 && code.back() == 'X') return digits(code.substr(0, 9));
  return digits(code);
}

void check_identifier(const inspection& at, const draft_sku& sku) {
  const auto position = position_of(sku) + ".identifier";
  const auto form = std::ranges::find(identifier_forms, sku.identifier_type, &identifier_form::type);
  if (form == identifier_forms.end()) {
    at.report("identifier_type_unknown", position,
              fmt::format("the identifier code {} has the type \"{}\"", sku.identifier_code, sku.identifier_type),
              "Set gtin kind in the profile: GTIN, EAN, UPC, ISBN or JAN.", {}, actor::operator_);
  } else if (!fits(*form, sku.identifier_code)) {
    at.report("identifier_invalid", position,
              fmt::format("{} is not a {}, which has {} digits", sku.identifier_code, form->type, form->lengths),
              "Correct the code in the PIM; it cannot be changed once it was submitted.");
  }
}

void check_price(const inspection& at, const draft_sku& sku) {
  const auto position = position_of(sku) + ".price";
  const auto amount = scaled_decimal(sku.price, at.here.whole_prices ? 0 : price_places);
  if (!amount) {
    at.report("price_invalid", position,
              fmt::format("the price \"{}\" is not an amount with at most {} decimals", sku.price,
                          at.here.whole_prices ? 0 : price_places),
              fmt::format("Enter a price that {} knows.", at.wanted.currency));
    return;
  }
  const auto hundredths = at.here.whole_prices ? *amount * 100 : *amount;
  if (hundredths >= at.here.price_least && hundredths <= at.here.price_most) return;
  const auto least = decimal_text(at.here.price_least, 2), most = decimal_text(at.here.price_most, 2);
  at.report(
      "price_out_of_range", position,
      fmt::format("the price is {} {}, from {} to {} are allowed here", sku.price, at.wanted.currency, least, most),
      "Correct the price in the PIM.", {{"price", sku.price}, {"least", least}, {"most", most}});
}

/// Reports each text that several SKUs share, once, with all of them.
template <class Text>
void report_shared(const inspection& at, Text text_of, const char* code, const char* what) {
  std::map<std::string, std::vector<const draft_sku*>> owners;
  for (const auto& sku : at.wanted.skus)
    if (const std::string& text = text_of(sku); !text.empty()) owners[text].push_back(&sku);
  for (const auto& [text, skus] : owners) {
    if (skus.size() < 2) continue;
    boost::json::array variants;
    for (const auto* sku : skus) variants.push_back(boost::json::value(sku->key.text()));
    at.report(code, position_of(*skus.front()),
              fmt::format("{} {} is used by {} variants of the product", what, text, skus.size()),
              "Give each variant its own in the PIM.", {{"variants", std::move(variants)}});
  }
}

} // namespace

void check_main_images(const inspection& at) {
  const auto count = at.wanted.main_images.size();
  if (count > most_main_images)
    at.report("images_too_many", "main_images",
              fmt::format("the product has {} pictures, at most {} are allowed", count, most_main_images),
              "Remove pictures, or name fewer attributes in the profile's images.",
              {{"count", count}, {"most", most_main_images}});
}

void check_sku_count(const inspection& at) {
  const auto count = at.wanted.skus.size();
  if (count > at.here.most_skus)
    at.report("sku_too_many", "skus",
              fmt::format("the product has {} variants, at most {} are allowed here", count, at.here.most_skus),
              "Split it into several products in the PIM.", {{"count", count}, {"most", at.here.most_skus}});
}

void check_seller_skus(const inspection& at) {
  for (const auto& sku : at.wanted.skus) {
    const auto& code = sku.seller_sku.text();
    const auto position = position_of(sku) + ".seller_sku";
    if (code.empty()) {
      at.report("seller_sku_missing", position, "the variant has no seller_sku",
                "Enter one in the PIM; the profile's seller_sku says in which attribute.");
      continue;
    }
    const auto length = length_of(code);
    const bool spaces = code.find_first_of(" \t\r\n") != std::string::npos;
    if (spaces || length > longest_seller_sku)
      at.report(
          "seller_sku_invalid", position,
          spaces ? fmt::format("the seller_sku \"{}\" has a space", code)
                 : fmt::format("the seller_sku has {} characters, at most {} are allowed", length, longest_seller_sku),
          "Correct it in the PIM: 1 to 50 characters, no spaces.", {{"length", length}, {"most", longest_seller_sku}});
  }
  report_shared(
      at, [](const draft_sku& sku) -> const std::string& { return sku.seller_sku.text(); }, "seller_sku_duplicate",
      "the seller_sku");
}

void check_identifiers(const inspection& at) {
  for (const auto& sku : at.wanted.skus)
    if (!sku.identifier_code.empty()) check_identifier(at, sku);
  report_shared(
      at, [](const draft_sku& sku) -> const std::string& { return sku.identifier_code; }, "identifier_duplicate",
      "the identifier code");
}

void check_currency(const inspection& at) {
  if (at.here.currency.empty() || at.wanted.currency.empty() || at.wanted.currency == at.here.currency) return;
  at.report("currency_wrong", "currency",
            fmt::format("prices are in {}, this shop sells in {}", at.wanted.currency, at.here.currency),
            "Set the currency of price in the profile.", {}, actor::operator_);
}

void check_prices(const inspection& at) {
  for (const auto& sku : at.wanted.skus)
    if (!sku.price.empty()) check_price(at, sku);
}

void check_stock(const inspection& at) {
  for (const auto& sku : at.wanted.skus) {
    if (sku.stock >= 0 && sku.stock <= most_stock) continue; // none at all is lib/mapping's stock_missing
    at.report("stock_out_of_range", position_of(sku) + ".stock",
              fmt::format("the stock is {}, from 1 to {} are allowed", sku.stock, most_stock),
              "Correct the number in the PIM.", {{"stock", sku.stock}, {"most", most_stock}});
  }
}

} // namespace listingd::review
