#include "review/remediation.hpp"

#include "model/digest.hpp"
#include "model/json.hpp"
#include "review/characters.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <spdlog/fmt/fmt.h>

namespace listingd::review {

namespace {

/// One rule. `about` says whether a complaint is of its kind; `answer` gives the change that clears it, with what is
/// done in words; `input` is what the change was made for.
struct rule {
  std::string_view name;
  bool (*about)(const violation& complaint);
  std::optional<proposal> (*answer)(const violation& complaint, const std::vector<violation>& all, const situation& at);
  std::string (*input)(const json::object& change, const draft& wanted);
};

std::string sentence(const violation& complaint, std::string_view done) {
  return fmt::format("{}: {}; {}", complaint.position, complaint.reason, done);
}

// --- image_geometry: main pictures enlarged to what the review asks ------------------------------------------------

/// The rule reaches main pictures only.
bool about_main_images(const violation& complaint) {
  static constexpr std::array<std::string_view, 5> others{"sku", "variant", "description", "size chart", "certif"};
  const auto where = folded(complaint.position);
  const auto named = [&](std::string_view other) { return where.find(other) != std::string::npos; };
  return complaint.code == "image_quality" && std::ranges::none_of(others, named);
}

std::int64_t demanded_side(const std::vector<violation>& complaints) {
  std::int64_t side = 0;
  for (const auto& one : complaints)
    if (about_main_images(one)) side = std::max(side, integer_at(one.evidence, "min_short_side").value_or(0));
  return side;
}

std::optional<proposal> enlarge(const violation& complaint, const std::vector<violation>& all, const situation& at) {
  if (!integer_at(complaint.evidence, "min_short_side")) return std::nullopt; // no number, no change
  const auto side = demanded_side(all);
  const bool helps = at.smallest_short_side > 0 && side > at.smallest_short_side;
  if (!helps || static_cast<double>(side) > at.smallest_short_side * at.max_upscale) return std::nullopt;
  return proposal{.change = {.rule = "image_geometry", .change = {{"min_short_side", side}}, .input = {}},
                  .because = sentence(complaint, fmt::format("pictures get a shorter side of {} pixels", side))};
}

std::string main_images_input(const json::object&, const draft& wanted) {
  json::array originals;
  for (const auto& one : wanted.main_images)
    originals.push_back(json::value(one.original_sha256.empty() ? "ref:" + one.ref : one.original_sha256));
  return digest_of(originals);
}

// --- attach_certificate: a document that the PIM holds and no rule required ------------------------------------------

bool about_certificate(const violation& complaint) {
  return complaint.code == "certificate_missing";
}

/// The one certificate of the leaf that the complaint names; null when it names none or several.
const certificate_rule* named_certificate(const violation& complaint, const leaf_rules& rules) {
  const auto quoted = folded(text_at(complaint.evidence, "certificate"));
  const auto said = folded(complaint.reason + " " + complaint.suggestion);
  const certificate_rule* best = nullptr;
  bool ambiguous = false;
  for (const auto& one : rules.certificates) {
    const auto name = folded(one.name);
    if (name.empty()) continue;
    if (name == quoted) return &one;
    if (said.find(name) == std::string::npos) continue;
    const auto best_name = best == nullptr ? std::string{} : folded(best->name);
    if (best_name.find(name) != std::string::npos) continue; // a part of the longer name
    ambiguous = best != nullptr && name.find(best_name) == std::string::npos;
    best = &one;
  }
  return ambiguous ? nullptr : best;
}

std::optional<proposal> attach(const violation& complaint, const std::vector<violation>&, const situation& at) {
  const auto* certificate = named_certificate(complaint, at.rules);
  if (certificate == nullptr) return std::nullopt;
  const auto is_it = [&](const draft_certificate& one) { return one.id == certificate->id; };
  if (std::ranges::any_of(at.wanted.certificates, is_it)) return std::nullopt; // sent, and not enough
  const bool held = at.pim_holds_certificate(certificate->name) || at.pim_holds_certificate(certificate->id);
  if (!held) return std::nullopt;
  return proposal{
      .change = {.rule = "attach_certificate", .change = {{"certificate_id", certificate->id}}, .input = {}},
      .because = sentence(complaint, fmt::format("the PIM's \"{}\" is attached", certificate->name))};
}

std::string certificate_input(const json::object& change, const draft& wanted) {
  return digest_of(json::array{wanted.category_id.text(), text_at(change, "certificate_id")});
}

// --------------------------------------------------------------------------------------------------------------------

constexpr rule rules[] = {
    {"image_geometry", about_main_images, enlarge, main_images_input},
    {"attach_certificate", about_certificate, attach, certificate_input},
};

const rule* rule_named(std::string_view name) {
  const auto found = std::ranges::find(rules, name, &rule::name);
  return found == std::end(rules) ? nullptr : found;
}

bool same(const repair& a, const repair& b) {
  return a.rule == b.rule && a.input == b.input && canonical(a.change) == canonical(b.change);
}

std::optional<proposal> answer_to(const violation& complaint, const std::vector<violation>& all, const situation& at) {
  for (const auto& one : rules) {
    if (!one.about(complaint)) continue;
    auto found = one.answer(complaint, all, at);
    if (!found) continue;
    found->change.input = one.input(found->change.change, at.wanted);
    const bool again = std::ranges::any_of(at.tried, [&](const repair& old) { return same(old, found->change); });
    if (!again) return found;
  }
  return std::nullopt;
}

bool within_attempts(const std::vector<proposal>& proposals, const situation& at) {
  auto attempts = at.attempts;
  for (const auto& one : proposals)
    if (++attempts[one.change.rule] > at.max_attempts) return false;
  return true;
}

} // namespace

std::vector<proposal> propose(const std::vector<violation>& rejections, const situation& at) {
  std::vector<proposal> out;
  for (const auto& complaint : rejections) {
    auto answer = answer_to(complaint, rejections, at);
    if (!answer) return {};
    const bool there = std::ranges::any_of(out, [&](const proposal& one) { return same(one.change, answer->change); });
    if (!there) out.push_back(std::move(*answer));
  }
  return within_attempts(out, at) ? out : std::vector<proposal>{};
}

bool still_valid(const repair& change, const draft& wanted) {
  const auto* made_by = rule_named(change.rule);
  return made_by != nullptr && made_by->input(change.change, wanted) == change.input;
}

bool still_complained_of(const repair& change, const std::vector<violation>& rejections) {
  const auto* made_by = rule_named(change.rule);
  return made_by == nullptr || std::ranges::any_of(rejections, made_by->about);
}

} // namespace listingd::review
