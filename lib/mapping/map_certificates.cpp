#include "mapping/assembly.hpp"
#include "mapping/nearest.hpp"
#include "model/json.hpp"

#include <algorithm>
#include <spdlog/fmt/fmt.h>

namespace listingd::mapping {

namespace {

bool is_document(std::string_view reference) {
  return folded(reference.substr(0, reference.find_first_of("?#"))).ends_with(".pdf");
}

std::string file_name(std::string_view reference) {
  reference = reference.substr(0, reference.find_first_of("?#"));
  const auto slash = reference.rfind('/');
  return std::string(slash == std::string_view::npos ? reference : reference.substr(slash + 1));
}

const certificate_source* source_for(const certificate_rule& asked, const profile& by) {
  for (const auto& one : by.certificates)
    if (one.name == asked.id || folded(one.name) == folded(asked.name)) return &one;
  return nullptr;
}

bool repaired(const certificate_rule& asked, const std::vector<repair>& repairs) {
  return std::ranges::any_of(repairs, [&](const repair& one) {
    const auto* id = one.change.if_contains("certificate_id");
    return one.rule == "attach_certificate" && id != nullptr && text_of(*id) == asked.id;
  });
}

/// The product's documents, or else those of its enabled variants, each once.
std::expected<std::vector<std::string>, std::string> documents_of(const record_view& product,
                                                                  const std::string& attribute) {
  if (const auto* data = product.at(attribute)) return media_of(*data);
  std::vector<std::string> all;
  for (const auto& one : product.variants()) {
    const auto* data = one.own(attribute);
    if (data == nullptr) continue;
    const auto some = media_of(*data);
    if (!some) return some;
    for (const auto& reference : *some)
      if (std::ranges::find(all, reference) == all.end()) all.push_back(reference);
  }
  return all;
}

violation about(const certificate_rule& asked, std::string code) {
  return {.klass = "certificate", .code = std::move(code), .position = "certificates." + asked.name};
}

violation missing(const assembly& at, const certificate_rule& asked, const certificate_source* from) {
  auto out = about(asked, "certificate_missing");
  const auto* condition = met(asked.required_when, at.out.attributes);
  const auto cause = asked.required || condition == nullptr ? std::string{} : because(*condition, at.out.attributes);
  const auto demand = fmt::format("TikTok requires the certificate '{}' in this category{}", asked.name, cause);
  if (from != nullptr) {
    out.reason = fmt::format("{}, and {}.", demand, at.product.why_nothing({.attribute = from->attribute}));
    out.suggestion = fmt::format("Add the document to attribute '{}' in the PIM.", from->attribute);
  } else {
    out.reason = demand + ", and the profile does not say where it is.";
    out.suggestion = fmt::format("Add [certificates.\"{}\"] with its attribute to {}.", asked.name, at.in.profile.file);
    out.who = actor::operator_;
  }
  if (!asked.details.empty()) out.evidence = json::object{{"details", asked.details}};
  return out;
}

void map_expiry(assembly& at, const certificate_rule& asked, const certificate_source& from, draft_certificate& into) {
  const value_rule rule{.attribute = from.expires};
  const auto date = from.expires.empty() ? std::string{} : at.product.text(rule);
  if (date && !date->empty()) into.expires = instant_from_text(*date);
  const auto place = from.expires.empty() ? std::string{} : fmt::format(" in attribute '{}'", from.expires);
  if (!date || (!date->empty() && !into.expires)) {
    auto out = about(asked, "certificate_expiry_invalid");
    out.position += ".expires";
    out.reason = rule.source_text() + ' ' + (date ? "holds '" + *date + "', which is no date" : date.error()) + '.';
    out.suggestion = fmt::format("Correct attribute '{}' in the PIM: a date such as 2029-06-30.", from.expires);
    at.found.push_back(std::move(out));
  } else if (!into.expires && asked.expiration_required) {
    auto out = about(asked, "certificate_expiry_missing");
    out.position += ".expires";
    out.reason = fmt::format("TikTok requires the date until which '{}' is valid, and {}.", asked.name,
                             place.empty() ? "the profile does not say where it is" : at.product.why_nothing(rule));
    out.suggestion = place.empty() ? fmt::format("Add expires = \"...\" to [certificates.\"{}\"] of {}.", from.name,
                                                 at.in.profile.file)
                                   : "Fill the date" + place + " in the PIM.";
    out.who = place.empty() ? actor::operator_ : actor::product_team;
    at.found.push_back(std::move(out));
  }
}

void attach(assembly& at, const certificate_rule& asked, const certificate_source& from,
            const std::vector<std::string>& references) {
  draft_certificate made{.id = asked.id, .name = asked.name};
  for (const auto& one : references) {
    const bool document = is_document(one);
    made.media.push_back({.ref = one,
                          .use = document ? media_use::document : media_use::certificate_image,
                          .name = document ? file_name(one) : std::string{}});
  }
  map_expiry(at, asked, from, made);
  at.out.certificates.push_back(std::move(made));
}

} // namespace

void map_certificates(assembly& at) {
  for (const auto& asked : at.in.rules.certificates) {
    const bool required = asked.required || met(asked.required_when, at.out.attributes) != nullptr;
    if (!required && !repaired(asked, at.in.repairs)) continue;
    const auto* from = source_for(asked, at.in.profile);
    const auto references = from == nullptr ? std::vector<std::string>{} : documents_of(at.product, from->attribute);
    if (!references)
      at.found.push_back(value_invalid("certificate", "certificates." + asked.name, {.attribute = from->attribute},
                                       references.error(), at.in.profile));
    else if (!references->empty())
      attach(at, asked, *from, *references);
    else if (required)
      at.found.push_back(missing(at, asked, from));
  }
}

bool holds_certificate(const record& from, const profile& by, const std::string& certificate) {
  for (const auto& one : by.certificates) {
    if (folded(one.name) != folded(certificate)) continue;
    const auto references = documents_of(record_view(from, by), one.attribute);
    return references && !references->empty();
  }
  return false;
}

} // namespace listingd::mapping
