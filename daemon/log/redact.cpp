#include "log/redact.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace listingd::log {

namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view hidden = "[redacted]";
constexpr std::string_view white = " \t\n\r\f\v";
constexpr std::string_view white_of_a_form = " \t\n\r\f\v+";
constexpr std::string_view ends_value = " \t\n\r\f\v\"'&,}";

/// Where a word announces a secret.
enum class place {
  anywhere,  ///< word=secret, "word": "secret", word: secret
  parameter, ///< the same, but only behind ? or &: elsewhere it is an ordinary word
  header,    ///< as anywhere; a scheme may stand before the secret: "Bearer secret"
  scheme,    ///< as anywhere, and the secret may simply come next
};

/// In lower case; "_" stands for "_", "-" or nothing.
struct keyword {
  std::string_view name;
  place where = place::anywhere;
};
constexpr std::array keywords = {
    keyword{"app_secret"},
    keyword{"client_secret"},
    keyword{"access_token"},
    keyword{"refresh_token"},
    keyword{"auth_code"},
    keyword{"password"},
    keyword{"authorization", place::header},
    keyword{"bearer", place::scheme},
    keyword{"sign", place::parameter},
    keyword{"code", place::parameter},
    keyword{"state", place::parameter},
};

/// How TikTok's codes and tokens begin, whatever stands before them.
constexpr std::string_view token_starts[] = {"TTP_", "ROW_", "GCP_"};
constexpr std::size_t shortest_token = 24;
constexpr std::size_t longest_prose = 20; // a longer word behind "bearer" is no word of a sentence

struct range {
  std::size_t begin, end;
};

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
bool is_hex(std::string_view two) {
  return two.size() == 2 && std::ranges::all_of(two, [](unsigned char c) { return std::isxdigit(c) != 0; });
}
char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

/// One character as it is meant: "=" at level 0, "%3D" at level 1, "%253D" at level 2.
struct character {
  char value;
  std::size_t end;
  std::size_t level = 0;
};
character read(std::string_view text, std::size_t at) {
  if (text[at] != '%' || !is_hex(text.substr(at + 1, 2))) return {.value = text[at], .end = at + 1};
  std::size_t level = 1;
  for (++at; text.substr(at, 2) == "25" && is_hex(text.substr(at + 2, 2)); at += 2) ++level;
  const auto figure = [](char c) { return c <= '9' ? c - '0' : lower(c) - 'a' + 10; };
  return {.value = static_cast<char>(figure(text[at]) * 16 + figure(text[at + 1])), .end = at + 2, .level = level};
}

std::size_t past(std::string_view text, std::size_t at, std::string_view any_of) {
  while (at < text.size()) {
    const auto next = read(text, at);
    if (!any_of.contains(next.value)) break;
    at = next.end;
  }
  return at;
}

/// Behind the keyword that stands at `at`; nothing when another word does.
std::size_t behind(std::string_view text, std::size_t at, std::string_view name) {
  for (const char c : name) {
    const bool there = at < text.size();
    if (c == '_')
      at += there && (text[at] == '_' || text[at] == '-') ? 1 : 0;
    else if (there && lower(text[at]) == c)
      ++at;
    else
      return npos;
  }
  return at;
}

/// True behind "?" or "&", however it is written: %26, %2526, &amp;, \u0026.
bool begins_parameter(std::string_view text) {
  if (text.ends_with('?') || text.ends_with('&') || text.ends_with("&amp;") || text.ends_with("\\u0026")) return true;
  if (!text.ends_with("26") && !text.ends_with("3F") && !text.ends_with("3f")) return false;
  text.remove_suffix(2);
  while (text.ends_with("25")) text.remove_suffix(2);
  return text.ends_with('%');
}

/// A quote, behind the backslashes that it has in JSON inside a JSON string.
struct quote {
  std::size_t end = 0; ///< behind it; where it would stand when there is none
  std::size_t escapes = 0;
  std::size_t level = 0;
  char mark = 0;
};
quote quote_at(std::string_view text, std::size_t at) {
  std::size_t escapes = 0;
  for (auto next = at; next < text.size(); ++escapes) {
    const auto one = read(text, next);
    if (one.value == '"' || one.value == '\'')
      return {.end = one.end, .escapes = escapes, .level = one.level, .mark = one.value};
    if (one.value != '\\') break;
    next = one.end;
  }
  return {.end = at};
}

