// `listingd plan`: what would be sent, as a field diff. The running daemon plans, since it alone may ask TikTok and the
// PIM.
#include "commands/commands.hpp"

#include "model/json.hpp"

#include <iostream>
#include <unistd.h>

namespace listingd::commands {

namespace {

std::string shortened(std::string text) {
  constexpr std::size_t longest = 70;
  std::ranges::replace(text, '\n', ' ');
  if (text.size() > longest) text = text.substr(0, longest - 3) + "...";
  return text.empty() ? "(nothing)" : text;
}

void print_plan(const json::value& plan) {
  std::cout << text_at(plan, "product") << " in shop " << text_at(plan, "shop") << ": " << text_at(plan, "step") << " ("
            << text_at(plan, "reason") << ")";
  if (text_at(plan, "mode") == "observe") std::cout << " [observe: nothing is sent]";
  std::cout << '\n';
  for (const auto& one : items_at(plan, "violations"))
    std::cout << "  ! " << text_at(one, "code") << " at " << text_at(one, "position") << ": " << text_at(one, "reason")
              << ' ' << text_at(one, "suggestion") << '\n';
  for (const auto& one : items_at(plan, "changes"))
    std::cout << "  " << text_at(one, "field") << ": " << shortened(text_at(one, "found")) << " -> "
              << shortened(text_at(one, "wanted")) << '\n';
}

} // namespace

int plan(const config::settings& settings, const options& asked) {
  if (asked.product.empty() && !asked.all) {
    std::cerr << "listingd: name a product with --product, or --all\n";
    return misused;
  }
  const auto db = open_database(settings, false);
  const auto rows = run(db->status(asked.shop.empty() ? std::nullopt : std::optional(shop_id(asked.shop))));
  const bool progress = asked.all && isatty(STDERR_FILENO) != 0;
  json::array out;
  bool complete = true;
  std::size_t done_so_far = 0;
  for (const auto& row : rows) {
    if (progress) std::cerr << "\r" << ++done_so_far << "/" << rows.size() << std::flush;
    if (!asked.product.empty() && asked.product != row.ref.product.text()) continue;
    const auto answer = ask_daemon(
        settings, "/api/plan",
        {{"shop", row.ref.shop.text()}, {"source", row.ref.source.text()}, {"product", row.ref.product.text()}});
    if (!answer) {
      std::cerr << (progress ? "\n" : "") << "listingd: " << row.ref.product.text() << ": " << answer.error().text()
                << '\n';
      complete = false;
      if (answer.error().kind == error_kind::retry) return failed; // the daemon does not answer
      continue;
    }
    if (!asked.json) print_plan(*answer);
    out.push_back(*answer);
  }
  if (progress) std::cerr << '\n';
  if (asked.json) print_json(out);
  if (out.empty() && complete) {
    std::cerr << "listingd: no listing of product " << asked.product << '\n';
    return failed;
  }
  return complete ? done : failed;
}

} // namespace listingd::commands
