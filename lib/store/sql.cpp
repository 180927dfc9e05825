#include "store/sql.hpp"

#include "store/database_url.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace listingd::store {

namespace {

constexpr char figures[] = "0123456789abcdef";

int figure(char c) {
  return c <= '9' ? c - '0' : c - 'a' + 10;
}

constexpr std::size_t deepest_json = 512; // deeper than what was read from outside (64) can ever become

/// Every wait has a deadline: for the connection, and for a network that swallows packets in the middle of a statement.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> defaults{{
    {"connect_timeout", "10"},
    {"tcp_user_timeout", "60000"},
    {"client_encoding", "UTF8"},
    {"fallback_application_name", "listingd"},
}};

std::string with_defaults(std::string url) {
  const bool uri = url.starts_with("postgresql://") || url.starts_with("postgres://");
  for (const auto& [name, value] : defaults) {
    if (url.find(name) != std::string::npos) continue;
    const char* const separator = !uri ? " " : url.find('?') == std::string::npos ? "?" : "&";
    url.append(separator).append(name).append("=").append(value);
  }
  return url;
}

/// What libpq says may go on, in one line, unless it is about the url itself, which it quotes.
std::unique_ptr<pqxx::connection> connected(const std::string& url) {
  try {
    return std::make_unique<pqxx::connection>(url);
  } catch (const pqxx::broken_connection& problem) {
    const auto said = one_line(problem.what());
    throw pqxx::broken_connection(
        said.starts_with("invalid ") ? "libpq does not take the value of an option in the url of [database]" : said);
  }
}

#if PQXX_VERSION_MAJOR >= 7
/// From 7.10 on exec() takes parameters and exec_params() is deprecated; before, it is the other way round.
template <class Work, class Parameters>
pqxx::result run(Work& work, const std::string& statement, const Parameters& parameters) {
  if constexpr (requires { work.exec(statement, parameters); })
    return work.exec(statement, parameters);
  else
    return work.exec_params(statement, parameters);
}
#endif

} // namespace

args& args::bytes(std::string_view value) {
  std::string hex = "\\x";
  hex.reserve(2 + value.size() * 2);
  for (const unsigned char c : value) {
    hex += figures[c >> 4];
    hex += figures[c & 15];
  }
  return put(std::move(hex));
}

args& args::list(const std::vector<std::string>& values) {
  std::string out = "{";
  for (const auto& value : values) {
    if (out.size() > 1) out += ',';
    out += '"';
    for (const char c : clean_text(value)) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return put(out + "}");
}

pqxx::result query(pqxx::work& work, const std::string& statement, const args& values) {
#if PQXX_VERSION_MAJOR >= 7
  pqxx::params parameters;
  for (const auto& value : values.values_)
    if (value)
      parameters.append(*value);
    else
      parameters.append();
  return run(work, statement, parameters);
#else
  std::vector<const char*> parameters;
  parameters.reserve(values.values_.size());
  for (const auto& value : values.values_) parameters.push_back(value ? value->c_str() : nullptr);
  return work.exec_params(statement, pqxx::prepare::make_dynamic_params(parameters.begin(), parameters.end()));
#endif
}

std::unique_ptr<pqxx::connection> open_connection(const std::string& url) {
  if (const auto fine = check_url(url); !fine) throw std::runtime_error(fine.error().text());
  auto connection = connected(with_defaults(url));
#if PQXX_VERSION_MAJOR < 7
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations" // 6.4 says "will go away"; until then it must be asked for
  connection->inhibit_reactivation(true);
#pragma GCC diagnostic pop
#endif
  return connection;
}

void bound(pqxx::work& work) {
  work.exec("set local statement_timeout = '60s'; set local lock_timeout = '20s'");
}
void unbound(pqxx::work& work) {
  work.exec("set local statement_timeout = 0; set local lock_timeout = 0");
}

std::string text(const pqxx::field& field) {
  return field.is_null() ? std::string{} : std::string(field.c_str());
}
std::int64_t number(const pqxx::field& field) {
  return field.is_null() ? 0 : field.as<std::int64_t>();
}
bool flag(const pqxx::field& field) {
  return !field.is_null() && field.as<bool>();
}

std::optional<instant> when(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return instant{duration{field.as<std::int64_t>()}};
}

boost::json::value json_of(const pqxx::field& field) {
  if (field.is_null()) return {};
  return boost::json::parse(field.c_str(), {}, boost::json::parse_options{.max_depth = deepest_json});
}

std::string bytes(const pqxx::field& field) {
  const auto hex = text(field);
  std::string out;
  out.reserve(hex.size() / 2);
  for (std::size_t i = 2; i + 1 < hex.size(); i += 2)
    out += static_cast<char>(figure(hex[i]) * 16 + figure(hex[i + 1]));
  return out;
}

} // namespace listingd::store
