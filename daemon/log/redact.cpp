#include "log/redact.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace listingd::log {

namespace {

constexpr std::string_view hidden = "[redacted]";
constexpr std::string_view white = " \t\n\r\f\v";
constexpr std::string_view ends_value = " \t\n\r\f\v\"'&,}";

/// What a secret stands behind, in lower case.
struct keyword {
  std::string_view name;
  bool in_url = false; ///< only as a parameter: behind ? or &
};
constexpr std::array keywords = {
    keyword{"app_secret"},    keyword{"access_token"},       keyword{"refresh_token"},
    keyword{"auth_code"},     keyword{"x-tts-access-token"}, keyword{"password"},
    keyword{"authorization"}, keyword{"sign", true},         keyword{"code", true},
};

bool begins_with(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && std::ranges::equal(text.substr(0, lower.size()), lower, [](char a, char b) {
           return std::tolower(static_cast<unsigned char>(a)) == b;
         });
}

const keyword* keyword_at(std::string_view text, std::size_t at) {
  const bool parameter = at > 0 && (text[at - 1] == '?' || text[at - 1] == '&');
  const auto found = std::ranges::find_if(keywords, [&](const keyword& one) {
    return (parameter || !one.in_url) && begins_with(text.substr(at), one.name);
  });
  return found == keywords.end() ? nullptr : &*found;
}

std::size_t past(std::string_view text, std::size_t at, std::string_view any_of) {
  return std::min(text.find_first_not_of(any_of, at), text.size());
}

/// A quote, behind the backslashes that it has in JSON inside a JSON string.
struct quote {
  std::size_t end = 0; ///< behind it; where it would stand when there is none
  std::size_t escapes = 0;
  char mark = 0;
};
quote quote_at(std::string_view text, std::size_t at) {
  const auto mark = past(text, at, "\\");
  if (mark >= text.size() || (text[mark] != '"' && text[mark] != '\'')) return {.end = at};
  return {.end = mark + 1, .escapes = mark - at, .mark = text[mark]};
}

/// Where the value of a keyword that ends at `at` begins, and what opens it; no place when no value follows.
struct opening {
  std::size_t at = std::string_view::npos;
  quote by;
};
opening value_behind(std::string_view text, std::size_t at) {
  at = past(text, quote_at(text, at).end, white);
  if (at >= text.size() || (text[at] != '=' && text[at] != ':')) return {};
  const auto by = quote_at(text, past(text, at + 1, white));
  return {.at = by.end, .by = by};
}

/// The quote that closes a value has as many backslashes as the one that opened it, or fewer; more belong to the value.
std::size_t end_of_quoted(std::string_view text, std::size_t at, const quote& by) {
  std::size_t escapes = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == by.mark && escapes <= by.escapes) return at - escapes;
    escapes = text[at] == '\\' ? escapes + 1 : 0;
  }
  return at;
}

/// "Bearer X" is one value of the header Authorization: a word of letters is the scheme, and the secret comes after it.
std::size_t end_of_plain(std::string_view text, std::size_t at, bool with_scheme) {
  const auto end = std::min(text.find_first_of(ends_value, at), text.size());
  const auto word = text.substr(at, end - at);
  const bool scheme = with_scheme && !word.empty() && end < text.size() && text[end] == ' ' &&
                      std::ranges::all_of(word, [](unsigned char c) { return std::isalpha(c) != 0; });
  return scheme ? std::min(text.find_first_of(ends_value, end + 1), text.size()) : end;
}

std::string_view cut(std::string_view field) {
  if (field.size() <= longest_field) return field;
  const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(field[at]) & 0xC0U) == 0x80U; };
  auto end = longest_field;
  while (end > longest_field - 3 && continues(end)) --end; // a sequence has at most three bytes after its first
  return field.substr(0, end);
}

} // namespace

std::string redacted(std::string_view text) {
  std::string out;
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto* const found = keyword_at(text, at);
    if (found == nullptr) {
      ++at;
      continue;
    }
    at += found->name.size();
    const auto value = value_behind(text, at);
    if (value.at == std::string_view::npos) continue;
    at = value.by.mark != 0 ? end_of_quoted(text, value.at, value.by)
                            : end_of_plain(text, value.at, found->name == "authorization");
    if (at == value.at) continue;
    out.append(text.substr(copied, value.at - copied)).append(hidden);
    copied = at;
  }
  return out.append(text.substr(copied));
}

std::string loggable(std::string_view field) {
  const auto kept = cut(field);
  auto out = redacted(kept);
  if (kept.size() < field.size()) out += " [" + std::to_string(field.size() - kept.size()) + " bytes more]";
  return out;
}

} // namespace listingd::log
