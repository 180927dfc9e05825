#include "pim/csv_product.hpp"

#include "model/json.hpp"
#include "model/record.hpp"
#include "pim/record_lines.hpp"

#include <algorithm>
#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

json::value null_if_empty(json::array list) {
  return list.empty() ? json::value(nullptr) : json::value(std::move(list));
}

} // namespace

void csv_product::wrong(const std::string& place, std::string problem) {
  if (!problem_) problem_ = bad_data(place, "record_invalid", std::move(problem)).error();
}

void csv_product::agree(json::value& known, json::value said, const char* column, const std::string& place) {
  if (said.is_null() || said == known) return;
  if (!known.is_null()) wrong(place, fmt::format("{} is another than in the product's rows before", column));
  known = std::move(said);
}

void csv_product::add(csv_cells cells, const std::string& place) {
  if (place_.empty()) place_ = place;
  if (!cells.problem.empty()) wrong(place, cells.problem);
  agree(family_, cells.family.empty() ? json::value(nullptr) : json::value(cells.family), "family", place);
  agree(categories_, null_if_empty(std::move(cells.categories)), "categories", place);
  agree(axes_, null_if_empty(std::move(cells.axes)), "axes", place);
  json::object row{{"enabled", cells.enabled.value_or(true)}, {"values", std::move(cells.values)}};
  if (!cells.variant.empty()) {
    row["key"] = cells.variant;
    if (!cells.deleted) variants_.push_back(std::move(row));
    return;
  }
  if (!own_.is_null() || gone_) wrong(place, "a second row without variant for the same product");
  gone_ = cells.deleted;
  if (!gone_) own_ = std::move(row);
}

json::object csv_product::payload(const std::vector<std::string>& axes) const {
  json::object out{{"key", key_}};
  if (!family_.is_null()) out["family"] = family_;
  if (!categories_.is_null()) out["categories"] = categories_;
  const auto enabled = [](const json::value& row) { return flag_at(row, "enabled"); };
  out["enabled"] = own_.is_null() ? std::ranges::any_of(variants_, enabled) : enabled(own_);
  out["values"] = own_.is_null() ? json::value(json::object{}) : own_.at("values");
  if (variants_.empty()) return out;
  json::array differing;
  for (const auto& axis : axes)
    if (std::ranges::any_of(variants_, [&](const auto& one) { return one.at("values").as_object().contains(axis); }))
      differing.emplace_back(axis);
  out["axes"] = axes_.is_null() ? json::value(std::move(differing)) : axes_;
  out["variants"] = variants_;
  return out;
}

result<sync::source_item> csv_product::item(const std::vector<std::string>& axes) const {
  if (problem_) return std::unexpected(*problem_);
  if (gone_ && !variants_.empty())
    return bad_data(place_, "record_invalid", "the product is deleted, but has variants that are not");
  if (own_.is_null() && variants_.empty()) return tombstone(key_, place_);
  json::value record = payload(axes);
  if (const auto read = parse_record(record, place_); !read) return std::unexpected(read.error());
  return sync::source_item{.where = place_, .deleted = false, .key = {}, .payload = std::move(record)};
}

} // namespace listingd::pim
