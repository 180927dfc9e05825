// Create, full edit, partial edit and listing_check (product reference, sections 4, 5 and 6).
#include "simulator/examination.hpp"
#include "simulator/gateway.hpp"
#include "simulator/product.hpp"
#include "simulator/webhooks.hpp"

#include <algorithm>

namespace listingd::simulator {

namespace {

void refuse_first(const examination& done) {
  if (!done.problems.empty()) throw refusal{done.problems.front().code, done.problems.front().message};
}

void attach_warnings(json::object& data, const examination& done) {
  if (done.warnings.empty()) return;
  json::array warnings;
  for (const auto& each : done.warnings) warnings.push_back(json::object{{"message", each}});
  data["warnings"] = std::move(warnings);
}

bool as_draft(const json::object& body) {
  const auto mode = text(body, "save_mode");
  if (!mode.empty() && mode != "LISTING" && mode != "AS_DRAFT") throw refusal{12052910, "The save_mode is not valid."};
  return mode == "AS_DRAFT";
}

/// Notes properties that other calls know but this one does not; like every unknown property they have no effect.
void note_foreign(call& asked, const std::string& where, std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    if (has(asked.body, name)) asked.state.unknown_fields.insert(where + ": " + std::string(name));
  }
}

/// 12052996: an external id of the body that another product of the shop carries already.
void check_external_ids(const call& asked) {
  const auto product_id = text(asked.body, "external_product_id");
  std::set<std::string> sku_ids;
  for (const auto& sku : list(asked.body, "skus")) sku_ids.insert(text(as_object(sku), "external_sku_id"));
  sku_ids.erase("");
  for (const auto& [id, other] : asked.state.products) {
    if (other.shop_id != asked.seller->id || other.status == "DELETED") continue;
    const auto& content = working_version(other);
    const auto taken = std::ranges::any_of(list(content, "skus"), [&](const json::value& sku) {
      return sku_ids.contains(text(as_object(sku), "external_sku_id"));
    });
    if (taken || (!product_id.empty() && text(content, "external_product_id") == product_id)) {
      throw refusal{12052996, "The external id is used already by the product " + id + "."};
    }
  }
}

void count_against_quota(world& state) {
  if (state.setting.daily_quota > 0 && state.listed_today >= state.setting.daily_quota) {
    throw refusal{12052093, "The product listing limit of the seller has been reached."};
  }
  ++state.listed_today;
}

product& editable(call& asked) {
  auto* found = asked.state.find_product(asked.path_arguments.front());
  if (!found) throw refusal{12052032, "The product does not exist: " + asked.path_arguments.front()};
  if (found->shop_id != asked.seller->id) throw refusal{12052048, "The product is not in this shop."};
  if (found->status == "FREEZE" || found->status == "DELETED") {
    throw refusal{12052901, "The product status does not allow the operation."};
  }
  return *found;
}

json::value store_edit(call& asked, product& target, json::object content, const examination& done, bool draft) {
  settle_content(asked.state, target, content);
  auto data = written(target, content);
  if (!draft) {
    submit(asked.state, target, std::move(content));
  } else if (target.status == "DRAFT") {
    target.base = std::move(content);
  } else {
    target.draft = std::move(content);
  }
  touch(target);
  data["audit"] = json::object{{"status", target.audit}};
  if (done.why == purpose::edit) attach_warnings(data, done);
  return data;
}

/// A draft is hardly checked: mandatory fields may still be missing (section 5.1).
void examine_draft(examination& done) {
  if (text(done.content, "title").empty()) done.fail(12052261, "The title is empty.");
}

} // namespace

json::value check_listing(call& asked) {
  check_shape(asked.body, asked.state.unknown_fields);
  note_foreign(asked, "listing_check", {"category_version", "idempotency_key", "is_not_for_sale", "save_mode"});
  examination done{asked.state, *asked.seller, purpose::check, nullptr, false, asked.body};
  examine_category(done, "", false);
  examine(done);
  json::array reasons;
  for (const auto& each : done.problems)
    reasons.push_back(json::object{{"code", each.code}, {"message", each.message}});
  json::object data{{"check_result", reasons.empty() ? "PASS" : "FAILED"}, {"fail_reasons", std::move(reasons)}};
  if (!done.warnings.empty()) data["warnings"] = json::object{{"message", done.warnings.front()}};
  return data;
}

