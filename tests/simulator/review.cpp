#include "simulator/review.hpp"

#include "simulator/product.hpp"
#include "simulator/webhooks.hpp"

#include <algorithm>
#include <functional>
#include <regex>

namespace listingd::simulator {

namespace {

json::object finding(const std::string& position, const std::string& reason, const std::string& suggestion) {
  return {{"position", position},
          {"reasons", json::array{reason}},
          {"suggestions", json::array{suggestion}},
          {"listing_platform", "TIKTOK_SHOP"}};
}

std::size_t visible_length(const std::string& html) {
  static const std::regex tag("<[^>]*>");
  auto words = std::regex_replace(html, tag, "");
  std::erase_if(words, [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
  return code_points(words).size();
}

bool any_main_image_below(const world& state, const json::object& content, std::int64_t least) {
  return std::ranges::any_of(list(content, "main_images"), [&](const json::value& value) {
    const auto found = state.images.find(text(as_object(value), "uri"));
    return found != state.images.end() && std::min(found->second.width, found->second.height) < least;
  });
}

bool has_certificate(const json::object& content, const std::string& id) {
  return std::ranges::any_of(list(content, "certifications"),
                             [&](const json::value& value) { return text(as_object(value), "id") == id; });
}

std::string certificate_name(const world& state, const std::string& category, const std::string& id) {
  const auto rules = state.rules.find(category);
  if (rules == state.rules.end()) return id;
  for (const auto& value : list(rules->second, "product_certifications")) {
    if (text(as_object(value), "id") == id) return text(as_object(value), "name");
  }
  return id;
}

bool invite_only(const world& state, const product& reviewed, const json::object& content) {
  const auto* seller = state.shop_by_id(reviewed.shop_id);
  const auto* category = state.category(text(content, "category_id"));
  const auto statuses = category ? texts(*category, "permission_statuses") : std::vector<std::string>{};
  return seller && seller->region == "US" && std::ranges::count(statuses, "INVITE_ONLY") > 0;
}

void forget_offers(product& reviewed) {
  std::set<std::string> used;
  for (const json::object* version : {&std::as_const(reviewed.base), &working_version(reviewed)}) {
    for (const auto& sku : list(*version, "skus")) used.insert(text(as_object(sku), "id"));
  }
  std::erase_if(reviewed.offers, [&](const auto& offer) { return !used.contains(offer.first); });
}

void reject(world& state, product& reviewed, json::array findings) {
  reviewed.audit = "FAILED";
  reviewed.failed_reasons = std::move(findings);
  if (!reviewed.review_version) reviewed.status = "FAILED";
  touch(reviewed);
  notify_status(state, reviewed, "PRODUCT_AUDIT_FAILURE");
  notify_audit(state, reviewed);
}

void approve(world& state, product& reviewed) {
  const bool first = !reviewed.was_live;
  reviewed.audit = "APPROVED";
  std::vector<std::string> fields;
  const auto category = text(reviewed.base, "category_id");
  if (reviewed.review_version) {
    fields = changed_fields(reviewed.base, *reviewed.review_version);
    reviewed.base = std::move(*reviewed.review_version);
    reviewed.review_version.reset();
    forget_offers(reviewed);
  } else {
    reviewed.status = "ACTIVATE";
    reviewed.was_live = true;
  }
  touch(reviewed);
  if (fields.empty()) notify_status(state, reviewed, first ? "PRODUCT_FIRST_PASS_REVIEW" : "PRODUCT_STATUS_CHANGED");
  notify_audit(state, reviewed);
  if (!fields.empty() && reviewed.status == "ACTIVATE") notify_information(state, reviewed, fields, "OPEN_API");
  if (category != text(reviewed.base, "category_id")) notify_category(state, reviewed, category);
}

void give_verdict(world& state, product& reviewed) {
  reviewed.submitted_ms = 0;
  const auto& content = reviewed.review_version ? *reviewed.review_version : reviewed.base;
  auto findings = review_findings(state, content);
  if (!findings.empty()) return reject(state, reviewed, std::move(findings));
  if (!invite_only(state, reviewed, content) || reviewed.was_live) return approve(state, reviewed);
  reviewed.audit = "PRE_APPROVED";
  reviewed.pre_approved_reasons = {"RESTRICTED_CATEGORY_PENDING"};
  touch(reviewed);
  notify_audit(state, reviewed);
}

/// Up to a tenth more or less, the same for the same product and round.
std::int64_t review_time(const world& state, const product& reviewed) {
  const auto seed = std::hash<std::string>{}(reviewed.id + std::to_string(reviewed.rounds));
  return state.setting.review_ms * static_cast<std::int64_t>(90 + seed % 21) / 100;
}

} // namespace

json::array review_findings(const world& state, const json::object& content) {
  json::array findings;
  const auto category = text(content, "category_id");
  for (const auto& value : state.hidden_rules) {
    const auto& rule = as_object(value);
    if (text(rule, "category_id") != category) continue;
    const auto least = number(rule, "value");
    const auto certificate = text(rule, "certificate_id");
    if (text(rule, "kind") == "main_image_min_short_side" && any_main_image_below(state, content, least)) {
      const auto size = std::to_string(least) + " x " + std::to_string(least);
      findings.push_back(
          finding("Main image", "Image quality is too low", "Upload images of at least " + size + " pixels."));
    }
    if (text(rule, "kind") == "certificate_demanded" && !has_certificate(content, certificate)) {
      findings.push_back(finding("Certification", "Missing certification",
                                 "Upload the certification \"" + certificate_name(state, category, certificate) +
                                     "\" and submit the product again."));
    }
  }
  if (visible_length(text(content, "description")) < 30) {
    findings.push_back(finding("Product", "Insufficient or incomplete product information",
                               "Describe the product completely: material, size, quantity, colour, design."));
  }
  return findings;
}

std::vector<std::string> changed_fields(const json::object& before, const json::object& after) {
  std::vector<std::string> fields;
  bool others = false;
  std::set<std::string> names;
  for (const auto& [name, value] : before) names.emplace(name);
  for (const auto& [name, value] : after) names.emplace(name);
  for (const auto& name : names) {
    const auto* old = before.if_contains(name);
    const auto* now = after.if_contains(name);
    if (old && now && *old == *now) continue;
    if (name == "title" || name == "description" || name == "main_images" || name == "product_attributes")
      fields.push_back(name);
    else if (name == "size_chart")
      fields.emplace_back("size_chart_image");
    else
      others = true;
  }
  if (others) fields.emplace_back("others");
  return fields;
}

void settle_reviews(world& state, std::int64_t now) {
  std::vector<std::string> done;
  for (const auto& id : state.in_review) {
    auto* reviewed = state.find_product(id);
    const bool waiting = reviewed && reviewed->submitted_ms != 0;
    if (waiting && now < reviewed->submitted_ms + review_time(state, *reviewed)) continue;
    if (waiting) give_verdict(state, *reviewed);
    done.push_back(id);
  }
  for (const auto& id : done) state.in_review.erase(id);
}

} // namespace listingd::simulator
