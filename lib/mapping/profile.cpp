#include "mapping/profile.hpp"

#include "mapping/measure.hpp"
#include "mapping/nearest.hpp"
#include "mapping/toml_file.hpp"
#include "model/digest.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <spdlog/fmt/fmt.h>

namespace listingd::mapping {

std::string value_rule::source_text() const {
  if (!attribute.empty()) return "attribute '" + attribute + "'";
  return jq ? "the jq expression '" + jq->expression() + "'" : "the constant '" + constant.value_or("") + "'";
}

namespace {

using words = std::vector<std::string>;

struct field_row {
  std::string_view name;
  std::optional<value_rule> profile::* member;
  std::string_view options; ///< beside those that every value may have
  bool required;
};

constexpr field_row field_rows[] = {
    {"title", &profile::title, "max", true},
    {"description", &profile::description, "max as", true},
    {"brand", &profile::brand, "", false},
    {"price", &profile::price, "currency", true},
    {"stock", &profile::stock, "warehouse follow", true},
    {"seller_sku", &profile::seller_sku, "", true},
    {"gtin", &profile::gtin, "kind", false},
    {"weight", &profile::weight, "unit", true},
    {"length", &profile::length, "unit", false},
    {"width", &profile::width, "unit", false},
    {"height", &profile::height, "unit", false},
    {"category", &profile::category, "", false},
};
constexpr std::string_view options_of_all = "attribute value jq locale scope label values";

words split(std::string_view text) {
  words out;
  while (!text.empty()) {
    const auto space = text.find(' ');
    if (space != 0) out.emplace_back(text.substr(0, space));
    text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
  }
  return out;
}

/// A constant as text: a text, a whole number, or true and false. Decimals must be quoted, so that none is changed.
std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  return std::nullopt;
}

class profile_file {
public:
  profile_file(const std::filesystem::path& path, profile& into, std::vector<config_mistake>& mistakes)
      : mistakes_(path.string(), mistakes), into_(into) {}

  void read(const toml::table& root) {
    mistakes_.unknown_keys(root,
                           {"base", "region", "locale", "channel", "fields", "category", "attributes", "variants",
                            "certificates", "images"},
                           "a profile");
    if (const auto* node = root.get("region")) {
      into_.region = text(*node, "region");
      const bool country =
          into_.region.size() == 2 && std::ranges::all_of(into_.region, [](char c) { return c >= 'A' && c <= 'Z'; });
      if (!country && !into_.region.empty())
        mistakes_.at(*node, "'region' must be a country in two capitals, as US or GB, not '" + into_.region + "'");
    }
    if (const auto* node = root.get("channel")) into_.channel = text(*node, "channel");
    if (const auto* node = root.get("locale")) into_.locale = texts(*node, "locale");
    if (const auto* fields = table(root, "fields")) read_fields(*fields);
    if (const auto* category = table(root, "category")) read_category(*category);
    if (const auto* attributes = table(root, "attributes")) read_attributes(*attributes);
    if (const auto* variants = table(root, "variants")) read_axes(*variants);
    if (const auto* certificates = table(root, "certificates")) read_certificates(*certificates);
    if (const auto* images = table(root, "images")) read_images(*images);
  }

private:
  const toml::table* table(const toml::table& from, std::string_view key) {
    const auto* node = from.get(key);
    if (node == nullptr) return nullptr;
    if (node->as_table() == nullptr)
      mistakes_.at(*node, fmt::format("'{}' must be a table, not {}", key, kind_of(*node)));
    return node->as_table();
  }

  std::string text(const toml::node& node, std::string_view key) {
    if (const auto* value = node.as_string()) {
      if (!value->get().empty()) return value->get();
      mistakes_.at(node, fmt::format("'{}' is empty", key));
    } else {
      mistakes_.at(node, fmt::format("'{}' must be a text, not {}", key, kind_of(node)));
    }
    return {};
  }

  words texts(const toml::node& node, std::string_view key) {
    words out;
    if (const auto* list = node.as_array()) {
      for (const auto& item : *list)
        if (auto one = text(item, key); !one.empty()) out.push_back(std::move(one));
    } else if (auto one = text(node, key); !one.empty()) {
      out.push_back(std::move(one));
    }
    return out;
  }

