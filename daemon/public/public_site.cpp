#include "public/public_site.hpp"

#include "model/digest.hpp"
#include "tiktok/webhook_event.hpp"

#include <algorithm>
#include <span>

namespace listingd::public_site {

namespace {

constexpr duration answer_within{2'500}; // TikTok waits 3 s

net::server_response empty(int status) {
  return {.status = status, .headers = {}, .body = {}};
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    default:
      out += c;
    }
  }
  return out;
}

net::server_response page(int status, std::string_view title, const std::string& body) {
  const auto name = escaped(title);
  return {.status = status,
          .headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cache-Control", "no-store"}},
          .body = "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
                  "<title>" +
                  name +
                  "</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;"
                  "margin:3rem auto;padding:0 1rem;color-scheme:light dark}li{margin:.3rem 0}</style><h1>" +
                  name + "</h1>" + body + "</html>"};
}

/// Why a seller's return without a usable code failed, in the seller's terms.
std::string denial(const std::string& problem) {
  return "<p>TikTok reported: " + escaped(problem) +
         ". Nothing was connected. To try again, ask for a new link "
         "(<code>listingd connect</code>).</p>";
}

std::string welcome(const sync::connected& done) {
  std::string body = "<p>" + escaped(done.seller_name) + " is connected:</p><ul>";
  for (const auto& shop : done.shops)
    body += "<li>" + escaped(shop.name) + " (" + escaped(shop.region) + ", " + escaped(shop.seller_type) + ", id " +
            escaped(shop.id.text()) + ")</li>";
  body += "</ul><p>Granted scopes: ";
  for (std::size_t i = 0; i < done.scopes.size(); ++i) body += (i > 0 ? ", " : "") + escaped(done.scopes[i]);
  body += "</p>";
  for (const auto& id : done.not_configured)
    body +=
        "<p>Shop " + escaped(id) + " has no [[shop]] entry in the configuration: it stays idle until it gets one.</p>";
  return body + "<p>You may close this page.</p>";
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
  const auto key = std::ranges::find(keys_, app, &tiktok::webhook_key::app);
  if (key == keys_.end()) co_return empty(404);
  const auto signature = net::header(request.headers, "authorization");
  if (!tiktok::signer_of(request.body, signature, std::span(&*key, 1))) {
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
  const auto code = net::query_value(request.target, "code");
  const auto problem = net::query_value(request.target, "error");
  if (!problem.empty() || code.empty() || code == "null")
    co_return page(400, "Not connected", denial(problem.empty() ? "no code" : problem));
  const auto state = net::query_value(request.target, "state");
  if (state.empty())
    co_return page(
        400, "Not connected",
        "<p>This installation did not start from a listingd link, so it must be confirmed by the operator: run "
        "<code>listingd connect</code> and open the link it prints.</p>");
  const auto key = net::query_value(request.target, "app_key");
  const bool ours = key.empty() || std::ranges::find(keys_, key, &tiktok::webhook_key::app_key) != keys_.end();
  if (!ours) co_return page(400, "Not connected", "<p>The answer is for another app than ours.</p>");
  const auto done = co_await consents_.finish(state, code);
  if (!done) co_return page(400, "Not connected", denial(done.error().message));
  co_return page(200, "Shop connected", welcome(*done));
}

} // namespace listingd::public_site
