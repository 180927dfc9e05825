#include "store/statements.hpp"

#include "stage.hpp"
#include "store/sql.hpp"

namespace listingd::store::test {

namespace {

/// A catalogue large enough that a scan of it would be seen: 6,000 products in two shops.
void fill(stage& at) {
  at.connect();
  at.ask(R"(
    insert into source (name) values ('pim');
    insert into product (source, key, payload, digest, version_at, changed_at, seen_at)
      select 'pim', 'p' || i, '{"key": "x"}', md5(i::text), timestamptz '2026-11-01', timestamptz '2026-11-01', timestamptz '2026-11-01'
      from generate_series(1, 6000) i;
    insert into listing (shop_id, source, product_key, listing_id, listing_status, job, due_at, observed_at)
      select s.id, 'pim', 'p' || i, '17' || i, 'ACTIVATE', 'verified',
             timestamptz '2026-11-24 12:00Z' + i * interval '1 second', timestamptz '2026-11-01'
      from generate_series(1, 6000) i, shop s;
    insert into variant select shop_id, source, product_key, 'v', 'SKU-' || product_key, 's' || listing_id from listing;
    insert into shop_product select shop_id, 'SKU-' || product_key, listing_id, 'ACTIVATE' from listing;
    insert into submission (id, shop_id, source, product_key, kind, method, path, body, wanted, fingerprint, state,
                            created_at)
      select gen_random_uuid(), shop_id, source, product_key, 'create', 'POST', '/', '', '{}', '', 'accepted', now()
      from listing;
    insert into violation (shop_id, source, product_key, origin, class, code, position, reason, suggestion, who,
                           fingerprint, opened_at, closed_at)
      select shop_id, source, product_key, 'review', '', '', '', '', '', '', '', now(), now() from listing;
    insert into remediation (shop_id, source, product_key, rule, attempt, change, input, because, created_at)
      select shop_id, source, product_key, '', 1, '{}', '', '', now() from listing;
    insert into note (at, shop_id, source, product_key, who, event, message)
      select timestamptz '2026-11-01' + i * interval '1 minute', '', 'pim', 'p' || i, 'pim', 'changed', 'm'
      from generate_series(1, 6000) i;
    insert into webhook_inbox (app, shop_id, key, body, received_at, processed_at)
      select 'row', '', i::text, '', now(), case when i < 5990 then now() end from generate_series(1, 6000) i;
    analyze)");
}

/// Filled once; its tests change nothing.
stage& catalogue() {
  static const auto one = [] {
    auto filled = std::make_unique<stage>();
    fill(*filled);
    return filled;
  }();
  return *one;
}

std::string plan(stage& at, const std::string& statement, const args& values) {
  pqxx::work work(at.side);
  std::string out;
  for (const auto& row : query(work, "explain (costs off) " + statement, values)) out += text(row[0]) + "\n";
  return out;
}

} // namespace

TEST_CASE("hot statements are index lookups on a catalogue of six thousand products") {
  auto& at = catalogue();
  const auto one = [] { return args().text(us.text()).text("pim").text("p77"); };
  const std::vector<std::string> shops{us.text(), uk.text()};
  struct hot {
    const char* name;
    const std::string& statement;
    args values;
    const char* index;
  };
  const hot cases[] = {
      {"claim_due", statements::claim_due, args().list(shops).at(noon + 1h).text(random_uuid()).number(1000).text(""),
       "listing_due"},
      {"next_due", statements::next_due, args().list(shops), "listing_due"},
      {"wake_by_listing_id", statements::wake_by_listing_id, args().at(noon).text(us.text()).text("1777").flag(true),
       "listing_by_id"},
      {"wake_by_product", statements::wake_by_product, args().at(noon).text("p77").text(""), "listing_by_product"},
      {"wake_products", statements::wake_products, args().at(noon).text("pim").list({"p77", "p78"}),
       "listing_by_product"},
      {"see_products", statements::see_products, args().text("pim").list({"p77", "p78"}).at(noon), "product_"},
      {"upsert_products", statements::upsert_products,
       args().text("pim").list({"p77"}).list({"{}"}).list({"d"}).at(noon), "product_pkey"},
      {"open_submission", statements::open_submission, one(), "submission_open"},
      {"open_violations", statements::open_violations, one(), "violation_open"},
      {"remediations_of", statements::remediations_of, one(), "remediation_by_listing"},
      {"vanished_products", statements::vanished_products,
       args().text("pim").at(instant(std::chrono::sys_days{std::chrono::year{2026} / 10 / 1})).number(100),
       "product_by_sight"},
      {"existing_with", statements::existing_with, args().text(us.text()).list({"SKU-p1", "SKU-p2"}),
       "shop_product_pkey"},
      {"sku_taken", statements::sku_taken, one().list({"SKU-p1", "SKU-p2"}), "variant_by_sku"},
      {"waiting_events", statements::waiting_events, args().number(100).at(noon), "webhook_waiting"},
      {"notes_about", statements::notes_about, args().text("p77"), "note_by_product"},
      {"notes_since", statements::notes_since, args().at(noon - 240h).number(100), "note_by_time"},
  };
  for (const auto& each : cases) {
    const auto steps = plan(at, each.statement, each.values);
    INFO(each.name << "\n" << steps);
    CHECK(steps.find("Seq Scan on") == std::string::npos);
    CHECK(steps.find(each.index) != std::string::npos);
  }
}

TEST_CASE("a claim reads the front of the queue, not the queue") {
  auto& at = catalogue();
  pqxx::work work(at.side);
  const std::vector<std::string> shops{us.text(), uk.text()};
  const auto everything_due = args().list(shops).at(noon + 100h).text(random_uuid()).number(1000).text("");
  std::string steps;
  for (const auto& row :
       query(work, "explain (analyze, buffers, costs off, timing off, summary off) " + statements::claim_due,
             everything_due))
    steps += text(row[0]) + "\n";
  INFO(steps);
  const std::string word = "shared hit=";
  const auto first = steps.find(word); // of the whole statement
  REQUIRE(first != std::string::npos);
  CHECK(std::stoi(steps.substr(first + word.size())) < 200);
}

} // namespace listingd::store::test
