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

database::~database() { pool_.join(); }

pqxx::connection& database::connection() {
  if (!mine.connection || mine.url != url_) {
    mine.connection.reset();
    mine = {url_, open_connection(url_)};
  }
  return *mine.connection;
}

void database::drop_connection() { mine.connection.reset(); }

} // namespace listingd::store
