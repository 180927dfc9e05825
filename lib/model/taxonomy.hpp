// A shop's taxonomy: the category tree, and for a leaf its attributes and rules; its warehouses. Read from TikTok by
// lib/tiktok, snapshotted by lib/store, asked by lib/mapping and lib/review. Facts: Get Categories, Get Attributes,
// Get Category Rules, Get Warehouses.
#pragma once

#include "model/error.hpp"
#include "model/ids.hpp"

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace listingd {

struct category {
  category_id id;
  category_id parent; ///< "0" at a root
  std::string local_name;
  bool leaf = false;
  std::vector<std::string> permission_statuses; ///< AVAILABLE, INVITE_ONLY, NON_MAIN_CATEGORY, PROHIBITED; raw
};

/// The whole tree, indexed. Only leaves may carry products.
class category_tree {
public:
  category_tree() = default;
  explicit category_tree(std::vector<category> all);

  [[nodiscard]] const category* at(const category_id& id) const;
  /// "A > B > C" of a node.
  [[nodiscard]] std::string path_of(const category_id& id) const;
  /// Nodes whose chain of local names ends with the given names; any letter case, " > " between names, outer names
  /// may be left out. Several when the words are ambiguous.
  [[nodiscard]] std::vector<const category*> by_path(std::string_view path) const;
  [[nodiscard]] const std::vector<category>& all() const { return all_; }

private:
  std::vector<category> all_;
  std::unordered_map<std::string, std::size_t> by_id_;
};

/// "required when attribute X has value Y"; any match of a list is enough.
struct requirement_condition {
  std::string attribute_id;
  std::string value_id;
};

struct attribute_value {
  std::string id;
  std::string name;
};

struct category_attribute {
  std::string id;
  std::string name;
  bool sales = false;    ///< SALES_PROPERTY: may span variants
  bool required = false; ///< the wire spells it is_requried
  bool customizable = false;
  bool multiple = false;
  std::string value_data_format; ///< POSITIVE_INT_OR_DECIMAL or empty
  std::vector<attribute_value> values;
  std::vector<requirement_condition> required_when;
};

struct certificate_rule {
  std::string id;
  std::string name;
  bool required = false;
  bool expiration_required = false;
  std::string details;
  std::vector<requirement_condition> required_when;
};

/// What a leaf asks of a product.
struct leaf_rules {
  category_id id;
  std::vector<category_attribute> attributes;
  std::vector<certificate_rule> certificates;
  bool size_chart_supported = false;
  bool size_chart_required = false;
  bool package_dimensions_required = false;
  bool cash_on_delivery_supported = false;
  bool manufacturer_required = false;
  bool responsible_person_required = false;
  std::string digest; ///< of what TikTok sent; a refusal is worth repeating when it changed
};

struct warehouse {
  std::string id;
  std::string name;
  bool sales = false;   ///< type SALES_WAREHOUSE
  bool enabled = false; ///< effect_status ENABLED
  bool is_default = false;
};

/// The warehouse that stock goes to: enabled sales warehouses only, the default one first. Null when there is none.
[[nodiscard]] const warehouse* sales_warehouse(const std::vector<warehouse>& all);

// The wire's JSON (as TikTok answers, and as snapshots keep it) to the types above; tolerant of the quirks the
// reference names (is_requried or is_required, string or array).
[[nodiscard]] category_tree category_tree_from(const boost::json::value& data);
[[nodiscard]] leaf_rules leaf_rules_from(const category_id& id, const boost::json::value& attributes_data,
                                         const boost::json::value& rules_data);
[[nodiscard]] std::vector<warehouse> warehouses_from(const boost::json::value& data);

} // namespace listingd
