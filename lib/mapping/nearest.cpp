#include "mapping/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace listingd::mapping {

namespace {

/// Edits (insert, delete, replace one byte, swap two neighbours) between two words.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, row(b.size() + 1), above;
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before = std::exchange(above, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

} // namespace

std::string folded(std::string_view text) {
  std::string out;
  bool space = false;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      space = !out.empty();
      continue;
    }
    if (std::exchange(space, false)) out += ' ';
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates, std::size_t count) {
  std::vector<std::pair<std::size_t, std::size_t>> order;
  const auto wanted = folded(word);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const auto candidate = folded(candidates[i]);
    // a word contained in a longer one is near, whatever the lengths say
    const bool inside = !wanted.empty() && !candidate.empty() && candidate != wanted &&
                        (candidate.find(wanted) != std::string::npos || wanted.find(candidate) != std::string::npos);
    order.emplace_back(inside ? 1 : distance(wanted, candidate), i);
  }
  std::ranges::sort(order);
  std::vector<std::string> out;
  for (const auto& [far, index] : order) {
    if (out.size() == count) break;
    out.push_back(candidates[index]);
  }
  return out;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const auto best = nearest(word, candidates, 1);
  if (best.empty()) return {};
  const auto far = distance(folded(word), folded(best.front()));
  const bool inside = word.size() >= 3 && best.front().find(word) != std::string::npos;
  if (!inside && far > std::max<std::size_t>(1, std::max(word.size(), best.front().size()) / 3)) return {};
  return ", did you mean '" + best.front() + "'?";
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const auto& word : words) {
    if (!out.empty()) out += between;
    out += word;
  }
  return out;
}

} // namespace listingd::mapping
