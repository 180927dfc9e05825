#include "integration/stage.hpp"

#include "model/digest.hpp"
#include "tiktok/webhook_event.hpp"

#include <algorithm>

namespace listingd::integration {

namespace {

/// A little behind TikTok's clock and never ahead of it, however often a test moves it on.
instant start_of_time() {
  return system_clock().now() - 60s;
}

std::shared_ptr<const mapping::profile> profile_of(const stage_options& options) {
  static const auto loaded = mapping::load_profile(LISTINGD_ROOT "/deploy/sample/profiles/us.toml");
  if (!loaded) throw std::runtime_error("the sample profile does not load");
  auto own = std::make_shared<mapping::profile>(*loaded);
  if (options.adapt) options.adapt(*own);
  return own;
}

std::filesystem::path catalogue_in(const std::filesystem::path& folder) {
  const std::filesystem::path from(LISTINGD_ROOT "/deploy/sample/catalogue");
  auto to = folder / "catalogue";
  std::filesystem::create_directory(to);
  for (const auto* part : {"images", "documents"})
    std::filesystem::copy(from / part, to / part, std::filesystem::copy_options::recursive);
  return to;
}

} // namespace

stage::stage(const stage_options& options)
    : time(start_of_time()), wiring{.database = database,
                                    .tiktok_url = tiktok.url(),
                                    .catalogue = catalogue_in(folder.path()),
                                    .media = folder.path() / "media",
                                    .live = options.live,
                                    .profile = profile_of(options),
                                    .wire_clock = options.one_time ? &time : nullptr},
      daemon(loop.executor(), time, wiring), one_time_(options.one_time) {
  pass(duration{0});
  connect();
  if (options.settled_in) keeper_round();
}

void stage::pass(duration by) {
  time.advance(by);
  if (!one_time_) return;
  const auto ahead = std::chrono::floor<std::chrono::seconds>(time.now() - system_clock().now());
  tiktok.control("POST settings", json::object{{"time_shift_seconds", ahead.count()}});
}

std::string stage::consent(const std::string& more) {
  net::http_request page;
  page.url = run(daemon.onboarding.link(app)) + more;
  const auto answer = run(daemon.wire.send(page));
  REQUIRE(answer);
  return std::string(net::header(answer->headers, "Location"));
}

result<sync::connected> stage::come_back(const std::string& back) {
  return run(daemon.onboarding.finish(net::query_value(back, "state"), net::query_value(back, "code"),
                                      net::query_value(back, "app_key")));
}

void stage::connect() {
  const auto done = come_back(consent());
  REQUIRE(done);
  REQUIRE(done->shops.size() == 1);
}

std::vector<stored_alert> stage::alerts(alert_kind kind) {
  auto all = run(daemon.db->alerts(false));
  std::erase_if(all, [&](const stored_alert& one) { return one.kind != kind; });
  return all;
}

sync::intake_outcome stage::take_in(const std::vector<json::object>& records, bool full) {
  std::string lines;
  for (const auto& one : records) lines += json::serialize(one) + "\n";
  const auto number = std::to_string(1000 + ++files_);
  folder.put("catalogue/" + number + (full ? "-full" : "") + ".ndjson", lines);
  time.advance(1s);
  const auto done = run(daemon.intake.read_all(*daemon.source));
  REQUIRE(done);
  time.advance(1s);
  return *done;
}

int stage::advance(int most) {
  int steps = 0;
  while (run(daemon.reconciler.advance_one())) {
    INFO("more than " << most << " steps and still something is due");
    REQUIRE(++steps <= most);
  }
  return steps;
}

bool stage::receive(const std::string& body, const std::string& at_app) {
  const auto event = tiktok::parse_webhook(body);
  sync::inbox_event stored{.id = 0,
                           .app = at_app,
                           .shop = event ? event->shop.text() : "",
                           .key = event ? event->notification_id : sha256_hex(body),
                           .type = event ? event->type : 0,
                           .body = body};
  return run(daemon.db->put_event(std::move(stored), time.now()));
}

int stage::deliver_webhooks() {
  const auto made = tiktok.webhooks();
  for (; delivered_ < made.size(); ++delivered_) receive(made[delivered_].body);
  return run(daemon.inbox.drain());
}

void stage::settle() {
  for (int round = 0; round < 20; ++round) {
    int moved = advance();
    moved += tiktok.give_verdicts();
    moved += deliver_webhooks();
    if (moved == 0) return;
  }
  FAIL("the stage does not come to rest");
}

sync::listing_state stage::state(const std::string& product) {
  for (const auto& row : run(daemon.db->status(us)))
    if (row.ref.product.text() == product) return row.state;
  FAIL("there is no listing of " << product);
  return {};
}

std::vector<violation> stage::violations(const std::string& product) {
  std::vector<violation> out;
  for (const auto& row : run(daemon.db->violations(false)))
    if (row.ref.product.text() == product) out.push_back(row.what);
  return out;
}

std::vector<sync::stored_remediation> stage::remediations(const std::string& product) {
  std::vector<sync::stored_remediation> out;
  for (const auto& row : run(daemon.db->remediations()))
    if (row.ref.product.text() == product) out.push_back(row.what);
  return out;
}

bool stage::noted(const std::string& product, const std::string& event) {
  const auto notes = run(daemon.db->notes_about(product_key(product)));
  return std::ranges::any_of(notes, [&](const sync::stored_note& one) { return one.event == event; });
}

std::string stage::ask(const std::string& sql) {
  pqxx::connection side(database);
  pqxx::nontransaction work(side);
  const auto rows = work.exec(sql);
  return rows.empty() || rows[0].empty() || rows[0][0].is_null() ? "" : rows[0][0].c_str();
}

} // namespace listingd::integration
