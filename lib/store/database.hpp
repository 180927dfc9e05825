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

  /// Runs `work` in one transaction on a pool thread and commits. It may run again (so it must not eat what it
  /// captured): serialization failures and deadlocks are tried up to three times, a connection that died before the
  /// commit is replaced once. Everything else travels to the caller, a commit that may or may not have happened
  /// included.
  template <class Work>
  task<std::invoke_result_t<Work, pqxx::work&>> transact(Work work) {
    auto attempt = [this, work = std::move(work)]() mutable { return on_this_thread(work); };
    co_return co_await async::on_pool(pool_, std::move(attempt));
  }

private:
  template <class Work>
  std::invoke_result_t<Work, pqxx::work&> on_this_thread(Work& work) {
    for (int attempt = 1;; ++attempt) {
      try {
        return once(work);
      } catch (const std::exception& problem) {
        if (!may_repeat(problem, attempt)) throw;
      }
    }
  }

  template <class Work>
  std::invoke_result_t<Work, pqxx::work&> once(Work& work) {
    pqxx::work transaction(connection());
    bound(transaction);
    if constexpr (std::is_void_v<std::invoke_result_t<Work, pqxx::work&>>) {
      work(transaction);
      transaction.commit();
    } else {
      auto answer = work(transaction);
      transaction.commit();
      return answer;
    }
  }

  pqxx::connection& connection();
  /// Drops a connection that has died; true when nothing was committed and another attempt is worth it.
  static bool may_repeat(const std::exception& problem, int attempt);
  std::string url_;
  asio::thread_pool pool_;
};

} // namespace listingd::store
