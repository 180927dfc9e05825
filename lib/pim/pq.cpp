#include "pim/pq.hpp"

#include "pim/pq_errors.hpp"

#include <algorithm>
#include <new>
#include <poll.h>

namespace listingd::pim::pq {

namespace {

/// False when the time is up first.
bool readable(int socket, std::chrono::steady_clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd one{.fd = socket, .events = POLLIN, .revents = 0};
    if (::poll(&one, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000))) > 0) return true;
  }
}

void take(const PGresult* from, answer& into, std::size_t& bytes) {
  if (into.columns.empty())
    for (int i = 0; i < PQnfields(from); ++i) into.columns.emplace_back(PQfname(from, i));
  for (int row = 0; row < PQntuples(from); ++row) {
    auto& values = into.rows.emplace_back();
    for (int i = 0; i < PQnfields(from); ++i) {
      const auto size = static_cast<std::size_t>(PQgetlength(from, row, i));
      bytes += size;
      values.push_back(PQgetisnull(from, row, i) != 0 ? text() : text(std::in_place, PQgetvalue(from, row, i), size));
    }
  }
}

} // namespace

const text& answer::at(std::size_t row, std::string_view column) const {
  static const text null;
  const auto found = std::ranges::find(columns, column);
  return found == columns.end() ? null : rows[row][static_cast<std::size_t>(found - columns.begin())];
}

const description::column* description::find(std::string_view name) const {
  const auto found = std::ranges::find(columns, name, &column::name);
  return found == columns.end() ? nullptr : &*found;
}

result<connection> connection::open(const secret& url, patience limits, const std::string& where) {
  if (auto checked = check_url(url, where); !checked) return std::unexpected(checked.error());
  const auto seconds = std::to_string(std::chrono::ceil<std::chrono::seconds>(limits.connect).count());
  // What stands before the URL is a default that it may change; what stands after it is not.
  const char* const names[] = {"connect_timeout", "fallback_application_name", "dbname", "client_encoding", nullptr};
  const char* const values[] = {seconds.c_str(), "listingd", url.reveal().c_str(), "UTF8", nullptr};
  connection out(PQconnectdbParams(names, values, 1), limits);
  if (!out.handle_) throw std::bad_alloc();
  if (PQstatus(out.handle_.get()) != CONNECTION_OK) return not_connected(out.handle_.get(), where);
  return out;
}

result<answer> connection::ask(const std::string& sql, const std::vector<text>& values, bounds most,
                               const std::string& where) {
  std::vector<const char*> pointers;
  for (const auto& value : values) pointers.push_back(value ? value->c_str() : nullptr);
  if (PQsendQueryParams(handle_.get(), sql.c_str(), static_cast<int>(values.size()), nullptr, pointers.data(), nullptr,
                        nullptr, 0) == 0)
    return lost(where);
  PQsetSingleRowMode(handle_.get());
  const auto until = due();
  answer out;
  for (std::size_t bytes = 0;;) {
    auto part = next(until, where);
    if (!part) return std::unexpected(part.error());
    if (!*part) return out;
    const bool full = out.rows.size() >= most.rows || bytes >= most.bytes;
    if (full)
      out.cut = out.cut || PQntuples(part->get()) > 0;
    else
      take(part->get(), out, bytes);
  }
}

result<void> connection::run(const std::string& sql, const std::string& where) {
  if (PQsendQuery(handle_.get(), sql.c_str()) == 0) return lost(where);
  if (auto done = last(where); !done) return std::unexpected(done.error());
  return {};
}

result<description> connection::describe(const std::string& sql, const std::string& where) {
  if (PQsendPrepare(handle_.get(), "", sql.c_str(), 0, nullptr) == 0) return lost(where);
  if (auto prepared = last(where); !prepared) return std::unexpected(prepared.error());
  if (PQsendDescribePrepared(handle_.get(), "") == 0) return lost(where);
  auto told = last(where);
  if (!told) return std::unexpected(told.error());
  description out{.parameters = PQnparams(told->get()), .columns = {}};
  for (int i = 0; i < PQnfields(told->get()); ++i)
    out.columns.push_back({.name = PQfname(told->get(), i), .type = PQftype(told->get(), i)});
  return out;
}

connection::deadline connection::due() const {
  // The server ends a statement that takes too long; only a server or a network that hangs is left to us.
  return std::chrono::steady_clock::now() + limits_.statement + limits_.connect;
}

std::unexpected<error> connection::lost(const std::string& where) const {
  return try_again(where, "database_lost", "the connection to the database was lost: " + said_by(handle_.get()));
}

/// The next result; null after the last.
result<connection::result_handle> connection::next(deadline until, const std::string& where) {
  while (PQisBusy(handle_.get()) != 0) {
    if (!readable(PQsocket(handle_.get()), until))
      return try_again(where, "timeout", "the database does not answer: it, or the network, hangs");
    if (PQconsumeInput(handle_.get()) == 0) return lost(where);
  }
  result_handle out(PQgetResult(handle_.get()));
  if (out && PQresultStatus(out.get()) == PGRES_FATAL_ERROR) {
    if (PQstatus(handle_.get()) != CONNECTION_OK && PQresultErrorField(out.get(), PG_DIAG_SQLSTATE) == nullptr)
      return lost(where);
    return refused(out.get(), where);
  }
  return out;
}

/// The last of the results that a command has.
result<connection::result_handle> connection::last(const std::string& where) {
  const auto until = due();
  result_handle kept;
  for (;;) {
    auto one = next(until, where);
    if (!one) return one;
    if (!*one) return kept;
    kept = std::move(*one);
  }
}

} // namespace listingd::pim::pq
