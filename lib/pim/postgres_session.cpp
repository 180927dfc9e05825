#include "pim/postgres_session.hpp"

#include <algorithm>
#include <charconv>
#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

/// pg_type.dat; fixed since ever.
struct type_name {
  std::string_view name;
  Oid type;
};
constexpr type_name types[] = {
    {"bigint", 20},        {"integer", 23}, {"smallint", 21}, {"text", 25},   {"timestamp without time zone", 1114},
    {"timestamptz", 1184}, {"json", 114},   {"jsonb", 3802},  {"xid8", 5069}, {"xid", 28},
};

struct column_rule {
  std::string_view name;
  std::string_view types; ///< space between; empty = any
  std::string_view advice;
};

/// A form that a statement can have; of those for the same option the first with the right number of parameters counts.
struct form {
  postgres_query which;
  std::string_view shape; ///< "" = any
  int parameters;
  std::string_view meaning;
  std::vector<column_rule> columns;
};

constexpr column_rule key{"key", "", ""};
constexpr column_rule payload{"payload", "json jsonb", "build it with jsonb_build_object"};
constexpr column_rule seq{"seq", "bigint integer smallint", ""};
constexpr column_rule op{"op", "", "select 'upsert' or 'delete'"};
constexpr column_rule xid{"xid", "xid8 bigint", "keep pg_current_xact_id() in the log; the 32 bits of xid repeat"};
constexpr column_rule deleted_at{"deleted_at", "", "select null as deleted_at where there is none"};
constexpr column_rule updated_at{"updated_at", "timestamptz",
                                 "say its zone: select updated_at at time zone 'UTC' as updated_at, and compare with "
                                 "$1::timestamptz at time zone 'UTC'"};

const std::vector<form>& forms() {
  using enum postgres_query;
  static const std::vector<form> all = {
      {changes, "change_log", 3, "$1 xid, $2 seq, $3 limit", {xid, seq, key, op, payload}},
      {changes, "change_log", 2, "$1 seq, $2 limit", {seq, key, op, payload}},
      {changes, "keyset", 3, "$1 updated_at, $2 id, $3 limit", {updated_at, key, deleted_at, payload}},
      {full, "", 2, "$1 last key, $2 limit", {key, payload}},
      {keys, "", 2, "$1 last key, $2 limit", {key}},
      {record, "", 1, "$1 key", {payload}},
      {count, "", 0, "none", {}},
  };
  return all;
}

std::string_view type_text(Oid type) {
  const auto* const found = std::ranges::find(types, type, &type_name::type);
  return found == std::end(types) ? "another type" : found->name;
}

bool is_one_of(Oid type, std::string_view allowed) {
  if (allowed.empty()) return true;
  return fmt::format(" {} ", allowed).contains(fmt::format(" {} ", type_text(type)));
}

std::string in_words(std::string_view allowed) {
  std::string out(allowed);
  for (std::size_t at = 0; (at = out.find(' ', at)) != std::string::npos; at += 4) out.replace(at, 1, " or ");
  return out;
}

/// What the column must be and is not; empty when it is right.
std::string mistake_in(const column_rule& rule, const pq::description& is) {
  const auto* const column = is.find(rule.name);
  const auto advice = rule.advice.empty() ? "" : fmt::format(" ({})", rule.advice);
  if (column == nullptr) return fmt::format("does not give the column '{}'{}", rule.name, advice);
  if (is_one_of(column->type, rule.types)) return "";
  return fmt::format("gives '{}' as {}; it must be {}{}", rule.name, type_text(column->type), in_words(rule.types),
                     advice);
}

/// Empty when the statement is what its option asks for.
std::string mistake_in(postgres_query which, std::string_view shape, const pq::description& is) {
  std::string meanings;
  for (const auto& one : forms()) {
    if (one.which != which || (!one.shape.empty() && one.shape != shape)) continue;
    meanings += (meanings.empty() ? "" : ", or ") + fmt::format("{} ({})", one.parameters, one.meaning);
    if (one.parameters != is.parameters) continue;
    if (is.columns.empty()) return "gives no column";
    for (const auto& rule : one.columns)
      if (auto mistake = mistake_in(rule, is); !mistake.empty()) return mistake;
    return "";
  }
  return fmt::format("has {} parameters; it must have {}", is.parameters, meanings);
}

std::string place_of(const postgres_options& options, postgres_query which) {
  return fmt::format("source {}: {}", options.name.text(), name_of(which));
}

} // namespace

