// A profile: how the records of a catalogue become drafts for one region or shop. A TOML file, written by the person
// who owns the catalogue; read once by daemon/config, then shared and never changed.
#pragma once

#include "mapping/jq.hpp"
#include "model/config_mistake.hpp"
#include "model/media.hpp"

#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace listingd::mapping {

enum class text_form { html, text };

/// Where a value comes from. Exactly one of attribute, constant and jq is set.
struct value_rule {
  std::string attribute;               ///< code in the PIM
  std::optional<std::string> constant; ///< { value = ... }, as text
  std::shared_ptr<const jq_program> jq;

  std::vector<std::string> locale; ///< instead of the profile's chain, when not empty
  std::string scope;               ///< instead of the profile's channel, when not empty
  bool label = false;              ///< the option's label instead of its code
  std::size_t max = 0;             ///< characters; 0 = no own limit
  text_form as = text_form::html;  ///< description only: what the PIM holds
  std::string unit;     ///< weight: GRAM KILOGRAM POUND; lengths: CENTIMETER INCH; attributes: any that is known
  std::string currency; ///< price only
  std::string kind;     ///< gtin only: GTIN EAN UPC ISBN JAN
  std::string warehouse = "default";         ///< stock only: name or id, or "default"
  bool follow = false;                       ///< stock only
  std::map<std::string, std::string> values; ///< the PIM's code -> TikTok's value name or id

  /// "attribute 'x'", "the constant" or "the jq expression", for messages.
  [[nodiscard]] std::string source_text() const;
};

/// One answer for TikTok's attribute `name` (or its id).
struct attribute_rule {
  std::string name;
  value_rule value;
};

struct axis_rule {
  std::string sales_attribute;
  std::string images; ///< attribute with the variant's picture; at most one axis of a profile has it
  std::map<std::string, std::string> values;
};

struct certificate_source {
  std::string name; ///< TikTok's name or id of the certificate
  std::string attribute;
  std::string expires; ///< attribute with the date; may be empty
};

class profile {
public:
  std::string file;   ///< as it was given
  std::string digest; ///< of the file's and its bases' text
  std::string region; ///< may be empty: then the shop's own
  std::vector<std::string> locale;
  std::string channel;

  std::optional<value_rule> title, description, brand, price, stock, seller_sku, gtin, weight, length, width, height,
      category;
  std::vector<std::string> images;

  std::map<std::string, std::string> category_by_family, category_by_category; ///< -> path or id
  std::vector<attribute_rule> attributes;
  std::map<std::string, axis_rule> axes; ///< by the PIM's axis code
  std::vector<certificate_source> certificates;

  /// The defaults with what [images] changes; null when the profile has no [images].
  [[nodiscard]] const image_limits* image_overrides() const { return images_set ? &*images_set : nullptr; }
  std::optional<image_limits> images_set;
};

/// Reads the file and its bases; what this file says wins over its base key by key (a title, an attribute, a family).
/// Every mistake of all files in one go, each with file, line and column. Reads files, nothing else.
[[nodiscard]] std::expected<profile, std::vector<config_mistake>> load_profile(const std::filesystem::path& path);

} // namespace listingd::mapping
