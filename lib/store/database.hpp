// The bridge between the event loop and PostgreSQL: a pool of threads, each with its own connection. `transact` is the
// only way from a coroutine to the database.
#pragma once

#include "async/run.hpp"
#include "store/sql.hpp"

#include <string>

namespace listingd::store {

class database {
public:
  /// `url`: libpq URI or key=value text. Connections are opened on first use.
  database(std::string url, std::size_t connections);
  ~database();
  database(const database&) = delete;
  database& operator=(const database&) = delete;

  /// Runs `work` in one transaction on a pool thread and commits. Serialization failures and deadlocks are tried up to
  /// three times; a connection found broken before the commit is replaced once. Everything else travels to the caller.
  template <class Work> task<std::invoke_result_t<Work, pqxx::work&>> transact(Work work) {
    auto attempt = [this, work = std::move(work)]() mutable { return on_this_thread(work); };
    co_return co_await async::on_pool(pool_, std::move(attempt));
  }

  /// The same, blocking the calling thread; for migrations and start-up.
  template <class Work> std::invoke_result_t<Work, pqxx::work&> on_this_thread(Work& work) {
    for (int attempt = 1;; ++attempt) {
      try {
        pqxx::work transaction(connection());
        if constexpr (std::is_void_v<std::invoke_result_t<Work, pqxx::work&>>) {
          work(transaction);
          transaction.commit();
          return;
        } else {
          auto answer = work(transaction);
          transaction.commit();
          return answer;
        }
      } catch (const pqxx::in_doubt_error&) {
        drop_connection();
        throw;
      } catch (const pqxx::broken_connection&) {
        drop_connection();
        if (attempt >= 2) throw;
      } catch (const pqxx::serialization_failure&) {
        if (attempt >= 3) throw;
      } catch (const pqxx::deadlock_detected&) {
        if (attempt >= 3) throw;
      }
    }
  }

private:
  pqxx::connection& connection();
  static void drop_connection();
  std::string url_;
  asio::thread_pool pool_;
};

} // namespace listingd::store
