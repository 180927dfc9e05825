// The commands of `listingd`. Each reads or writes the database and prints a table for people or JSON for machines;
// what needs a call to the outside is done by the running daemon. Exit codes: 0 done, 1 failed, 2 usage or
// configuration, 3 attention needed.
#pragma once

#include "config/settings.hpp"
#include "sync/store.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace listingd::commands {

inline constexpr int done = 0, failed = 1, misused = 2, attention = 3;

struct options {
  std::string config = "/etc/listingd/listingd.toml";
  bool json = false;
  std::string app, code, shop, product, source;
  bool full = false, all = false;
  bool until_settled = false;
  int expect = 0;
  duration timeout{0}; ///< of watch; 0 = none
};

int serve(config::settings settings);
int migrate(const config::settings& settings, const options& asked);
int check(const config::settings& settings, const options& asked);
int connect(const config::settings& settings, const options& asked);
int shops(const config::settings& settings, const options& asked);
int sync(const config::settings& settings, const options& asked);
int plan(const config::settings& settings, const options& asked);
int why(const config::settings& settings, const options& asked);
int status(const config::settings& settings, const options& asked);
int violations(const config::settings& settings, const options& asked);
int remediations(const config::settings& settings, const options& asked);
int requeue(const config::settings& settings, const options& asked);
int watch(const config::settings& settings, const options& asked);

/// The database of the settings; with_secrets opens tokens too.
[[nodiscard]] std::unique_ptr<sync::store> open_database(const config::settings& settings, bool with_secrets);

/// Runs a coroutine to its end; for commands, which do one thing after the other.
template <class T>
T run(task<T> job) {
  asio::io_context loop{1};
  std::exception_ptr problem;
  std::optional<T> answer;
  asio::co_spawn(loop, std::move(job), [&](std::exception_ptr failure, T value) {
    problem = std::move(failure);
    answer = std::move(value);
  });
  loop.run();
  if (problem) std::rethrow_exception(problem);
  return std::move(*answer);
}

inline void run(task<void> job) {
  run([](task<void> inner) -> task<bool> {
    co_await std::move(inner);
    co_return true;
  }(std::move(job)));
}

/// Asks the running daemon through its operator listener: POST path with a JSON body, the token added.
[[nodiscard]] result<boost::json::value> ask_daemon(const config::settings& settings, const std::string& path,
                                                    const boost::json::value& body);

/// Columns as wide as their widest cell; the last one is not padded. Wide characters count as their code points.
void print_table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows);
void print_json(const boost::json::value& value);
/// "in 3 d", "2 h ago", "now".
[[nodiscard]] std::string distance(instant from, instant to);

} // namespace listingd::commands
