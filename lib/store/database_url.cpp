#include "store/database_url.hpp"

#include <algorithm>
#include <charconv>
#include <libpq-fe.h>
#include <memory>

namespace listingd::store {

namespace {

using options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

struct told {
  std::string_view by_libpq, by_us;
};

/// What libpq says before it quotes. Of a message that is not here nothing is told but that it was refused.
constexpr told told_differently[] = {
    {"missing \"=\" after", "a word without '='; a value with spaces is written in single quotes"},
    {"unterminated quoted string", "a quoted value does not end"},
    {"invalid connection option", "an option that libpq does not know"},
    {"invalid URI query parameter", "an option that libpq does not know; write ? and & in a password as %3F and %26"},
    {"key/value separator", "the options after ? must be name=value, with & between them"},
    {"invalid percent-encoded token", "a % that begins no %XX; write % itself as %25"},
    {"forbidden value %00", "it holds %00"},
    {"IPv6 host address", "an IPv6 address must stand between [ and ]"},
    {"unexpected character", "a character where the host must end; write / and @ in a password as %2F and %40"},
};

constexpr std::string_view numbers[] = {"connect_timeout",     "keepalives",       "keepalives_idle",
                                        "keepalives_interval", "keepalives_count", "tcp_user_timeout"};

std::unexpected<error> refused(std::string_view why) {
  return std::unexpected(error{.kind = error_kind::needs_human,
                               .code = "database_url",
                               .message = "the url of [database] cannot be used: " + std::string(why)});
}

bool is_number(std::string_view text, int least, int most) {
  int value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc{} && end == text.data() + text.size() && value >= least && value <= most;
}

/// Of several hosts each has its port; an empty one is the default.
bool are_ports(std::string_view list) {
  for (;;) {
    const auto comma = list.find(',');
    if (const auto one = list.substr(0, comma); !one.empty() && !is_number(one, 1, 65535)) return false;
    if (comma == std::string_view::npos) return true;
    list.remove_prefix(comma + 1);
  }
}

std::string_view value_of(const options& all, std::string_view name) {
  for (const auto* one = all.get(); one->keyword != nullptr; ++one)
    if (name == one->keyword) return one->val == nullptr ? std::string_view{} : one->val;
  return {};
}

std::string_view in_our_words(std::string_view said) {
  for (const auto& one : told_differently)
    if (said.find(one.by_libpq) != std::string_view::npos) return one.by_us;
  return "it is neither a libpq URI nor key=value text";
}

} // namespace

result<void> check_url(const std::string& url) {
  char* said = nullptr;
  const options parsed(PQconninfoParse(url.c_str(), &said), PQconninfoFree);
  const std::unique_ptr<char, decltype(&PQfreemem)> kept(said, PQfreemem);
  if (!parsed) return refused(in_our_words(said == nullptr ? "" : said));
  // A password whose / or @ is not encoded parses all the same, into a wrong host, port or database name.
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
    const auto signs = std::ranges::count(url, '@');
    if (signs > 1 || (signs == 1 && value_of(parsed, "user").empty()))
      return refused("an @ that does not stand between user and host; write / and @ in a password as %2F and %40");
  }
  if (!are_ports(value_of(parsed, "port")))
    return refused("the port is no number from 1 to 65535; write /, : and @ in a password as %2F, %3A and %40");
  for (const auto name : numbers)
    if (const auto value = value_of(parsed, name); !value.empty() && !is_number(value, -1, 1'000'000'000))
      return refused(std::string(name) + " must be a whole number");
  return {};
}

std::string one_line(std::string_view said) {
  std::string out;
  while (!said.empty()) {
    const auto end = said.find('\n');
    auto line = said.substr(0, end);
    said.remove_prefix(end == std::string_view::npos ? said.size() : end + 1);
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) continue;
    line = line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
    if (!out.empty()) out += "; ";
    out += line;
  }
  return out;
}

} // namespace listingd::store
