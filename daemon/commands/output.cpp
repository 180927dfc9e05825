#include "commands/commands.hpp"

#include "model/json.hpp"
#include "net/transport.hpp"
#include "store/open_store.hpp"

#include <iostream>

namespace listingd::commands {

namespace {

std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

} // namespace

void print_table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& cell : head) widths.push_back(width_of(cell));
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  const auto print = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line += std::string(widths[i] - width_of(row[i]) + 2, ' ');
    }
    std::cout << line << '\n';
  };
  print(head);
  for (const auto& row : rows) print(row);
}

void print_json(const boost::json::value& value) {
  std::cout << boost::json::serialize(value) << '\n';
}

std::string distance(instant from, instant to) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(to - from).count();
  const auto size = seconds < 0 ? -seconds : seconds;
  if (size < 1) return "now";
  std::string text = size < 120         ? std::to_string(size) + " s"
                     : size < 7200      ? std::to_string(size / 60) + " min"
                     : size < 2 * 86400 ? std::to_string(size / 3600) + " h"
                                        : std::to_string(size / 86400) + " d";
  return seconds < 0 ? text + " ago" : "in " + text;
}

std::unique_ptr<sync::store> open_database(const config::settings& settings, bool with_secrets) {
  std::vector<store::master_key> keys;
  if (with_secrets)
    for (const auto& [id, bytes] : settings.master_keys) keys.push_back({id, bytes});
  return store::open_store({.url = settings.database_url, .connections = 1, .master_keys = std::move(keys)});
}

result<json::value> ask_daemon(const config::settings& settings, const std::string& path, const json::value& body) {
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
  if (!answer) return std::unexpected(answer.error());
  auto read = parse_json(answer->body, "the daemon's answer");
  if (!read) return read;
  if (answer->status != 200) return bad_data("listingd serve", "refused", text_at(*read, "error"));
  return read;
}

} // namespace listingd::commands