std::string_view name_of(postgres_query which) {
  constexpr std::string_view names[] = {"changes_sql", "full_sql", "keys_sql", "record_sql", "count_sql"};
  return names[static_cast<std::size_t>(which)];
}

const std::string& sql_of(postgres_query which, const postgres_options& options) {
  const std::string* const all[] = {&options.changes_sql, &options.full_sql, &options.keys_sql, &options.record_sql,
                                    &options.count_sql};
  return *all[static_cast<std::size_t>(which)];
}

std::unexpected<error> wrong_answer(const postgres_options& options, postgres_query which, std::string message) {
  return std::unexpected(error{.kind = error_kind::needs_human,
                               .code = "wrong_sql",
                               .message = std::move(message),
                               .where = place_of(options, which)});
}

error began_again(const postgres_options& options, const std::string& why) {
  auto out = wrong_answer(options, postgres_query::changes, "the reading begins again: " + why).error();
  out.code = "began_again";
  return out;
}

result<std::unique_ptr<postgres_session>> postgres_session::open(const postgres_options& options) {
  auto database =
      pq::connection::open(options.url, {.connect = options.connect_timeout, .statement = options.statement_timeout},
                           "source " + options.name.text());
  if (!database) return std::unexpected(database.error());
  std::unique_ptr<postgres_session> out(new postgres_session(std::move(*database), options));
  if (auto begun = out->begin(); !begun) return std::unexpected(begun.error());
  if (auto checked = out->check(); !checked) return std::unexpected(checked.error());
  if (auto ended = out->end(); !ended) return std::unexpected(ended.error());
  return out;
}

template <class Question>
auto postgres_session::watched(const std::string& what, Question question) {
  if (options_.watch) options_.watch(what, false);
  auto out = question();
  if (options_.watch) options_.watch(what, true);
  return out;
}

result<void> postgres_session::check() {
  using enum postgres_query;
  if (!options_.keys_sql.empty() && options_.record_sql.empty())
    return wrong_answer(options_, keys, "needs record_sql beside it, which tells whether a product is gone");
  const auto shape = options_.shape == postgres_shape::keyset ? "keyset" : "change_log";
  for (const auto which : {changes, full, keys, record, count}) {
    const auto& sql = sql_of(which, options_);
    if (sql.empty() && which != changes) continue;
    const auto is = watched(fmt::format("check of {}", name_of(which)),
                            [&] { return database_.describe(sql, place_of(options_, which)); });
    if (!is) return std::unexpected(is.error());
    if (auto mistake = mistake_in(which, shape, *is); !mistake.empty())
      return wrong_answer(options_, which, std::move(mistake));
    if (which != changes) continue;
    has_xid_ = is->parameters == 3 && options_.shape == postgres_shape::change_log;
    has_id_ = is->find("id") != nullptr;
  }
  return {};
}

result<void> postgres_session::begin() {
  // Local to the transaction, so that a pooler may hand the connection to someone else in between.
  return database_.run(fmt::format("begin isolation level repeatable read read only; set local statement_timeout = {}; "
                                   "set local idle_in_transaction_session_timeout = {}; set local timezone = 'UTC'; "
                                   "set local datestyle = 'ISO'",
                                   options_.statement_timeout.count(),
                                   (options_.statement_timeout + options_.connect_timeout).count()),
                       "source " + options_.name.text());
}

result<void> postgres_session::end() {
  return database_.run("commit", "source " + options_.name.text());
}

result<pq::answer> postgres_session::ask(postgres_query which, const std::vector<pq::text>& values) {
  const pq::bounds page{.rows = static_cast<std::size_t>(options_.page_rows), .bytes = options_.page_bytes};
  return watched(std::string(name_of(which)),
                 [&] { return database_.ask(sql_of(which, options_), values, page, place_of(options_, which)); });
}

result<pq::answer> postgres_session::ask(const std::string& sql, const std::vector<pq::text>& values) {
  return database_.ask(sql, values, {}, "source " + options_.name.text());
}

result<std::optional<std::int64_t>> postgres_session::count() {
  if (options_.count_sql.empty()) return std::nullopt;
  const auto rows = ask(postgres_query::count, {});
  if (!rows) return std::unexpected(rows.error());
  const auto text = rows->rows.empty() ? std::string() : rows->rows[0][0].value_or("");
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size())
    return wrong_answer(options_, postgres_query::count, "does not give a whole number");
  return number;
}

} // namespace listingd::pim
