#include "store/sql.hpp"

namespace listingd::store {

namespace {

constexpr char figures[] = "0123456789abcdef";

int figure(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

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
    for (const char c : value) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return put(out + "}");
}

pqxx::result query(pqxx::work& work, const std::string& statement, const args& values) {
#if defined(PQXX_VERSION_MAJOR) && PQXX_VERSION_MAJOR >= 7
  pqxx::params parameters;
  for (const auto& value : values.values_) parameters.append(value);
#if PQXX_VERSION_MAJOR > 7 || PQXX_VERSION_MINOR >= 10
  return work.exec(statement, parameters);
#else
  return work.exec_params(statement, parameters);
#endif
#else
  std::vector<const char*> parameters;
  parameters.reserve(values.values_.size());
  for (const auto& value : values.values_) parameters.push_back(value ? value->c_str() : nullptr);
  return work.exec_params(statement, pqxx::prepare::make_dynamic_params(parameters.begin(), parameters.end()));
#endif
}

std::unique_ptr<pqxx::connection> open_connection(const std::string& url) {
  auto connection = std::make_unique<pqxx::connection>(url);
#if !defined(PQXX_VERSION_MAJOR) || PQXX_VERSION_MAJOR < 7
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations" // 6.4 says "will go away"; until then it must be asked for
  connection->inhibit_reactivation(true);
#pragma GCC diagnostic pop
#endif
  pqxx::work work(*connection);
  query(work, "set statement_timeout = '60s'");
  query(work, "set lock_timeout = '20s'");
  query(work, "set client_min_messages = 'warning'");
  work.commit();
  return connection;
}

std::string text(const pqxx::field& field) { return field.is_null() ? std::string{} : std::string(field.c_str()); }
std::int64_t number(const pqxx::field& field) { return field.is_null() ? 0 : field.as<std::int64_t>(); }
bool flag(const pqxx::field& field) { return !field.is_null() && field.as<bool>(); }

std::optional<instant> when(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return instant{duration{field.as<std::int64_t>()}};
}

boost::json::value json_of(const pqxx::field& field) {
  return field.is_null() ? boost::json::value{} : boost::json::parse(field.c_str());
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
