#include "tiktok/read_back.hpp"

#include "model/json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace listingd::tiktok {

namespace {

using drifts = std::vector<sync::drift>;

void note(drifts& out, std::string field, std::string wanted, std::string found) {
  if (wanted != found) out.push_back({std::move(field), std::move(wanted), std::move(found)});
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// White space runs become one space; none at the ends.
std::string collapsed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!is_space(c))
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

/// HTML as written by different hands: white space collapsed, none beside a tag.
std::string html_text(std::string_view html) {
  std::string out;
  for (const char c : collapsed(html)) {
    if (c == '<' && !out.empty() && out.back() == ' ') out.pop_back();
    if (c == ' ' && !out.empty() && out.back() == '>') continue;
    out += c;
  }
  return out;
}

/// A plain decimal without idle zeros: "020.00" and "20" are "20". Money is compared as text, not as a double.
std::string plain_number(std::string text) {
  text = collapsed(text);
  if (text.find_first_not_of("0123456789.") != std::string::npos) return text;
  if (const auto dot = text.find('.'); dot != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  text.erase(0, std::min(text.find_first_not_of('0'), text.size()));
  return text.empty() || text.front() == '.' ? "0" + text : text;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

std::string uris_of(const json::array& images) {
  std::vector<std::string> out;
  for (const auto& one : images) out.push_back(text_at(one, "uri"));
  return joined(out);
}

std::string uris_of(const std::vector<draft_media>& media, bool documents) {
  std::vector<std::string> out;
  for (const auto& one : media)
    if ((one.use == media_use::document) == documents) out.push_back(one.uri);
  return joined(out);
}

std::string leaf_of(const json::value& live) {
  std::string last;
  for (const auto& one : items_at(live, "category_chains")) {
    if (flag_at(one, "is_leaf")) return text_at(one, "id");
    last = text_at(one, "id");
  }
  return last;
}

std::string shown(const draft_value& value) {
  return value.name.empty() ? value.id : value.name;
}

const json::value* with(const json::array& items, std::string_view key, const std::string& wanted) {
  const auto found = std::ranges::find_if(items, [&](const json::value& one) { return text_at(one, key) == wanted; });
  return found == items.end() ? nullptr : &*found;
}

bool same_value(const draft_value& wanted, const std::string& id, const std::string& name) {
  return wanted.id.empty() ? collapsed(wanted.name) == collapsed(name) : wanted.id == id;
}

void compare_attributes(drifts& out, const draft& wanted, const json::value& live) {
  const auto found = items_at(live, "product_attributes");
  for (const auto& attribute : wanted.attributes) {
    const auto* shown_one = with(found, "id", attribute.id);
    const auto values = shown_one == nullptr ? json::array{} : items_at(*shown_one, "values");
    const bool all = values.size() == attribute.values.size() &&
                     std::ranges::all_of(attribute.values, [&](const draft_value& value) {
                       return std::ranges::any_of(values, [&](const json::value& one) {
                         return same_value(value, text_at(one, "id"), text_at(one, "name"));
                       });
                     });
    if (all) continue;
    std::vector<std::string> wanted_names, found_names;
    for (const auto& value : attribute.values) wanted_names.push_back(shown(value));
    for (const auto& value : values)
      found_names.push_back(text_at(value, text_at(value, "name").empty() ? "id" : "name"));
    out.push_back({"attributes." + (attribute.name.empty() ? attribute.id : attribute.name), joined(wanted_names),
                   joined(found_names)});
  }
}

/// Values only: TikTok may put its own name and id on an axis that we named ourselves.
void compare_options(drifts& out, const std::string& field, const draft_sku& wanted, const json::value& live) {
  const auto found = items_at(live, "sales_attributes");
  for (const auto& one : wanted.sales_attributes) {
    const bool there = std::ranges::any_of(found, [&](const json::value& shown_one) {
      const auto name = text_at(shown_one, "value_name");
      return same_value(one.value, text_at(shown_one, "value_id"), name) ||
             (!one.value.name.empty() && collapsed(one.value.name) == collapsed(name));
    });
    if (there) continue;
    std::vector<std::string> names;
    for (const auto& shown_one : found) names.push_back(text_at(shown_one, "value_name"));
    out.push_back(
        {field + ".sales_attributes." + (one.name.empty() ? one.id : one.name), shown(one.value), joined(names)});
  }
}

void compare_picture(drifts& out, const std::string& field, const draft_sku& wanted, const json::value& live) {
  if (!wanted.image || wanted.sales_attributes.empty()) return;
  std::string found;
  for (const auto& one : items_at(live, "sales_attributes"))
    if (const auto uri = text_at(one, "sku_img.uri"); !uri.empty()) found = uri;
  note(out, field + ".image", wanted.image->uri, found);
}

/// Local shops: sale_price is the price shown to buyers, which is what a request calls amount.
std::string live_price(const json::value& sku) {
  for (const auto* path : {"price.sale_price", "price.amount", "price.tax_exclusive_price"})
    if (auto text = text_at(sku, path); !text.empty()) return text;
  return "";
}

void compare_skus(drifts& out, const draft& wanted, const json::value& live) {
  const auto found = items_at(live, "skus");
  for (const auto& sku : wanted.skus) {
    const auto field = "skus." + sku.seller_sku.text();
    const auto* one = with(found, "seller_sku", sku.seller_sku.text());
    if (one == nullptr) {
      out.push_back({field, "present", "absent"});
      continue;
    }
    compare_options(out, field, sku, *one);
    compare_picture(out, field, sku, *one);
    note(out, field + ".price", plain_number(sku.price), plain_number(live_price(*one)));
    note(out, field + ".currency", wanted.currency, text_at(*one, "price.currency"));
    if (sku.identifier_code.empty()) continue;
    note(out, field + ".identifier", sku.identifier_type + " " + sku.identifier_code,
         text_at(*one, "identifier_code.type") + " " + text_at(*one, "identifier_code.code"));
  }
  for (const auto& one : found) {
    const auto code = text_at(one, "seller_sku");
    if (std::ranges::none_of(wanted.skus, [&](const draft_sku& sku) { return sku.seller_sku.text() == code; }))
      out.push_back({"skus." + code, "absent", "present"});
  }
}

/// Not strtod: the locale of the process must not matter.
double number_of(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

double grams(const std::string& value, const std::string& unit) {
  const double number = number_of(value);
  if (unit == "KILOGRAM") return number * 1000;
  return unit == "POUND" ? number * 453.59237 : number;
}

/// Answers know kilograms and pounds only, so grams come back converted.
void compare_weight(drifts& out, const draft& wanted, const json::value& live) {
  if (wanted.weight.empty()) return;
  const auto value = text_at(live, "package_weight.value"), unit = text_at(live, "package_weight.unit");
  if (unit == wanted.weight_unit ? plain_number(value) == plain_number(wanted.weight)
                                 : std::abs(grams(value, unit) - grams(wanted.weight, wanted.weight_unit)) < 0.5)
    return;
  out.push_back({"package_weight", wanted.weight + " " + wanted.weight_unit, value + " " + unit});
}

/// Two decimals since June 2026; some markets round to whole numbers.
bool same_length(const std::string& wanted, const std::string& found) {
  const double a = number_of(wanted), b = number_of(found);
  return !found.empty() && (std::abs(a - b) < 0.006 || std::abs(std::round(a) - b) < 0.006);
}

void compare_size(drifts& out, const draft& wanted, const json::value& live) {
  if (wanted.length.empty() || wanted.width.empty() || wanted.height.empty()) return;
  const auto length = text_at(live, "package_dimensions.length"), width = text_at(live, "package_dimensions.width"),
             height = text_at(live, "package_dimensions.height"), unit = text_at(live, "package_dimensions.unit");
  if (unit == wanted.dimension_unit && same_length(wanted.length, length) && same_length(wanted.width, width) &&
      same_length(wanted.height, height))
    return;
  out.push_back({"package_dimensions",
                 wanted.length + " x " + wanted.width + " x " + wanted.height + " " + wanted.dimension_unit,
                 length + " x " + width + " x " + height + " " + unit});
}

void compare_certificates(drifts& out, const draft& wanted, const json::value& live) {
  const auto found = items_at(live, "certifications");
  for (const auto& certificate : wanted.certificates) {
    const auto field = "certificates." + (certificate.name.empty() ? certificate.id : certificate.name);
    const auto* one = with(found, "id", certificate.id);
    if (one == nullptr) {
      out.push_back({field, "present", "absent"});
      continue;
    }
    std::vector<std::string> files;
    for (const auto& file : items_at(*one, "files")) files.push_back(text_at(file, "id"));
    note(out, field + ".files", uris_of(certificate.media, true), joined(files));
    note(out, field + ".images", uris_of(certificate.media, false), uris_of(items_at(*one, "images")));
    if (!certificate.expires) continue;
    const auto seconds = integer_at(*one, "expiration_date");
    note(out, field + ".expires", to_text(std::chrono::floor<std::chrono::seconds>(*certificate.expires)),
         seconds ? to_text(instant(std::chrono::seconds(*seconds))) : "");
  }
}

} // namespace

drifts read_back(const draft& wanted, const observed_product& live) {
  drifts out;
  const json::value body = live.body;
  note(out, "title", collapsed(wanted.title), collapsed(text_at(body, "title")));
  note(out, "description", html_text(wanted.description), html_text(text_at(body, "description")));
  note(out, "category", wanted.category_id.text(), leaf_of(body));
  const auto brand = text_at(body, "brand.id");
  note(out, "brand", wanted.brand_id, brand == "0" ? "" : brand);
  compare_attributes(out, wanted, body);
  note(out, "main_images", uris_of(wanted.main_images, false), uris_of(items_at(body, "main_images")));
  if (wanted.size_chart) note(out, "size_chart", wanted.size_chart->uri, text_at(body, "size_chart.image.uri"));
  compare_skus(out, wanted, body);
  compare_weight(out, wanted, body);
  compare_size(out, wanted, body);
  compare_certificates(out, wanted, body);
  return out;
}

} // namespace listingd::tiktok
