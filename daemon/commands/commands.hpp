// The commands of `listingd`. Each reads or writes the database and prints a table for people or JSON for machines;
// what needs a call to the outside is done by the running daemon. Exit codes: 0 done, 1 failed, 2 usage or
// configuration, 3 attention needed (tables only: JSON says it in its rows).
#pragma once

#include "config/settings.hpp"
#include "sync/store.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace listingd::commands {

inline constexpr int done = 0, failed = 1, misused = 2, attention = 3;

enum class key_action { list, rotate, reseal, forget };

struct options {
  std::string config = "/etc/listingd/listingd.toml";
  bool json = false;
  std::string app, market, code, shop, product, source;
  std::string state, app_key;            ///< of connect: what stood beside the code in the address of the redirect
  std::int64_t confirm = 0, decline = 0; ///< of connect: number of an install that waits; 0 = none
  bool full = false, wait = false, all = false, reference = false;
  bool until_settled = false;
  int expect = 0;
  duration timeout{0}; ///< of watch; 0 = none
  key_action keys = key_action::list;
  std::string key;      ///< of keys forget: its id
  bool damaged = false; ///< of keys forget: what is damaged, too
  bool yes = false;     ///< nobody is asked
};

int serve(const config::settings& settings, const options& asked);
int migrate(const config::settings& settings, const options& asked);
int check(const config::settings& settings, const options& asked);
int connect(const config::settings& settings, const options& asked);
int shops(const config::settings& settings, const options& asked);
int alerts(const config::settings& settings, const options& asked);
int sync(const config::settings& settings, const options& asked);
int sources(const config::settings& settings, const options& asked);
int plan(const config::settings& settings, const options& asked);
int why(const config::settings& settings, const options& asked);
int status(const config::settings& settings, const options& asked);
int violations(const config::settings& settings, const options& asked);
int remediations(const config::settings& settings, const options& asked);
int requeue(const config::settings& settings, const options& asked);
int watch(const config::settings& settings, const options& asked);
int keys(const config::settings& settings, const options& asked);

/// The database of the settings; with_secrets opens tokens too. Throws std::runtime_error with a plain sentence when it
/// cannot be reached or does not have this version's schema.
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

/// False, said on stderr, when the shop or the product that was asked for is not there.
[[nodiscard]] bool asked_exists(sync::store& db, const config::settings& settings, const options& asked);
/// What keeps a shop's listings from any work, with the remedy; empty when nothing does.
[[nodiscard]] std::string shop_obstacle(const std::vector<sync::connected_shop>& connected,
                                        const config::settings& settings, const shop_id& shop);

/// Asks the running daemon through its operator listener: POST path with a JSON body, the token added. Refused with
/// daemon_silent when nobody answers there.
[[nodiscard]] result<boost::json::value> ask_daemon(const config::settings& settings, const std::string& path,
                                                    const boost::json::value& body);

/// Columns as wide as their widest cell; on a terminal the last one is wrapped under itself. Wide characters count as
/// their code points, and control characters are shown as printable() does.
void print_table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows);
/// The same for rows that begin with a shop, which is shown when they are of more than one.
void print_table_by_shop(std::vector<std::string> head, std::vector<std::vector<std::string>> rows);
/// JSON null instead of an empty text or an absent time.
[[nodiscard]] boost::json::value or_null(const std::string& text);
[[nodiscard]] boost::json::value or_null(const std::optional<instant>& at);
[[nodiscard]] boost::json::array json_list(const std::vector<std::string>& texts);
/// "1 listing", "2 listings".
[[nodiscard]] std::string counted(std::size_t number, std::string_view what);
void print_json(const boost::json::value& value);
/// "in 3 d", "2 h ago", "now".
[[nodiscard]] std::string distance(instant from, instant to);

} // namespace listingd::commands
