#include "operator/operator_site.hpp"

#include "model/digest.hpp"
#include "model/json.hpp"

#include <map>
#include <prometheus/gauge.h>
#include <prometheus/text_serializer.h>

namespace listingd::operator_site {

namespace {

constexpr duration health_within{2'000};
constexpr duration metrics_within{10'000};
constexpr std::size_t most_reading = 16; // probes and scrapes that a hanging database may heap up

/// What /metrics tells of the database.
struct figures {
  std::vector<sync::status_row> listings;
  std::vector<sync::authorization> authorizations;
  std::vector<sync::source_status> sources;
  std::vector<stored_alert> alerts;
};

task<bool> answers(sync::store& db) {
  co_await db.ping();
  co_return true;
}

task<figures> figures_of(sync::store& db) {
  figures out;
  out.listings = co_await db.status(std::nullopt);
  out.authorizations = co_await db.authorizations();
  out.sources = co_await db.sources();
  out.alerts = co_await db.alerts(false);
  co_return out;
}

net::server_response json_answer(int status, const boost::json::value& body) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          .body = boost::json::serialize(body) + "\n"};
}

boost::json::object told(const sync::connected& done) {
  boost::json::array shops, missing, elsewhere, idle;
  for (const auto& shop : done.shops)
    shops.push_back(boost::json::object{
        {"shop", shop.id.text()}, {"name", shop.name}, {"region", shop.region}, {"seller_type", shop.seller_type}});
  for (const auto& one : done.missing)
    missing.push_back(boost::json::object{{"scope", one.key}, {"name", one.name}, {"what_for", one.what_for}});
  for (const auto& one : done.held_elsewhere)
    elsewhere.push_back(boost::json::object{{"shop", one.shop.text()}, {"seller", one.seller_name}});
  for (const auto& one : done.not_configured) idle.push_back(boost::json::value(one));
  return {{"app", done.app.text()},    {"seller", done.seller_name},  {"shops", shops},
          {"missing_scopes", missing}, {"held_elsewhere", elsewhere}, {"not_configured", idle}};
}

prometheus::Family<prometheus::Gauge>& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

} // namespace

site::site(sync::services& with, sync::onboarding& consents, sync::planner& planner, const public_site::site& receiver,
           secret token, key_reader reread_keys)
    : with_(with), consents_(consents), planner_(planner), receiver_(receiver), token_(std::move(token)),
      reread_keys_(std::move(reread_keys)), reading_(most_reading),
      listings_(gauge(registry_, "listingd_listings", "Listings by shop, job and TikTok status.")),
      webhooks_(gauge(registry_, "listingd_webhooks_received", "Webhooks since start by what became of them.")),
      consent_left_(gauge(registry_, "listingd_authorization_seconds_left", "Until the seller must consent again.")),
      access_left_(gauge(registry_, "listingd_access_token_seconds_left", "Until the access token expires.")),
      renewal_overdue_(gauge(registry_, "listingd_renewal_overdue_seconds", "Since the token was to be renewed.")),
      authorized_(gauge(registry_, "listingd_authorization_active", "1 while the consent is alive.")),
      source_products_(gauge(registry_, "listingd_source_products", "Living products of the source.")),
      source_failures_(gauge(registry_, "listingd_source_failures", "Readings in a row that failed.")),
      source_lag_(gauge(registry_, "listingd_source_lag_seconds", "Since the last change that is surely delivered.")),
      source_window_(gauge(registry_, "listingd_source_reading_items", "Items of the reading under way so far.")),
      source_total_(gauge(registry_, "listingd_source_reading_total", "Items it will have; 0 = not known.")),
      alerts_(gauge(registry_, "listingd_alerts_open", "What waits for a person, by kind.")),
      clock_skew_(gauge(registry_, "listingd_clock_skew_seconds", "TikTok's clock minus ours.")) {}

bool site::allowed(const net::server_request& request) const {
  const auto given = net::header(request.headers, "authorization");
  return !token_.empty() && equal_in_constant_time(given, "Bearer " + token_.reveal());
}

task<net::server_response> site::handle(net::server_request request) {
  const bool reading = request.method == "GET" || request.method == "HEAD";
  if (request.path == "/healthz" && reading) co_return co_await health();
  if (request.path == "/metrics" && reading) co_return co_await metrics();
  if (!request.path.starts_with("/api/")) co_return json_answer(404, {{"error", "no such page"}});
  if (!allowed(request)) co_return json_answer(401, {{"error", "a bearer token is required (operator.token_file)"}});
  if (request.method != "POST") co_return json_answer(405, {{"error", "use POST"}});
  if (request.path == "/api/connect") co_return co_await connect(request);
  if (request.path == "/api/plan") co_return co_await plan(request);
  if (request.path == "/api/keys/reread") co_return co_await reread_keys();
  if (request.path == "/api/wake") {
    with_.work.notify();
    with_.shops.notify();
    co_return json_answer(200, {{"ok", true}});
  }
  co_return json_answer(404, {{"error", "no such call"}});
}

task<net::server_response> site::health() {
  try {
    if (co_await reading_.within(health_within, answers(with_.db))) co_return json_answer(200, {{"status", "ok"}});
    co_return json_answer(503, {{"status", "the database does not answer"}});
  } catch (const std::exception&) {
    co_return json_answer(503, {{"status", "the database cannot be reached"}});
  }
}

task<net::server_response> site::metrics() {
  const auto known = co_await reading_.within(metrics_within, figures_of(with_.db));
  if (!known) co_return json_answer(503, {{"error", "the database does not answer"}});
  std::map<std::map<std::string, std::string>, int> counts;
  for (const auto& row : known->listings)
    ++counts[{
        {"shop", row.ref.shop.text()}, {"job", row.state.job}, {"status", std::string(name_of(row.state.status))}}];
  for (const auto& [labels, count] : counts) listings_.Add(labels).Set(count);
  const auto& counted = receiver_.counted();
  webhooks_.Add({{"outcome", "stored"}}).Set(static_cast<double>(counted.stored));
  webhooks_.Add({{"outcome", "repeated"}}).Set(static_cast<double>(counted.repeated));
  webhooks_.Add({{"outcome", "bad_signature"}}).Set(static_cast<double>(counted.bad_signature));
  webhooks_.Add({{"outcome", "failed"}}).Set(static_cast<double>(counted.failed));
  const auto now = with_.time.now();
  const auto seconds_to = [now](instant at) { return std::chrono::duration<double>(at - now).count(); };
  for (const auto& one : known->authorizations) {
    const std::map<std::string, std::string> whose{{"authorization", std::to_string(one.id)}, {"app", one.app.text()}};
    consent_left_.Add(whose).Set(seconds_to(one.consent_ends));
    access_left_.Add(whose).Set(seconds_to(one.access_expires));
    renewal_overdue_.Add(whose).Set(std::max(0.0, -seconds_to(one.renewal_due)));
    authorized_.Add(whose).Set(one.state == "active" ? 1 : 0);
  }
  for (const auto& one : known->sources) {
    const std::map<std::string, std::string> which{{"source", one.name.text()}};
    source_products_.Add(which).Set(static_cast<double>(one.products));
    source_failures_.Add(which).Set(one.failures);
    if (one.watermark) source_lag_.Add(which).Set(-seconds_to(*one.watermark));
    source_window_.Add(which).Set(static_cast<double>(one.full_under_way ? one.full_items : one.window_items));
    source_total_.Add(which).Set(
        static_cast<double>((one.full_under_way ? one.full_total : one.window_total).value_or(0)));
  }
  std::map<std::string, int> open;
  for (const auto& one : known->alerts) ++open[std::string(name_of(one.kind))];
  for (const auto kind : all_alert_kinds)
    alerts_.Add({{"kind", std::string(name_of(kind))}}).Set(open[std::string(name_of(kind))]);
  if (const auto skew = with_.consents.clock_skew())
    clock_skew_.Add({}).Set(std::chrono::duration<double>(*skew).count());
  co_return net::server_response{.status = 200,
                                 .headers = {{"Content-Type", "text/plain; version=0.0.4"}},
                                 .body = prometheus::TextSerializer().Serialize(registry_.Collect())};
}

/// {"app", "code"} or {"state", "code", "app_key"} finish a consent; {"confirm": n} and {"decline": n} settle an
/// install.
task<net::server_response> site::connect(const net::server_request& request) {
  const auto body = parse_json(request.body, "body");
  if (!body) co_return json_answer(400, {{"error", body.error().text()}});
  if (const auto declined = integer_at(*body, "decline")) {
    const auto done = co_await consents_.decline(*declined);
    if (!done) co_return json_answer(400, {{"error", done.error().text()}});
    co_return json_answer(200, {{"declined", *declined}});
  }
  const auto done = co_await connected(*body);
  if (!done) co_return json_answer(400, {{"error", done.error().text()}});
  co_return json_answer(200, told(*done));
}

task<result<sync::connected>> site::connected(const boost::json::value& asked) {
  if (const auto install = integer_at(asked, "confirm")) co_return co_await consents_.confirm(*install);
  if (const auto state = text_at(asked, "state"); !state.empty())
    co_return co_await consents_.finish(state, text_at(asked, "code"), text_at(asked, "app_key"));
  co_return co_await consents_.exchange(app_name(text_at(asked, "app")), text_at(asked, "code"));
}

task<net::server_response> site::reread_keys() {
  const auto newest = co_await async::on_pool(with_.media_pool, reread_keys_);
  if (!newest) co_return json_answer(409, {{"error", newest.error().text()}});
  co_return json_answer(200, {{"newest", *newest}});
}

task<net::server_response> site::plan(const net::server_request& request) {
  const auto body = parse_json(request.body, "body");
  if (!body) co_return json_answer(400, {{"error", body.error().text()}});
  sync::listing_ref ref{shop_id(text_at(*body, "shop")), source_name(text_at(*body, "source")),
                        product_key(text_at(*body, "product"))};
  const auto made = co_await planner_.plan(std::move(ref));
  if (!made) co_return json_answer(409, {{"error", made.error().text()}});
  boost::json::array facets, violations, changes;
  for (const auto one : made->step.facets) facets.push_back(boost::json::value(name_of(one)));
  for (const auto& one : made->violations)
    violations.push_back(boost::json::object{{"code", one.code},
                                             {"position", one.position},
                                             {"reason", one.reason},
                                             {"suggestion", one.suggestion},
                                             {"who", name_of(one.who)}});
  for (const auto& one : made->changes)
    changes.push_back(boost::json::object{{"field", one.field}, {"wanted", one.wanted}, {"found", one.found}});
  co_return json_answer(200, {{"shop", made->ref.shop.text()},
                              {"product", made->ref.product.text()},
                              {"mode", made->live_mode ? "live" : "observe"},
                              {"step", review::name_of(made->step.kind)},
                              {"writes", review::writes(made->step.kind)},
                              {"reason", made->step.reason},
                              {"facets", facets},
                              {"violations", violations},
                              {"changes", changes}});
}

} // namespace listingd::operator_site
