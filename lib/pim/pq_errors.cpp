#include "pim/pq_errors.hpp"

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

namespace listingd::pim::pq {

namespace {

/// Beginnings of SQLSTATEs after which the same statement may go through later (PostgreSQL, appendix A).
constexpr std::string_view transient[] = {
    "08",    // connection exceptions
    "25P03", // idle in a transaction for too long
    "40",    // serialization, deadlock, conflict with recovery on a standby
    "53",    // out of memory, disk or connections
    "55P03", // a lock cannot be had
    "57",    // cancelled by timeout or operator, shutting down, starting up
    "58",    // trouble of its system
    "72",    // snapshot too old
    "XX",    // trouble inside
};

/// What the server says to someone whom it will not let in later either.
constexpr std::string_view not_let_in[] = {
    "authentication failed",     "no pg_hba.conf entry", "does not exist",
    "permission denied",         "no password supplied", "is not permitted",
    "certificate verify failed", "does not support SSL",
};

std::unexpected<error> for_a_person(std::string where, std::string code, std::string message) {
  return std::unexpected(error{.kind = error_kind::needs_human,
                               .code = std::move(code),
                               .message = std::move(message),
                               .where = std::move(where)});
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const auto end = text.find('\n');
    out.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

/// libpq puts what it was given in front and the answer behind; the answer alone, or nothing.
std::string_view answer_in(std::string_view line) {
  constexpr std::string_view closed = "server closed";
  if (line.starts_with(closed)) return line;
  std::size_t from = 0;
  for (const std::string_view before : {"failed: ", "to address: ", "FATAL:  ", "ERROR:  "})
    if (const auto at = line.rfind(before); at != std::string_view::npos) from = std::max(from, at + before.size());
  return from == 0 ? std::string_view() : line.substr(from);
}

std::string without(std::string text, std::string_view hidden) {
  for (std::size_t at = 0; !hidden.empty() && (at = text.find(hidden, at)) != std::string::npos;)
    text.replace(at, hidden.size(), "***");
  return text;
}

std::string field(const PGresult* answer, int which) {
  const char* const value = PQresultErrorField(answer, which);
  return value == nullptr ? "" : value;
}

/// A password whose @ or / is not encoded reads as an URI all the same, with another host or port.
bool is_misread(const std::string& url, const PQconninfoOption* read) {
  if (!url.starts_with("postgresql://") && !url.starts_with("postgres://")) return false;
  std::string_view user, port;
  for (const auto* one = read; one->keyword != nullptr; ++one) {
    const std::string_view value = one->val == nullptr ? "" : one->val;
    if (std::string_view("user") == one->keyword) user = value;
    if (std::string_view("port") == one->keyword) port = value;
  }
  const auto signs = std::ranges::count(url, '@');
  const bool numbers = port.find_first_not_of("0123456789,") == std::string_view::npos;
  return !numbers || signs > 1 || (signs == 1 && user.empty());
}

} // namespace

result<void> check_url(const secret& url, const std::string& where) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> read(
      PQconninfoParse(url.reveal().c_str(), nullptr), PQconninfoFree);
  if (!read) return for_a_person(where, "database_url", "the url is neither a libpq URI nor key=value text");
  if (is_misread(url.reveal(), read.get()))
    return for_a_person(where, "database_url", "the url is misread; write / : and @ in a password as %2F %3A and %40");
  return {};
}

std::string said_by(const PGconn* connection) {
  std::vector<std::string_view> told;
  for (const auto line : lines_of(PQerrorMessage(connection)))
    if (const auto one = answer_in(line); !one.empty() && std::ranges::find(told, one) == told.end())
      told.push_back(one);
  std::string out;
  for (const auto one : told) out += (out.empty() ? "" : "; ") + std::string(one);
  return without(out.empty() ? "nothing more is known" : out, PQpass(connection));
}

std::unexpected<error> not_connected(const PGconn* connection, const std::string& where) {
  const auto said = said_by(connection);
  if (std::ranges::any_of(not_let_in, [&](auto words) { return said.find(words) != std::string::npos; }))
    return for_a_person(where, "database_refused", "the database does not let us in: " + said);
  return try_again(where, "database_unreachable", "the database cannot be reached: " + said);
}

std::unexpected<error> refused(const PGresult* answer, const std::string& where) {
  const auto state = field(answer, PG_DIAG_SQLSTATE);
  auto message = field(answer, PG_DIAG_MESSAGE_PRIMARY);
  if (const auto hint = field(answer, PG_DIAG_MESSAGE_HINT); !hint.empty()) message += "; " + hint;
  if (const auto at = field(answer, PG_DIAG_STATEMENT_POSITION); !at.empty()) message += ", at character " + at;
  if (state == "57014") return try_again(where, "timeout", std::move(message));
  if (std::ranges::any_of(transient, [&](auto beginning) { return state.starts_with(beginning); }))
    return try_again(where, state, std::move(message));
  return for_a_person(where, state, std::move(message));
}

} // namespace listingd::pim::pq