json::value create_product(call& asked) {
  check_shape(asked.body, asked.state.unknown_fields);
  const auto key = text(asked.body, "idempotency_key");
  if (key.size() > 128) throw refusal{12052910, "The idempotency_key is longer than 128 characters."};
  const auto remembered = asked.state.idempotent.find(asked.seller->id + " " + key);
  if (!key.empty() && remembered != asked.state.idempotent.end()) {
    if (asked.state.setting.idempotency == "replay") return remembered->second;
    if (asked.state.setting.idempotency == "refuse") throw refusal{12052910, "The idempotency_key was used already."};
  }
  const bool draft = as_draft(asked.body);
  examination done{asked.state, *asked.seller, purpose::create, nullptr, false, asked.body};
  examine_category(done, text(asked.body, "category_version"), true);
  if (draft)
    examine_draft(done);
  else
    examine(done);
  refuse_first(done);
  check_external_ids(asked);
  if (!draft) count_against_quota(asked.state);

  product made;
  made.id = asked.state.next_id();
  made.shop_id = asked.seller->id;
  made.created_ms = now_ms();
  made.status = "DRAFT";
  json::object content = asked.body;
  settle_content(asked.state, made, content);
  json::object data = written(made, content);
  attach_warnings(data, done);
  if (draft)
    made.base = std::move(content);
  else
    submit(asked.state, made, std::move(content));
  touch(made);
  ++asked.state.creates[text(made.base, "external_product_id")];
  if (!key.empty()) asked.state.idempotent[asked.seller->id + " " + key] = data;
  notify_creation(asked.state, made);
  asked.state.products.emplace(made.id, std::move(made));
  return data;
}

json::value edit_product(call& asked) {
  auto& target = editable(asked);
  check_shape(asked.body, asked.state.unknown_fields);
  note_foreign(asked, "edit", {"idempotency_key", "is_not_for_sale", "primary_combined_product_id"});
  const bool draft = as_draft(asked.body);
  json::object content = asked.body;
  examination done{asked.state, *asked.seller, purpose::edit, &target, true, content};
  examine_category(done, text(asked.body, "category_version"), true);
  if (draft)
    examine_draft(done);
  else
    examine(done);
  refuse_first(done);
  if (draft && target.status == "PENDING") throw refusal{12052901, "The product status does not allow a draft."};
  return store_edit(asked, target, std::move(content), done, draft);
}

json::value partially_edit_product(call& asked) {
  // The top-level properties of the partial edit body; others are ignored (section 5.1).
  static const std::set<std::string, std::less<>> editable_properties = {"title",
                                                                         "description",
                                                                         "brand_id",
                                                                         "main_images",
                                                                         "skus",
                                                                         "size_chart",
                                                                         "video",
                                                                         "certifications",
                                                                         "product_attributes",
                                                                         "package_weight",
                                                                         "is_cod_allowed",
                                                                         "manufacturer_ids",
                                                                         "responsible_person_ids",
                                                                         "package_dimensions",
                                                                         "external_product_id",
                                                                         "listing_platforms"};
  auto& target = editable(asked);
  check_shape(asked.body, asked.state.unknown_fields);
  const bool draft = as_draft(asked.body);
  json::object content = working_version(target);
  for (const auto& [name, value] : asked.body) {
    if (editable_properties.contains(std::string_view(name)))
      content[name] = value;
    else if (name != "save_mode")
      asked.state.unknown_fields.insert("partial_edit: " + std::string(name));
  }
  // Whether omitted price and stock of a sent SKU are kept is not documented for partial edit; the strict reading is
  // no.
  const bool kept = !has(asked.body, "skus");
  examination done{asked.state, *asked.seller, purpose::partial_edit, &target, kept, content};
  if (!draft) examine(done);
  refuse_first(done);
  if (draft && target.status == "PENDING") throw refusal{12052901, "The product status does not allow a draft."};
  return store_edit(asked, target, std::move(content), done, draft);
}

} // namespace listingd::simulator
