#include "mapping/assembly.hpp"

#include <algorithm>
#include <map>
#include <spdlog/fmt/fmt.h>

namespace listingd::mapping {

namespace {

/// What a person calls the SKU: its own code where there is one.
const std::string& name_of(const draft_sku& sku) {
  return sku.seller_sku.empty() ? sku.key.text() : sku.seller_sku.text();
}

/// The same finding of every SKU is one finding of the product: 300 variants without a price are one mistake.
class sku_findings {
public:
  void take(const draft_sku& sku, std::vector<violation> found) {
    ++skus_;
    for (auto& one : found) {
      ++times_[{one.position, one.code, one.reason}];
      rows_.push_back({name_of(sku), std::move(one)});
    }
  }

  void give(std::vector<violation>& into) && {
    for (auto& [sku, what] : rows_) {
      auto& times = times_[{what.position, what.code, what.reason}];
      if (times == 0) continue;
      const bool shared = skus_ > 1 && times == skus_;
      if (shared) times = 0;
      what.position = fmt::format("skus.{}.{}", shared ? "*" : sku, what.position);
      into.push_back(std::move(what));
    }
  }

private:
  struct row {
    std::string sku;
    violation what;
  };
  std::size_t skus_ = 0;
  std::vector<row> rows_;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> times_;
};

draft_sku make_sku(assembly& at, const record_view& view, sku_findings& findings) {
  const auto& in = at.in;
  draft_sku sku{.key = view.variant() == nullptr ? variant_key(in.record.key.text()) : view.variant()->key};
  std::vector<violation> found;
  if (in.profile.seller_sku) {
    const auto code = view.text(*in.profile.seller_sku);
    if (code)
      sku.seller_sku = seller_sku(*code);
    else
      found.push_back(value_invalid("sku", "seller_sku", *in.profile.seller_sku, code.error(), in.profile));
  }
  map_offer(in, view, sku, found);
  findings.take(sku, std::move(found));
  return sku;
}

} // namespace

void map_skus(assembly& at) {
  map_warehouse(at);
  const auto& variants = at.in.record.variants;
  auto views = at.product.variants();
  if (variants.empty()) views.push_back(at.product);
  if (views.empty()) {
    at.found.push_back({.klass = "sku",
                        .code = "variants_disabled",
                        .position = "skus",
                        .reason = fmt::format("All {} variants of the product are disabled.", variants.size()),
                        .suggestion = "Enable a variant in the PIM, or disable the product."});
    return;
  }
  sku_findings findings;
  for (const auto& view : views) at.out.skus.push_back(make_sku(at, view, findings));
  std::move(findings).give(at.found);
  if (!variants.empty()) map_axes(at, views, at.out.skus);
}

} // namespace listingd::mapping
