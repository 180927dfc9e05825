#include "review/rejection.hpp"

#include "review/characters.hpp"
#include "review/rejection_words.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace listingd::review {

namespace {

/// Whether one of the "|"-separated alternatives occurs.
bool mentions(const std::string& text, std::string_view alternatives) {
  while (!alternatives.empty()) {
    const auto bar = alternatives.find('|');
    if (text.find(alternatives.substr(0, bar)) != std::string::npos) return true;
    if (bar == std::string_view::npos) return false;
    alternatives.remove_prefix(bar + 1);
  }
  return false;
}

const rejection_words* fitting(const std::string& text) {
  for (const auto& row : all_rejection_words())
    if (mentions(text, row.subject) && (row.complaint.empty() || mentions(text, row.complaint))) return &row;
  return nullptr;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const auto& part : parts) {
    if (part.empty()) continue;
    if (!out.empty()) out += ' ';
    out += part;
  }
  return out;
}

/// Position and reason say what is wrong. A suggestion speaks of much else and is asked only when they say nothing.
const rejection_kind& classify(const std::string& position, const std::string& reason, const std::string& suggestion) {
  const auto said = folded(position + " / " + reason);
  const auto* row = fitting(said);
  if (row == nullptr) row = fitting(said + " / " + folded(suggestion));
  return kind_of(row == nullptr ? std::string_view{} : row->code);
}

// --- numbers in the text ------------------------------------------------------------------------------------------

constexpr int smallest_side = 50, largest_side = 20'000; // anything else is no picture's side

/// Steps over the word at `at` if it is one of these.
bool step_over(std::string_view text, std::size_t& at, std::initializer_list<std::string_view> words) {
  for (const auto word : words)
    if (text.substr(at).starts_with(word)) {
      at += word.size();
      return true;
    }
  return false;
}

void step_over_spaces(std::string_view text, std::size_t& at) {
  while (step_over(text, at, {" ", "\xC2\xA0"})) {
  }
}

std::optional<int> number_at(std::string_view text, std::size_t& at) {
  int value = 0;
  const auto start = at;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && at - start < 6; ++at)
    value = value * 10 + (text[at] - '0');
  if (at == start) return std::nullopt;
  return value;
}

bool unit_at(std::string_view text, std::size_t& at) {
  auto next = at;
  step_over_spaces(text, next);
  if (!step_over(text, next, {"px", "pixel", "píxel", "piksel", "ピクセル", "画素", "พิกเซล"})) return false;
  at = next;
  return true;
}

/// "800 x 800", "800×800 px", "800 px", "800px x 600px": the longer side named, since it satisfies both.
std::optional<int> side_at(std::string_view text, std::size_t& at) {
  const auto first = number_at(text, at);
  if (!first) return std::nullopt;
  const bool unit = unit_at(text, at);
  auto next = at;
  step_over_spaces(text, next);
  if (step_over(text, next, {"x", "×", "*"})) {
    step_over_spaces(text, next);
    if (const auto second = number_at(text, next)) {
      at = next;
      return std::max(*first, *second);
    }
  }
  return unit ? first : std::nullopt;
}

std::set<int> sides_in(std::string_view text) {
  std::set<int> out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] < '0' || text[at] > '9') {
      ++at;
      continue;
    }
    const auto side = side_at(text, at);
    if (side && *side >= smallest_side && *side <= largest_side) out.insert(*side);
  }
  return out;
}

/// Only one size that is not said to be a maximum is a demand; several are anybody's guess.
void note_pixels(const std::string& text, boost::json::object& evidence) {
  const auto low = folded(text);
  const auto sides = sides_in(low);
  if (sides.size() != 1 || mentions(low, words_of_maximum())) return;
  evidence["min_short_side"] = *sides.begin();
}

// --- names in the text --------------------------------------------------------------------------------------------

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> quotes{{
    {"\"", "\""},
    {"“", "”"},
    {"„", "“"},
    {"«", "»"},
    {"「", "」"},
    {"『", "』"},
    {"《", "》"},
    {"‘", "’"},
}};

void note_certificate(const std::string& text, boost::json::object& evidence) {
  for (const auto& [open, close] : quotes) {
    const auto begin = text.find(open);
    if (begin == std::string::npos) continue;
    const auto name = begin + open.size();
    const auto end = text.find(close, name);
    if (end == std::string::npos || end == name) continue;
    evidence["certificate"] = text.substr(name, end - name);
    return;
  }
}

violation read_one(const std::string& position, const std::string& reason, const std::string& suggestion) {
  const auto& kind = classify(position, reason, suggestion);
  boost::json::object evidence;
  const auto whole = reason + " " + suggestion;
  if (kind.klass == "image") note_pixels(whole, evidence);
  if (kind.klass == "certificate") note_certificate(whole, evidence);
  return {.origin = violation_origin::review,
          .klass = std::string(kind.klass),
          .code = std::string(kind.code),
          .position = position,
          .reason = reason,
          .suggestion = suggestion.empty() ? std::string(kind.fix) : suggestion,
          .who = kind.who,
          .evidence = evidence.empty() ? boost::json::value() : boost::json::value(std::move(evidence))};
}

} // namespace

std::vector<violation> read_rejection(const std::vector<audit_reason>& reasons) {
  std::vector<violation> out;
  std::set<std::string> told;        // two platforms often say the same
  std::map<std::string, int> places; // one place may be told the same with several suggestions
  const auto add = [&](const std::string& position, const std::string& reason, const std::string& suggestion) {
    if (!told.insert(position + '\n' + reason + '\n' + suggestion).second) return;
    const int nth = ++places[position + '\n' + reason];
    out.push_back(read_one(nth == 1 ? position : position + " #" + std::to_string(nth), reason, suggestion));
  };
  for (const auto& entry : reasons) {
    const auto suggestion = joined(entry.suggestions);
    for (const auto& reason : entry.reasons) add(entry.position, reason, suggestion);
    if (entry.reasons.empty()) add(entry.position, "rejected without a reason", suggestion);
  }
  if (reasons.empty()) add("product", "rejected without a reason", "");
  return out;
}

} // namespace listingd::review
