// How a record is read: a value by attribute code in the profile's locales and channel, the variant's before the
// product's; constants and jq. And what data may look like: text, measurement, media. Never throws on odd data.
#pragma once

#include "mapping/profile.hpp"
#include "model/record.hpp"

#include <boost/json/value.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace listingd::mapping {

/// The data found, or nothing (null, blank text and empty lists count as nothing); otherwise what went wrong, as a
/// clause.
using reading = std::expected<std::optional<boost::json::value>, std::string>;

/// A product, or one of its variants, seen through a profile. Keeps references; made for one map().
class record_view {
public:
  record_view(const record& from, const profile& by, const record_variant* variant = nullptr)
      : from_(from), by_(by), variant_(variant) {}

  [[nodiscard]] reading read(const value_rule& rule) const;
  /// As read(), for what belongs to the whole product: an attribute that only variants have counts when all enabled
  /// ones agree.
  [[nodiscard]] reading read_common(const value_rule& rule) const;
  /// What the variant itself holds, without its product; null when there is none.
  [[nodiscard]] const boost::json::value* own(const std::string& attribute) const;
  /// What the variant or else the product holds; null when there is none.
  [[nodiscard]] const boost::json::value* at(const std::string& attribute) const;

  /// The label of an option in the rule's locales; empty when there is none.
  [[nodiscard]] std::string label_of(const value_rule& rule, const std::string& option) const;
  /// "attribute 'name' has no value", with what it has instead ("only one for de_DE").
  [[nodiscard]] std::string why_nothing(const value_rule& rule) const;
  /// One text: the rule's values table, then its label where asked, then the data; empty when there is none. The clause
  /// when the data is no text.
  [[nodiscard]] std::expected<std::string, std::string> text(const value_rule& rule) const;
  /// The views of the enabled variants, in the record's order.
  [[nodiscard]] std::vector<record_view> variants() const;

  [[nodiscard]] const record& whole() const { return from_; }
  [[nodiscard]] const record_variant* variant() const { return variant_; }

private:
  [[nodiscard]] const boost::json::value* pick(const boost::json::object& values, const value_rule& rule) const;
  [[nodiscard]] const boost::json::value* find(const value_rule& rule) const;
  /// The record as a jq expression sees it: `values` with the variant's own over the product's; `variants` for the
  /// product only, `variant` (its key) for a variant only.
  [[nodiscard]] const std::string& jq_input() const;
  [[nodiscard]] const std::vector<std::string>& chain(const value_rule& rule) const {
    return rule.locale.empty() ? by_.locale : rule.locale;
  }

  const record& from_;
  const profile& by_;
  const record_variant* variant_;
  mutable std::optional<std::string> jq_input_;
};

/// A scalar as text, numbers without exponent; nothing for null, list and object.
[[nodiscard]] std::optional<std::string> plain_text(const boost::json::value& data);
/// "a list", "an object" ...: what data is, for messages.
[[nodiscard]] std::string_view kind_of(const boost::json::value& data);

struct measurement {
  std::string amount;
  std::string unit;
};
/// {amount, unit}; nothing when it is something else.
[[nodiscard]] std::optional<measurement> measurement_of(const boost::json::value& data);

/// References of media: {media}, a text, or a list of these. The clause when it is something else.
[[nodiscard]] std::expected<std::vector<std::string>, std::string> media_of(const boost::json::value& data);

} // namespace listingd::mapping
