// What is asked of a listing and what its answer says: pure, no calls. `search` pushes the selection to the PIM; the
// way to the next page is taken from the answer, and never our own parameters, of which PIMs have lost some.
#pragma once

#include "pim/akeneo.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <utility>
#include <vector>

namespace listingd::pim {

enum class akeneo_kind { product, model };

struct akeneo_listing {
  akeneo_kind of = akeneo_kind::product;
  std::vector<std::string> updated; ///< empty, or the two ends as the PIM writes times; both belong to it
  std::vector<std::string> keys;    ///< only these uuids, identifiers or codes
  std::vector<std::string> parents; ///< only direct children of these models
  bool roots = false;               ///< only what has no parent
  bool selected = false;            ///< only what the options' filters select; of models, only their family counts
  std::string only_attribute;       ///< to keep the answer small; empty = all
  int limit = 0;                    ///< 0 = as the options say
};

using akeneo_parameters = std::vector<std::pair<std::string, std::string>>;

/// "/api/rest/v1/products-uuid"; `endpoint` is not automatic.
[[nodiscard]] std::string path_of(akeneo_kind kind, const akeneo_options& options, akeneo_endpoint endpoint);
/// Name and value of each parameter, not encoded.
[[nodiscard]] akeneo_parameters parameters_of(const akeneo_listing& what, const akeneo_options& options,
                                              akeneo_endpoint endpoint);
/// The parameters that count a listing instead of showing it.
[[nodiscard]] akeneo_parameters counting(akeneo_parameters parameters);
/// "name=value&name=value", encoded.
[[nodiscard]] std::string query_text(const akeneo_parameters& parameters);

struct akeneo_answer {
  boost::json::array items;
  std::string after; ///< encoded parameters that lead to the next page; empty = there is none
};

/// Takes a page apart. An answer that is none (no items, a link that leads nowhere) is needs_human/answer_invalid and
/// names the path; it is never taken for an end.
[[nodiscard]] result<akeneo_answer> answer_of(const boost::json::value& body, const akeneo_parameters& asked,
                                              akeneo_flavour flavour, const std::string& where);

/// An item's key: its uuid, identifier or code; empty when it has none.
[[nodiscard]] std::string key_of(const boost::json::value& item, akeneo_kind kind, akeneo_endpoint endpoint);

/// The keys in groups that fit into a URL.
[[nodiscard]] std::vector<std::vector<std::string>> groups_of(const std::vector<std::string>& keys, std::size_t most);

/// needs_human/answer_invalid.
[[nodiscard]] std::unexpected<error> makes_no_sense(std::string where, std::string message);

} // namespace listingd::pim
