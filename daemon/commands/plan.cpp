// `listingd plan`: what would be sent, as a field diff. The running daemon plans, since it alone may ask TikTok and the
// PIM.
#include "commands/commands.hpp"
#include "commands/plan_lines.hpp"

#include "model/json.hpp"
#include "model/printable.hpp"

#include <iostream>
#include <map>
#include <unistd.h>

namespace listingd::commands {

namespace {

void print_plan(const json::value& plan) {
  std::cout << text_at(plan, "product") << " in shop " << text_at(plan, "shop") << ": " << text_at(plan, "step") << " ("
            << text_at(plan, "reason") << ")";
  if (text_at(plan, "mode") == "observe") std::cout << " [observe: nothing is sent]";
  std::cout << '\n';
  for (const auto& one : items_at(plan, "violations"))
    std::cout << "  ! " << text_at(one, "code") << " at " << text_at(one, "position") << ": "
              << printable(text_at(one, "reason")) << ' ' << printable(text_at(one, "suggestion")) << '\n';
  if (text_at(plan, "step") == "block") return; // nothing will be sent before they are mended
  for (const auto& line : change_lines(items_at(plan, "changes"))) std::cout << "  " << printable(line) << '\n';
}

/// The listings asked for, without those of shops that cannot be worked for; these are named once each on stderr.
std::vector<sync::listing_ref> to_plan(sync::store& db, const config::settings& settings, const options& asked) {
  const auto connected = run(db.shops());
  std::map<shop_id, std::string> obstacles;
  std::vector<sync::listing_ref> out;
  for (const auto& row : run(db.status(asked.shop.empty() ? std::nullopt : std::optional(shop_id(asked.shop))))) {
    if (!asked.product.empty() && asked.product != row.ref.product.text()) continue;
    const auto [at, first] = obstacles.try_emplace(row.ref.shop);
    if (first) at->second = shop_obstacle(connected, settings, row.ref.shop);
    if (at->second.empty())
      out.push_back(row.ref);
    else if (first)
      std::cerr << "listingd: shop " << row.ref.shop.text() << ": " << at->second << '\n';
  }
  if (obstacles.empty()) std::cerr << "listingd: there is no listing to plan yet\n";
  return out;
}

} // namespace

int plan(const config::settings& settings, const options& asked) {
  if (asked.product.empty() && !asked.all) {
    std::cerr << "listingd: name a product with --product, or --all\n";
    return misused;
  }
  const auto db = open_database(settings, false);
  if (!asked_exists(*db, settings, asked)) return failed;
  const auto listings = to_plan(*db, settings, asked);
  const bool progress = asked.all && isatty(STDERR_FILENO) != 0;
  json::array out;
  bool complete = !listings.empty();
  std::size_t done_so_far = 0;
  for (const auto& ref : listings) {
    if (progress) std::cerr << "\r" << ++done_so_far << "/" << listings.size() << std::flush;
    const auto answer =
        ask_daemon(settings, "/api/plan",
                   {{"shop", ref.shop.text()}, {"source", ref.source.text()}, {"product", ref.product.text()}});
    if (!answer && answer.error().kind != error_kind::fix_data) { // the daemon, not the product
      std::cerr << (progress ? "\n" : "") << "listingd: " << answer.error().text() << '\n';
      return failed;
    }
    if (!answer) {
      std::cerr << (progress ? "\n" : "") << "listingd: " << ref.product.text() << ": " << answer.error().text()
                << '\n';
      complete = false;
      continue;
    }
    if (!asked.json) print_plan(*answer);
    out.push_back(*answer);
  }
  if (progress) std::cerr << '\n';
  if (asked.json) print_json(out);
  return complete ? done : failed;
}

} // namespace listingd::commands