  bool flag(const toml::node& node, std::string_view key) {
    if (const auto* value = node.as_boolean()) return value->get();
    mistakes_.at(node, fmt::format("'{}' must be true or false, not {}", key, kind_of(node)));
    return false;
  }

  std::int64_t positive(const toml::node& node, std::string_view key) {
    const auto* value = node.as_integer();
    if (value != nullptr && value->get() > 0) return value->get();
    mistakes_.at(node, fmt::format("'{}' must be a whole number above 0", key));
    return 0;
  }

  /// One of the words given; anything else is a mistake with the nearest.
  std::string choice(const toml::node& node, std::string_view key, const words& allowed) {
    auto value = text(node, key);
    if (value.empty() || std::ranges::find(allowed, value) != allowed.end()) return value;
    mistakes_.at(node, fmt::format("'{}' must be one of {}, not '{}'{}", key, joined(allowed), value,
                                   did_you_mean(value, allowed)));
    return {};
  }

  std::map<std::string, std::string> text_map(const toml::node& node, std::string_view key) {
    std::map<std::string, std::string> out;
    const auto* from = node.as_table();
    if (from == nullptr) {
      mistakes_.at(node, fmt::format("'{}' must be a table, not {}", key, kind_of(node)));
      return out;
    }
    for (const auto& [name, value] : *from) {
      if (auto one = scalar_text(value); one && !one->empty())
        out[std::string(name.str())] = *one;
      else
        mistakes_.at(value, fmt::format("'{}' in '{}' must be a text", name.str(), key));
    }
    return out;
  }

  std::shared_ptr<const jq_program> expression(const toml::node& node) {
    const auto source = text(node, "jq");
    if (source.empty()) return nullptr;
    auto compiled = jq_program::compile(source);
    if (compiled) return *compiled;
    mistakes_.at(node, "jq: " + compiled.error().message);
    return nullptr;
  }

  /// "code" or { attribute | value | jq = ..., options }. `options` are those beside options_of_all.
  std::optional<value_rule> value(const toml::node& node, std::string_view name, std::string_view options) {
    value_rule rule;
    if (node.is_string()) {
      rule.attribute = text(node, name);
      return rule;
    }
    const auto* from = node.as_table();
    if (from == nullptr) {
      mistakes_.at(node, fmt::format("'{}' must be an attribute code or a table with attribute, value or jq, not {}",
                                     name, kind_of(node)));
      return std::nullopt;
    }
    auto known = split(options_of_all);
    std::ranges::move(split(options), std::back_inserter(known));
    mistakes_.unknown_keys(*from, known, fmt::format("'{}'", name));
    read_source(*from, node, name, rule);
    for (const auto& [key, option] : *from)
      if (std::ranges::find(known, key.str()) != known.end()) read_option(key.str(), option, name, rule);
    return rule;
  }

  void read_source(const toml::table& from, const toml::node& node, std::string_view name, value_rule& rule) {
    const int sources =
        (from.contains("attribute") ? 1 : 0) + (from.contains("value") ? 1 : 0) + (from.contains("jq") ? 1 : 0);
    if (sources != 1) mistakes_.at(node, fmt::format("'{}' needs exactly one of attribute, value and jq", name));
    if (const auto* one = from.get("attribute")) rule.attribute = text(*one, "attribute");
    if (const auto* one = from.get("jq")) rule.jq = expression(*one);
    if (const auto* one = from.get("value")) {
      rule.constant = scalar_text(*one);
      if (!rule.constant)
        mistakes_.at(*one, fmt::format("'value' must be a text, a whole number, true or false, not {}", kind_of(*one)));
    }
  }

  void read_option(std::string_view key, const toml::node& node, std::string_view field, value_rule& rule) {
    if (key == "locale") rule.locale = texts(node, key);
    if (key == "scope") rule.scope = text(node, key);
    if (key == "label") rule.label = flag(node, key);
    if (key == "max") rule.max = static_cast<std::size_t>(positive(node, key));
    if (key == "as") rule.as = choice(node, key, {"html", "text"}) == "text" ? text_form::text : text_form::html;
    if (key == "kind") rule.kind = choice(node, key, {"GTIN", "EAN", "UPC", "ISBN", "JAN"});
    if (key == "warehouse") rule.warehouse = text(node, key);
    if (key == "follow") rule.follow = flag(node, key);
    if (key == "values") rule.values = text_map(node, key);
    if (key == "currency") rule.currency = currency(node);
    if (key != "unit") return;
    if (field == "weight")
      rule.unit = choice(node, key, {"GRAM", "KILOGRAM", "POUND"});
    else if (field == "length" || field == "width" || field == "height")
      rule.unit = choice(node, key, {"CENTIMETER", "INCH"});
    else if (rule.unit = unit_named(text(node, key)); rule.unit.empty())
      mistakes_.at(node, "'unit' is not a unit that can be converted");
  }

