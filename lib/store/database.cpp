#include "store/database.hpp"

#include <memory>
#include <utility>

namespace listingd::store {

namespace {

/// One connection a thread, kept with the URL it belongs to: tests run several databases in one process.
struct thread_connection {
  std::string url;
  std::unique_ptr<pqxx::connection> connection;
};
thread_local thread_connection mine;

} // namespace

database::database(std::string url, std::size_t connections) : url_(std::move(url)), pool_(connections) {}

database::~database() {
  pool_.join();
}

pqxx::connection& database::connection() {
  if (!mine.connection || mine.url != url_) {
    mine.connection.reset();
    mine = {url_, open_connection(url_)};
  }
  return *mine.connection;
}

bool database::may_repeat(const std::exception& problem, int attempt) {
  // A server that goes away says so in a plain sql_error, so the connection itself is asked, not the exception's type.
  const bool lost = !mine.connection || !mine.connection->is_open();
  if (lost) mine.connection.reset();
  if (dynamic_cast<const pqxx::in_doubt_error*>(&problem) != nullptr) return false;
  if (lost) return attempt < 2;
  const bool transient = dynamic_cast<const pqxx::serialization_failure*>(&problem) != nullptr ||
                         dynamic_cast<const pqxx::deadlock_detected*>(&problem) != nullptr;
  return transient && attempt < 3;
}

} // namespace listingd::store
