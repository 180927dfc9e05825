#include "commands/commands.hpp"

#include "log/log.hpp"
#include "master_keys.hpp"
#include "model/json.hpp"
#include "net/transport.hpp"
#include "store/migrations.hpp"
#include "store/open_store.hpp"

#include <iostream>
#include <stdexcept>

namespace listingd::commands {

void print_json(const boost::json::value& value) {
  std::cout << boost::json::serialize(value) << '\n';
}

json::value or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}
json::value or_null(const std::optional<instant>& at) {
  return at ? json::value(to_text(*at)) : json::value(nullptr);
}

json::array json_list(const std::vector<std::string>& texts) {
  json::array out;
  for (const auto& one : texts) out.push_back(json::value(one));
  return out;
}

std::string distance(instant from, instant to) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(to - from).count();
  const auto size = seconds < 0 ? -seconds : seconds;
  if (size < 1) return "now";
  std::string text = size < 120       ? std::to_string(size) + " s"
                     : size < 7200    ? std::to_string(size / 60) + " min"
                     : size < 172'800 ? std::to_string(size / 3600) + " h"
                                      : std::to_string(size / 86400) + " d";
  return seconds < 0 ? text + " ago" : "in " + text;
}

std::unique_ptr<sync::store> open_database(const config::settings& settings, bool with_secrets) {
  if (const auto current = store::check_schema(settings.database_url, store::embedded_migrations()); !current)
    throw std::runtime_error(current.error().text());
  return store::open_store({.url = settings.database_url,
                            .connections = 1,
                            .instance = "",
                            .sealing = with_secrets ? make_sealer(settings, log::writer()) : std::nullopt});
}

result<json::value> ask_daemon(const config::settings& settings, const std::string& path, const json::value& body) {
  if (settings.operator_listen.empty() || settings.operator_token.empty())
    return our_bug("", "", "the daemon cannot be asked before the mistakes of [operator] are mended");
  net::http_request request{.method = "POST",
                            .url = "http://" + settings.operator_listen + path,
                            .headers = {{"Content-Type", "application/json"},
                                        {"Authorization", "Bearer " + settings.operator_token.reveal()}},
                            .body = json::serialize(body)};
  // The client lives inside the loop that run() makes: its connections must not outlive it.
  auto answer = run([](net::http_request what) -> task<result<net::http_response>> {
    const auto client = net::make_client({});
    co_return co_await client->send(std::move(what));
  }(std::move(request)));
  if (!answer && answer.error().kind == error_kind::retry && !answer.error().maybe_done)
    return try_again("", "daemon_silent",
                     "the daemon does not answer at " + settings.operator_listen + "; start it with: listingd serve");
  if (!answer) return std::unexpected(answer.error());
  auto read = parse_json(answer->body, "the daemon's answer");
  if (!read) return read;
  if (answer->status != 200) return bad_data("listingd serve", "refused", text_at(*read, "error"));
  return read;
}

} // namespace listingd::commands