  std::string currency(const toml::node& node) {
    auto code = text(node, "currency");
    const bool letters = std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (code.empty() || (code.size() == 3 && letters)) return code;
    mistakes_.at(node, "'currency' must be a code of three capital letters, such as USD");
    return {};
  }

  void read_fields(const toml::table& fields) {
    words known = {"images"};
    for (const auto& row : field_rows) known.emplace_back(row.name);
    mistakes_.unknown_keys(fields, known, "[fields]");
    for (const auto& row : field_rows)
      if (const auto* node = fields.get(row.name))
        if (auto rule = value(*node, row.name, row.options)) into_.*row.member = std::move(*rule);
    if (const auto* node = fields.get("images")) into_.images = texts(*node, "images");
  }

  void read_category(const toml::table& category) {
    mistakes_.unknown_keys(category, {"by_family", "by_category"}, "[category]");
    if (const auto* node = category.get("by_family")) overlay(into_.category_by_family, text_map(*node, "by_family"));
    if (const auto* node = category.get("by_category"))
      overlay(into_.category_by_category, text_map(*node, "by_category"));
  }

  static void overlay(std::map<std::string, std::string>& onto, std::map<std::string, std::string> from) {
    for (auto& [key, one] : from) onto[key] = std::move(one);
  }

  void read_attributes(const toml::table& attributes) {
    for (const auto& [key, node] : attributes) {
      const std::string name(key.str());
      auto rule = value(node, name, "max unit");
      if (!rule) continue;
      const auto same = [&](const attribute_rule& one) { return folded(one.name) == folded(name); };
      const auto old = std::ranges::find_if(into_.attributes, same);
      if (old == into_.attributes.end())
        into_.attributes.push_back({name, std::move(*rule)});
      else
        *old = {name, std::move(*rule)};
    }
  }

  void read_axes(const toml::table& variants) {
    mistakes_.unknown_keys(variants, {"axes"}, "[variants]");
    const auto* axes = table(variants, "axes");
    if (axes == nullptr) return;
    for (const auto& [key, node] : *axes) {
      const std::string code(key.str());
      const auto* from = node.as_table();
      if (from == nullptr) {
        mistakes_.at(node, fmt::format("axis '{}' must be a table with sales_attribute, not {}", code, kind_of(node)));
        continue;
      }
      mistakes_.unknown_keys(*from, {"sales_attribute", "images", "values"}, fmt::format("axis '{}'", code));
      axis_rule rule;
      if (const auto* one = from->get("sales_attribute"))
        rule.sales_attribute = text(*one, "sales_attribute");
      else
        mistakes_.at(node, fmt::format("axis '{}' has no sales_attribute", code));
      if (const auto* one = from->get("images")) rule.images = text(*one, "images");
      if (const auto* one = from->get("values")) rule.values = text_map(*one, "values");
      into_.axes[code] = std::move(rule);
    }
    const auto with_images =
        std::ranges::count_if(into_.axes, [](const auto& axis) { return !axis.second.images.empty(); });
    if (with_images > 1)
      mistakes_.at(*axes, "only one axis may have images: TikTok shows pictures for one sales attribute");
  }

  void read_certificates(const toml::table& certificates) {
    for (const auto& [key, node] : certificates) {
      certificate_source one{.name = std::string(key.str()), .attribute = {}, .expires = {}};
      const auto* from = node.as_table();
      if (from == nullptr) {
        mistakes_.at(node,
                     fmt::format("certificate '{}' must be a table with attribute, not {}", one.name, kind_of(node)));
        continue;
      }
      mistakes_.unknown_keys(*from, {"attribute", "expires"}, fmt::format("certificate '{}'", one.name));
      if (const auto* place = from->get("attribute"))
        one.attribute = text(*place, "attribute");
      else
        mistakes_.at(node, fmt::format("certificate '{}' has no attribute", one.name));
      if (const auto* place = from->get("expires")) one.expires = text(*place, "expires");
      const auto same = [&](const certificate_source& old) { return folded(old.name) == folded(one.name); };
      std::erase_if(into_.certificates, same);
      into_.certificates.push_back(std::move(one));
    }
  }

