#include "public/public_site.hpp"

#include "model/digest.hpp"
#include "public/consent_pages.hpp"
#include "tiktok/webhook_event.hpp"
#include "tiktok/webhook_signature.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace listingd::public_site {

namespace {

constexpr duration answer_within{2'500};     // TikTok waits 3 s
constexpr duration connect_within{45'000};   // a browser waits; what comes later is connected all the same
constexpr std::size_t longest_value = 2'000; // of code, state and app_key

net::server_response empty(int status) {
  return {.status = status, .headers = {}, .body = {}};
}

std::string_view second_segment(std::string_view path) {
  path.remove_prefix(std::string_view("/webhooks/").size());
  return path.substr(0, path.find('/'));
}

} // namespace

task<net::server_response> site::handle(net::server_request request) {
  if (request.path.starts_with("/webhooks/")) {
    if (request.method == "GET" || request.method == "HEAD") co_return empty(200);
    if (request.method != "POST") co_return empty(405);
    co_return co_await webhook(request);
  }
  if (request.path == "/oauth/callback") {
    if (request.method != "GET") co_return empty(405);
    co_return co_await callback(request);
  }
  if (request.path == "/" && (request.method == "GET" || request.method == "HEAD")) co_return empty(200);
  co_return empty(404);
}

task<net::server_response> site::webhook(const net::server_request& request) {
  const app_name app(std::string(second_segment(request.path)));
  const auto known = apps_.find(app);
  if (!known) co_return empty(404);
  const tiktok::webhook_key key{.app = app, .app_key = known->app_key, .secrets = known->app_secrets};
  const auto signature = net::header(request.headers, "authorization");
  if (!tiktok::signer_of(request.body, signature, std::span(&key, 1))) {
    ++counted_.bad_signature;
    with_.log("warning", "webhook_bad_signature", {{"app", app.text()}, {"peer", request.peer}});
    co_return empty(401);
  }
  const auto event = tiktok::parse_webhook(request.body);
  sync::inbox_event stored{.id = 0,
                           .app = app.text(),
                           .shop = event ? event->shop.text() : "",
                           .key = event ? event->notification_id : sha256_hex(request.body),
                           .type = event ? event->type : 0,
                           .body = request.body};
  try {
    const auto put = co_await storing_.within(answer_within, with_.db.put_event(std::move(stored), with_.time.now()));
    if (!put) { // TikTok sends it again; should the late one get through, the second is a repetition
      ++counted_.failed;
      with_.log("error", "webhook_not_stored", {{"app", app.text()}, {"problem", "the database does not answer"}});
      co_return empty(503);
    }
    ++(*put ? counted_.stored : counted_.repeated);
  } catch (const std::exception& problem) {
    ++counted_.failed;
    with_.log("error", "webhook_not_stored", {{"app", app.text()}, {"problem", problem.what()}});
    co_return empty(503);
  }
  with_.inbox.notify();
  co_return empty(200);
}

task<net::server_response> site::callback(const net::server_request& request) {
  const auto value = [&](std::string_view name) { return net::query_value(request.target, name); };
  const auto code = value("code"), problem = value("error");
  if (!problem.empty() || code.empty() || code == "null") co_return denied_page(problem);
  const bool too_long = std::ranges::any_of(std::array{code, value("state"), value("app_key")},
                                            [](const std::string& one) { return one.size() > longest_value; });
  if (too_long) co_return denied_page("an answer that is too long");
  try {
    auto answer = co_await connecting_.within(connect_within, conclude(code, value("state"), value("app_key")));
    if (answer) co_return std::move(*answer);
    with_.log("error", "callback_slow", {{"problem", "TikTok or the database does not answer"}});
  } catch (const std::exception& broken) {
    with_.log("error", "callback_broken", {{"problem", broken.what()}});
  }
  co_return failed_page(error{.kind = error_kind::retry, .code = "slow", .message = "slow", .where = "callback"});
}

task<net::server_response> site::conclude(std::string code, std::string state, std::string app_key) {
  if (state.empty()) {
    const auto waits = co_await consents_.install(std::move(app_key), std::move(code));
    co_return waits ? waiting_page() : refused(waits.error());
  }
  const auto done = co_await consents_.finish(std::move(state), std::move(code), std::move(app_key));
  co_return done ? connected_page(*done) : refused(done.error());
}

net::server_response site::refused(const error& why) {
  with_.log("warning", "consent_not_finished", {{"problem", why.text()}, {"request_id", why.request_id}});
  return failed_page(why);
}

} // namespace listingd::public_site