/// Where the value of a keyword that ends at `at` begins, and what opens it; no place when no value follows.
struct opening {
  std::size_t at = npos;
  std::size_t level = 0; ///< of what stands between keyword and value
  quote by;
};
opening value_behind(std::string_view text, std::size_t at) {
  at = past(text, quote_at(text, at).end, white);
  if (at >= text.size()) return {};
  const auto joint = read(text, at);
  if (joint.value != '=' && joint.value != ':') return {};
  at = past(text, joint.end, joint.level > 0 ? white_of_a_form : white);
  auto by = quote_at(text, at);
  if (by.mark == 0) { // the first of a list
    const auto inside = quote_at(text, past(text, at, "[ "));
    if (inside.mark != 0) by = inside;
  }
  return {.at = by.end, .level = joint.level, .by = by};
}

/// The quote that closes a value has as many backslashes as the one that opened it, or fewer; more belong to the value.
std::size_t end_of_quoted(std::string_view text, std::size_t at, const quote& by) {
  std::size_t escapes = 0, start = at;
  while (at < text.size()) {
    const auto one = read(text, at);
    if (escapes == 0) start = at;
    if (one.value == by.mark && one.level <= by.level && escapes <= by.escapes) return start;
    escapes = one.value == '\\' ? escapes + 1 : 0;
    at = one.end;
  }
  return at;
}

/// What is encoded more deeply than what stands before the value belongs to the value.
std::size_t end_of_plain(std::string_view text, std::size_t at, std::size_t level) {
  while (at < text.size()) {
    const auto one = read(text, at);
    if (one.level <= level && ends_value.contains(one.value)) break;
    at = one.end;
  }
  return at;
}

/// "Bearer X" is one value of the header Authorization: a word of letters is the scheme, and the secret comes after it.
std::size_t end_of_header(std::string_view text, std::size_t at, std::size_t level) {
  const auto end = end_of_plain(text, at, level);
  const bool word = end > at && std::ranges::all_of(text.substr(at, end - at), is_letter);
  if (!word || end >= text.size()) return end;
  const auto next = read(text, end);
  return next.value == ' ' ? end_of_plain(text, next.end, level) : end;
}

/// The secret that follows the word "bearer" directly; a sentence may go on there instead.
std::optional<range> bearer(std::string_view text, std::size_t at) {
  const auto start = past(text, at, " ");
  if (start == at) return std::nullopt;
  const auto end = end_of_plain(text, start, read(text, at).level);
  const auto word = text.substr(start, end - start);
  if (word.size() < longest_prose && std::ranges::all_of(word, is_letter)) return std::nullopt;
  return range{.begin = start, .end = end};
}

std::optional<range> announced_by(const keyword& word, std::string_view text, std::size_t at) {
  const auto end = behind(text, at, word.name);
  if (end == npos || (word.where == place::parameter && !begins_parameter(text.substr(0, at)))) return std::nullopt;
  const auto value = value_behind(text, end);
  if (value.at == npos) return word.where == place::scheme ? bearer(text, end) : std::nullopt;
  const auto stop = value.by.mark != 0            ? end_of_quoted(text, value.at, value.by)
                    : word.where == place::header ? end_of_header(text, value.at, value.level)
                                                  : end_of_plain(text, value.at, value.level);
  return stop == value.at ? std::nullopt : std::optional(range{.begin = value.at, .end = stop});
}

/// A token of TikTok's, wherever it stands.
std::optional<range> token_at(std::string_view text, std::size_t at) {
  const auto rest = text.substr(at);
  if (std::ranges::none_of(token_starts, [&](auto start) { return rest.starts_with(start); })) return std::nullopt;
  const auto in_token = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; };
  const auto end = static_cast<std::size_t>(std::ranges::find_if_not(rest, in_token) - rest.begin());
  return end < shortest_token ? std::nullopt : std::optional(range{.begin = at, .end = at + end});
}

std::optional<range> secret_at(std::string_view text, std::size_t at) {
  if (const auto token = token_at(text, at)) return token;
  for (const auto& word : keywords)
    if (const auto found = announced_by(word, text, at)) return found;
  return std::nullopt;
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
    const auto found = secret_at(text, at);
    if (!found) {
      ++at;
      continue;
    }
    out.append(text.substr(copied, found->begin - copied)).append(hidden);
    at = copied = found->end;
  }
  return out.append(text.substr(copied));
}

std::string loggable(std::string_view field) {
  const auto kept = cut(field);
  auto out = redacted(kept);
  if (kept.size() < field.size()) out += " [" + std::to_string(field.size() - kept.size()) + " bytes more]";
  return out;
}

std::string loggable(std::string_view name, std::string_view value) {
  const bool secret = std::ranges::any_of(keywords, [&](const keyword& word) {
    return word.where == place::anywhere && !value.empty() && behind(name, 0, word.name) == name.size();
  });
  return secret ? std::string(hidden) : loggable(value);
}

} // namespace listingd::log