  void read_images(const toml::table& images) {
    mistakes_.unknown_keys(
        images, {"min_short_side", "min_width", "min_height", "max_width", "max_height", "max_bytes", "max_upscale"},
        "[images]");
    if (!into_.images_set) into_.images_set.emplace();
    auto& limits = *into_.images_set;
    const auto pixels = [&](std::string_view key, int& limit) {
      if (const auto* node = images.get(key))
        if (const auto number = positive(*node, key); number > 0)
          limit = static_cast<int>(std::min<std::int64_t>(number, 20'000));
    };
    pixels("min_short_side", limits.min_short_side);
    pixels("min_width", limits.min_width);
    pixels("min_height", limits.min_height);
    pixels("max_width", limits.max_width);
    pixels("max_height", limits.max_height);
    if (const auto* node = images.get("max_bytes"))
      limits.max_bytes = static_cast<std::uint64_t>(positive(*node, "max_bytes"));
    if (const auto* node = images.get("max_upscale")) {
      const auto factor = node->value<double>();
      if (factor && *factor >= 1 && *factor <= 10)
        limits.max_upscale = *factor;
      else
        mistakes_.at(*node, "'max_upscale' must be a number from 1 to 10");
    }
  }

  mistakes_of_file mistakes_;
  profile& into_;
};

/// `chain`: the files that led here, to refuse a circle.
void read_with_bases(const std::filesystem::path& path, std::vector<std::filesystem::path> chain, profile& into,
                     std::vector<config_mistake>& mistakes) {
  auto root = read_toml(path);
  if (!root) {
    mistakes.push_back(root.error());
    return;
  }
  chain.push_back(std::filesystem::weakly_canonical(path));
  if (const auto* node = root->get("base")) {
    mistakes_of_file here(path.string(), mistakes);
    const auto* name = node->as_string();
    const auto base = name == nullptr ? std::filesystem::path{} : path.parent_path() / name->get();
    std::error_code problem;
    if (name == nullptr || name->get().empty())
      here.at(*node, "'base' must be the path of another profile");
    else if (std::ranges::find(chain, std::filesystem::weakly_canonical(base)) != chain.end())
      here.at(*node, "'base' leads back to this profile: " + name->get());
    else if (!std::filesystem::exists(base, problem))
      here.at(*node, "the base profile does not exist: " + base.string());
    else
      read_with_bases(base, chain, into, mistakes);
  }
  profile_file(path, into, mistakes).read(*root);
  std::ifstream file(path, std::ios::binary);
  into.digest = sha256_hex(into.digest + std::string(std::istreambuf_iterator<char>(file), {}));
}

/// What only the whole of a file and its bases can tell.
void check_whole(const profile& made, const std::filesystem::path& path, std::vector<config_mistake>& mistakes) {
  const auto whole = [&](std::string message) { mistakes.push_back({path.string(), 0, 0, std::move(message)}); };
  for (const auto& row : field_rows)
    if (row.required && !(made.*row.member)) whole(fmt::format("[fields] has no {}, here or in a base", row.name));
  if (made.images.empty()) whole("[fields] has no images, here or in a base");
  if (made.locale.empty()) whole("has no locale: the fallback chain, such as locale = [\"en_US\"], here or in a base");
  if (!made.weight) return;
  const bool imperial = made.weight->unit == "POUND";
  for (const auto* side : {&made.length, &made.width, &made.height})
    if (*side && ((*side)->unit == "INCH") != imperial) {
      whole("weight and package sizes must be of one system: POUND with INCH, or KILOGRAM and GRAM with CENTIMETER");
      return;
    }
}

} // namespace

std::expected<profile, std::vector<config_mistake>> load_profile(const std::filesystem::path& path) {
  profile made;
  made.file = path.string();
  std::vector<config_mistake> mistakes;
  read_with_bases(path, {}, made, mistakes);
  if (mistakes.empty()) check_whole(made, path, mistakes);
  if (!mistakes.empty()) return std::unexpected(std::move(mistakes));
  return made;
}

} // namespace listingd::mapping
