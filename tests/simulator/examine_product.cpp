// Category, words, images, package and compliance of a product: everything but attributes and SKUs.
#include "simulator/examination.hpp"
#include "simulator/media.hpp"

#include <algorithm>
#include <cctype>
#include <regex>

namespace listingd::simulator {

namespace {

const std::set<std::string> eu = {"DE", "FR", "ES", "IT", "IE"};

struct title_range {
  std::size_t least, most;
};

title_range title_limits(const std::string& region) {
  if (region == "BR" || region == "MX") return {1, 300};
  static const std::set<std::string> short_title = {"DE", "ES", "FR", "IE", "IT", "JP", "GB", "US"};
  return short_title.contains(region) ? title_range{1, 255} : title_range{25, 255};
}

bool decimal(const std::string& value, std::size_t places) {
  static const std::regex form("([0-9]{1,9})(\\.([0-9]+))?");
  std::smatch parts;
  return std::regex_match(value, parts, form) && static_cast<std::size_t>(parts[3].length()) <= places;
}

bool permits(const json::object& category, std::string_view status) {
  return std::ranges::count(texts(category, "permission_statuses"), status) > 0;
}

/// A tag of the description: its name (with a leading slash when it closes) and the text of its attributes.
struct tag {
  std::string name, attributes;
};

std::vector<tag> tags_of(const std::string& html) {
  static const std::regex form("<(/?[a-zA-Z][a-zA-Z0-9]*)([^<>]*)>");
  std::vector<tag> result;
  for (auto at = std::sregex_iterator(html.begin(), html.end(), form); at != std::sregex_iterator(); ++at) {
    std::string name = (*at)[1];
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    result.push_back({name, (*at)[2]});
  }
  return result;
}

bool balanced(const std::vector<tag>& tags) {
  static const std::set<std::string> alone = {"br", "img", "hr", "wbr", "col"};
  std::vector<std::string> open;
  for (const auto& each : tags) {
    if (alone.contains(each.name) || each.attributes.ends_with('/')) continue;
    if (!each.name.starts_with('/')) {
      open.push_back(each.name);
    } else if (open.empty() || open.back() != each.name.substr(1)) {
      return false;
    } else {
      open.pop_back();
    }
  }
  return open.empty();
}

void examine_description_images(examination& all, const std::vector<tag>& tags) {
  std::size_t images = 0;
  for (const auto& each : tags) {
    if (each.name != "img") continue;
    ++images;
    for (const char* needed : {"src", "width", "height"}) {
      if (each.attributes.find(std::string(needed) + "=") == std::string::npos) {
        all.fail(12052348, "The <img> of the description lacks `" + std::string(needed) + "`.");
      }
    }
    if (each.attributes.find("src=\"https://p16-oec-va.ibyteimg.com/") == std::string::npos) {
      all.fail(12052340, "A description image is not hosted by TikTok Shop.");
    }
  }
  if (images > 30) all.fail(12052056, "The description has more than 30 images.");
}

void examine_description(examination& all) {
  const auto html = text(all.content, "description");
  if (html.empty()) return all.fail(12052015, "The description is missing.");
  if (code_points(html).size() > 10000) all.fail(12052013, "The description is longer than 10000 characters.");
  if (all.seller.region != "JP" && has_chinese(html)) all.fail(12052346, "The description holds Chinese characters.");
  if (badly_formatted(html)) all.fail(12052932, "The description holds emoji or control characters, or only symbols.");
  const auto tags = tags_of(html);
  static const std::set<std::string> forbidden = {"script", "iframe", "object", "form", "input", "style", "link"};
  for (const auto& each : tags) {
    if (forbidden.contains(each.name)) all.fail(12052345, "The tag <" + each.name + "> is not allowed.");
  }
  if (!balanced(tags)) all.fail(12052344, "The HTML of the description does not parse.");
  examine_description_images(all, tags);
}

/// An unusable brand does not fail: it is cleared and reported as a warning (section 4.3).
void clear_unusable_brand(examination& all) {
  const auto id = text(all.content, "brand_id");
  if (id.empty()) return;
  for (const auto& value : all.state.brands) {
    const auto& brand = as_object(value);
    if (text(brand, "id") != id) continue;
    const bool authorized = text(brand, "authorized_status") == "AUTHORIZED";
    const bool usable = authorized ? text(brand, "brand_status") != "UNAVAILABLE" : !flag(brand, "is_t1_brand");
    if (usable) return;
  }
  all.content.erase("brand_id");
  all.warnings.push_back("[brand_id]:" + id + " has been cleared. Reason: [The brand is not valid for this shop]");
}

const image* stored_image(const examination& all, const std::string& uri, std::string_view use_case) {
  const auto found = all.state.images.find(uri);
  return found == all.state.images.end() || found->second.use_case != use_case ? nullptr : &found->second;
}

} // namespace

const json::object& examination::rules() const {
  static const json::object none;
  const auto found = state.rules.find(text(content, "category_id"));
  return found == state.rules.end() ? none : found->second;
}

void examine_category(examination& all, const std::string& version, bool version_expected) {
  const auto id = text(all.content, "category_id");
  if (version_expected) {
    const auto wanted = all.state.category_version.find(all.seller.region);
    const std::string given = version.empty() ? "v1" : version;
    if (given != (wanted == all.state.category_version.end() ? "v1" : wanted->second)) {
      all.fail(12052217, "The category_version is not valid for this shop.");
    }
  }
  if (id.empty() || !std::ranges::all_of(id, [](unsigned char c) { return std::isdigit(c) != 0; })) {
    return all.fail(12052002, "The category id is malformed.");
  }
  const auto* category = all.state.category(id);
  if (!category) return all.fail(12052023, "The category " + id + " does not exist.");
  if (!flag(*category, "is_leaf")) {
    return all.fail(version_expected ? 12052230 : 12052024, "The category " + id + " is not a leaf.");
  }
  if (permits(*category, "PROHIBITED")) all.fail(12052220, "The category is prohibited.");
  if (permits(*category, "NON_MAIN_CATEGORY")) all.fail(12052225, "The category is outside the shop's main category.");
  if (permits(*category, "INVITE_ONLY") && all.seller.region != "US") {
    all.fail(12052223, "The category is restricted. Apply in the Qualification Center.");
  }
}

void examine_words(examination& all) {
  const auto title = text(all.content, "title");
  const auto limits = title_limits(all.seller.region);
  const auto length = code_points(title).size();
  if (title.empty()) {
    all.fail(12052261, "The title is empty.");
  } else if (length > limits.most) {
    all.fail(12052051, "The title is longer than " + std::to_string(limits.most) + " characters.");
  } else if (length < limits.least) {
    all.fail(12052910, "The title is shorter than " + std::to_string(limits.least) + " characters.");
  }
  if (badly_formatted(title) || has_html_entity(title)) {
    all.fail(12052931, "The title holds HTML entities, emoji or control characters, or only symbols.");
  }
  if (all.seller.region != "JP" && has_chinese(title)) all.fail(12052262, "The title holds Chinese characters.");
  examine_description(all);
  if (text(all.content, "external_product_id").size() > 999) all.fail(12052369, "The external_product_id is too long.");
  clear_unusable_brand(all);
}

void examine_images(examination& all) {
  const auto& images = list(all.content, "main_images");
  if (images.empty()) all.fail(12052028, "There is no main image.");
  if (images.size() > 9) all.fail(12052306, "There are more than 9 main images.");
  for (const auto& value : images) {
    const auto uri = text(as_object(value), "uri");
    const auto* found = stored_image(all, uri, "MAIN_IMAGE");
    if (!found) {
      all.fail(12052300, "The main image URI " + uri + " is not valid.");
    } else if (std::min(found->width, found->height) < 300) {
      all.fail(12052301, "The main image must be at least 300 x 300 pixels: " + uri);
    } else if (std::max(found->width, found->height) > 4000) {
      all.fail(12052302, "The main image must be at most 4000 x 4000 pixels: " + uri);
    } else if (!within_ratio(found->width, found->height)) {
      all.fail(12052305, "The aspect ratio of the main image must be between 3:4 and 4:3: " + uri);
    }
  }
}

void examine_package(examination& all) {
  const auto& region = all.seller.region;
  const auto& weight = part(all.content, "package_weight");
  const auto unit = text(weight, "unit"), value = text(weight, "value");
  const std::size_t places = unit == "GRAM" ? 0 : unit == "KILOGRAM" ? 3 : 2;
  const bool grams = region == "BR" || region == "JP" || region == "MX";
  if (unit == "POUND" && region != "US")
    all.fail(12019061, "Imperial units are for the US only.");
  else if (unit != "POUND" && unit != "KILOGRAM" && !(grams && unit == "GRAM"))
    all.fail(12019011, "The weight unit is not valid.");
  if (!decimal(value, places))
    all.fail(12019011, "The package weight is not valid: " + value);
  else if (std::stod(value) == 0)
    all.fail(12052181, "The package weight is zero.");

  const auto& size = part(all.content, "package_dimensions");
  if (size.empty()) {
    const bool optional = region == "ID" || region == "TH" || region == "VN";
    if (!optional || flag(part(all.rules(), "package_dimension"), "is_required")) {
      all.fail(12019012, "The package dimensions are missing.");
    }
    return;
  }
  const auto size_unit = text(size, "unit");
  if (size_unit == "INCH" && region != "US")
    all.fail(12019061, "Imperial units are for the US only.");
  else if (size_unit != "INCH" && size_unit != "CENTIMETER")
    all.fail(12019012, "The dimension unit is not valid.");
  if ((unit == "POUND") != (size_unit == "INCH")) all.fail(12052915, "Weight and dimensions mix unit systems.");
  double sum = 0;
  for (const auto& [side, code] : {std::pair{"height", 12052003}, {"width", 12052004}, {"length", 12052005}}) {
    const auto given = text(size, side);
    const bool valid = decimal(given, 2) && std::stod(given) > 0;
    if (!valid)
      all.fail(code, "The package " + std::string(side) + " is not valid: " + given);
    else
      sum += std::stod(given);
  }
  if (region == "MX" && sum > 160) all.fail(12052116, "The package is larger than the carrier allows.");
}

namespace {

bool certificate_required(const examination& all, const json::object& rule) {
  if (flag(rule, "is_required")) return true;
  const auto chosen = chosen_values(all.content);
  return std::ranges::any_of(list(rule, "requirement_conditions"), [&](const json::value& value) {
    const auto& condition = as_object(value);
    const auto found = chosen.find(text(condition, "attribute_id"));
    return found != chosen.end() && found->second.contains(text(condition, "attribute_value_id"));
  });
}

void examine_certificate(examination& all, const json::object& given, const json::object& rule) {
  if (list(given, "images").empty() && list(given, "files").empty()) {
    all.fail(12052658, "The certification has neither images nor files.");
  }
  for (const auto& picture : list(given, "images")) {
    if (!stored_image(all, text(as_object(picture), "uri"), "CERTIFICATION_IMAGE")) {
      all.fail(12052650, "The certification image URI is not valid.");
    }
  }
  for (const auto& value : list(given, "files")) {
    const auto found = all.state.files.find(text(as_object(value), "id"));
    if (found == all.state.files.end() || found->second.format != "PDF") {
      all.fail(12052658, "The certification file is not valid.");
    }
  }
  const auto expires = number(given, "expiration_date");
  const bool needed = flag(part(rule, "expiration_date"), "is_required");
  if ((needed || has(given, "expiration_date")) && expires <= now_seconds()) {
    all.fail(12052385, "The expiration date of the certification is missing or past.");
  }
}

} // namespace

void examine_compliance(examination& all) {
  std::set<std::string> given;
  const auto& rules = list(all.rules(), "product_certifications");
  for (const auto& value : list(all.content, "certifications")) {
    const auto id = text(as_object(value), "id");
    const auto rule = std::ranges::find_if(rules, [&](const json::value& r) { return text(as_object(r), "id") == id; });
    if (rule == rules.end())
      all.fail(12052655, "The certification id " + id + " is unknown.");
    else
      examine_certificate(all, as_object(value), as_object(*rule));
    if (!given.insert(id).second) all.fail(12052656, "The certification " + id + " is repeated.");
  }
  if (list(all.content, "certifications").size() > 10) all.fail(12052657, "There are more than 10 certifications.");
  for (const auto& value : rules) {
    const auto& rule = as_object(value);
    if (!given.contains(text(rule, "id")) && certificate_required(all, rule)) {
      all.fail(12052105, "The mandatory certification '" + text(rule, "name") + "' is missing.");
    }
  }
  const auto& chart_rule = part(all.rules(), "size_chart");
  const auto& chart = part(all.content, "size_chart");
  if (!flag(chart_rule, "is_supported")) {
    all.content.erase("size_chart");
  } else if (chart.empty() && flag(chart_rule, "is_required")) {
    all.fail(12052673, "The size chart is missing.");
  } else if (has(chart, "template")) {
    all.fail(12052128, "The size chart template is unknown.");
  } else if (has(chart, "image") && !stored_image(all, text(part(chart, "image"), "uri"), "SIZE_CHART_IMAGE")) {
    all.fail(12052670, "The size chart image was not uploaded.");
  }
  if (flag(all.content, "is_cod_allowed") && !flag(part(all.rules(), "cod"), "is_supported")) {
    all.fail(12052222, "The category does not allow cash on delivery.");
  }
  if (!eu.contains(all.seller.region)) return;
  if (flag(part(all.rules(), "manufacturer"), "is_required") && list(all.content, "manufacturer_ids").empty()) {
    all.fail(12052282, "The manufacturer is missing.");
  }
  if (flag(part(all.rules(), "responsible_person"), "is_required") &&
      list(all.content, "responsible_person_ids").empty()) {
    all.fail(12052287, "The responsible person is missing.");
  }
}

} // namespace listingd::simulator
