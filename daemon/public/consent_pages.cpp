#include "public/consent_pages.hpp"

#include "sync/consent_schedule.hpp"

#include <algorithm>
#include <array>
#include <spdlog/fmt/fmt.h>
#include <string>

namespace listingd::public_site {

namespace {

constexpr std::size_t longest_quote = 200; // of what an address said

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

constexpr std::string_view style =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}"
    "h1{font-size:1.5rem}h2{font-size:1.05rem;margin:1.6rem 0 .3rem}li{margin:.3rem 0}ul{padding-left:1.2rem}"
    ".ok{border-left:.3rem solid #1a7f37;padding-left:1rem}.wait{border-left:.3rem solid #9a6700;padding-left:1rem}"
    ".no{border-left:.3rem solid #cf222e;padding-left:1rem}small{opacity:.75}code{font-size:.9em}";

net::server_response page(int status, std::string_view mark, std::string_view title, const std::string& body) {
  return {.status = status,
          .headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"},
                      {"Referrer-Policy", "no-referrer"}, // the address holds the code
                      {"X-Content-Type-Options", "nosniff"},
                      {"Cache-Control", "no-store"}},
          .body = fmt::format("<!doctype html><html lang=en><meta charset=utf-8>"
                              "<meta name=viewport content='width=device-width'><title>{0}</title><style>{1}</style>"
                              "<h1 class={2}>{0}</h1>{3}</html>\n",
                              title, style, mark, body)};
}

std::string_view words_of(std::string_view seller_type) {
  if (seller_type == "CROSS_BORDER") return "cross-border seller";
  if (seller_type == "LOCAL") return "local seller";
  return seller_type;
}

std::string shop_line(const sync::authorized_shop& shop) {
  return fmt::format("<li><strong>{}</strong>, region {}, {} <small>shop {}{}</small></li>", escaped(shop.name),
                     escaped(shop.region), escaped(words_of(shop.seller_type)), escaped(shop.id.text()),
                     shop.code.empty() ? "" : ", code " + escaped(shop.code));
}

std::string section(std::string_view title, const std::string& items) {
  return items.empty() ? "" : fmt::format("<h2>{}</h2><ul>{}</ul>", title, items);
}

/// What went wrong, and what the seller can do about it.
struct failure {
  std::string_view code, title, next;
};
constexpr std::array failures{
    failure{"other_app", "This answer is for another app", "Open the link that you were sent."},
    failure{"not_a_seller", "This account cannot be connected",
            "Sign in to TikTok Shop with the seller's main account, then open a new link."},
    failure{"missing_scope", "The app lacks a permission",
            "The operator switches it on in Partner Center; then open a new link."},
    failure{"no_shop", "There is no shop to connect", "Sign in with the account that owns the shop in this market."},
    failure{"shop_conflict", "The shop is connected already",
            "Nothing was changed. If it should move, end the other consent in Seller Center first."},
    failure{"app_unknown", "This installation cannot be matched", "Ask the operator for a link."},
};

/// What is used once. A reload of a page that was good meets it too, so it says nothing about the shop.
struct used_up {
  std::string_view code, title, what;
};
constexpr std::array used_once{
    used_up{"state_unknown", "This link no longer works", "The link"},
    used_up{"36004004", "TikTok's code has expired or was used", "The code from TikTok"},
};

net::server_response used_page(const used_up& known) {
  return page(
      400, "wait", known.title,
      fmt::format("<p>{} was used already or is too old: it works once, for {} minutes.</p><p>If this page said "
                  "before that the shop is connected, or that it waits for confirmation, all is well and there "
                  "is nothing more to do. Otherwise ask the person who sent the link for a new one.</p>",
                  known.what, sync::link_life.count()));
}

} // namespace

net::server_response connected_page(const sync::connected& done) {
  std::string shops, held, missing, granted, idle;
  for (const auto& shop : done.shops) shops += shop_line(shop);
  for (const auto& one : done.held_elsewhere)
    held += fmt::format("<li>shop {}: served by the consent of {}</li>", escaped(one.shop.text()),
                        escaped(one.seller_name.empty() ? "another account" : one.seller_name));
  for (const auto& one : done.missing)
    missing += fmt::format("<li><strong>{}</strong> <code>{}</code>: {}</li>", escaped(one.name), escaped(one.key),
                           escaped(one.what_for));
  for (const auto& one : done.scopes) granted += fmt::format("<li><code>{}</code></li>", escaped(one));
  for (const auto& id : done.not_configured)
    idle += fmt::format("<li>shop {} has no [[shop]] entry in listingd's configuration yet</li>", escaped(id));
  const bool complete = missing.empty() && held.empty();
  return page(200, complete ? "ok" : "wait", complete ? "Shop connected" : "Shop connected, with gaps",
              fmt::format("<p>{} has consented.</p>", escaped(done.seller_name)) + section("Connected", shops) +
                  section("Missing permissions: nothing is listed until they are granted", missing) +
                  section("Not taken over, because another consent serves them", held) + section("Idle", idle) +
                  section("Granted permissions", granted) + "<p>You may close this page.</p>");
}

net::server_response waiting_page() {
  return page(200, "wait", "Waiting for confirmation",
              "<p>Thank you. This installation was started in TikTok's App Store, so the operator of listingd confirms "
              "it before anything is connected. There is nothing more to do here.</p>");
}

net::server_response denied_page(std::string_view problem) {
  const bool denied = problem == "auth_denied" || problem == "access_denied";
  const auto said = denied            ? std::string("The consent was refused on TikTok's page.")
                    : problem.empty() ? std::string("TikTok sent no code.")
                                      : fmt::format("TikTok reported: {}.", escaped(problem.substr(0, longest_quote)));
  return page(400, "no", "Not connected",
              "<p>" + said +
                  " Nothing was connected.</p><p>To try again, open the link again and agree, or ask for a "
                  "new one (<code>listingd connect</code>).</p>");
}

net::server_response failed_page(const error& why) {
  if (why.code == "slow")
    return page(503, "wait", "This takes longer than usual",
                "<p>TikTok is slow to answer. The operator sees in <code>listingd shops</code> whether the shop was "
                "connected; if it was not, ask for a new link.</p>");
  if (why.kind == error_kind::retry)
    return page(503, "wait", "Not connected yet",
                "<p>TikTok could not be asked just now. Reload this page in a minute to try again.</p>");
  if (why.kind == error_kind::bug) // its words are for the operator
    return page(400, "no", "Not connected",
                "<p>listingd is not set up for this; the operator's log says more. Nothing was connected.</p>");
  if (const auto used = std::ranges::find(used_once, why.code, &used_up::code); used != used_once.end())
    return used_page(*used);
  const auto known = std::ranges::find(failures, why.code, &failure::code);
  const bool found = known != failures.end();
  return page(
      400, "no", found ? known->title : "Not connected",
      fmt::format("<p>{}. Nothing was connected.</p><p>{}</p>", escaped(why.message),
                  found ? known->next : "Ask for a new link (<code>listingd connect</code>); the log says more."));
}

} // namespace listingd::public_site
