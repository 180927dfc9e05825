// The conformance suite of sources: each kind, on its own PIM, through the real intake into the real database. What is
// proven here is the port's promise: every change arrives, once, whatever the PIM does.
#include "catch.hpp"
#include "integration/instance.hpp"
#include "model/digest.hpp"
#include "model/json.hpp"
#include "model/record.hpp"
#include "postgres/cluster.hpp"
#include "sources/folder_side.hpp"
#include "sources/pim_side.hpp"
#include "sources/postgres_side.hpp"
#include "sync/intake.hpp"
#include "unit/net/loop.hpp"
#include "unit/temp_folder.hpp"

#include <map>

using namespace listingd;
using namespace listingd::integration;
using namespace std::chrono_literals;
using sources::pim_product;
using sources::trouble;

namespace {

struct kind {
  const char* name;
  std::unique_ptr<sources::pim_side> (*make)(const sources::side_options& options);
};
constexpr kind kinds[] = {{"akeneo", sources::make_akeneo_side},
                          {"feed", sources::make_feed_side},
                          {"folder", sources::make_folder_side},
                          {"folder, CSV", sources::make_csv_folder_side},
                          {"postgres, change log", sources::make_postgres_side},
                          {"postgres, keyset", sources::make_postgres_keyset_side}};

kind any_kind() {
  return GENERATE(from_range(std::begin(kinds), std::end(kinds)));
}

/// One source of this kind, its PIM, and an intake that reads it into a database.
class rig {
public:
  explicit rig(const kind& of)
      : daemon(loop.executor(), time, wiring()), side(of.make({.loop = loop.executor(),
                                                               .time = time,
                                                               .pool = pool,
                                                               .folder = make_folder("pim"),
                                                               .database = test::cluster::shared().empty_database()})) {
    daemon.with.settings.shops.front().source = side->source().name();
  }
  ~rig() {
    side.reset();
    pool.join();
  }

  test::temp_folder folder;
  manual_clock time{std::chrono::floor<std::chrono::seconds>(system_clock().now())};
  std::string database = test::cluster::shared().migrated_database();
  tests::loop loop;
  asio::thread_pool pool{2};
  instance daemon;
  std::unique_ptr<sources::pim_side> side;
  sync::intake_rhythm rhythm{.poll_every = 60s, .sweep_every = 0s};

  void pass(duration by) {
    side->pass(by);
    time.advance(by);
  }

  /// Reads whatever is there; several windows, since what changes while one is read may come with the next.
  sync::intake_outcome read() {
    sync::intake_outcome total;
    for (int window = 0; window < 3; ++window) {
      pass(2s);
      const auto done = loop.run(daemon.intake.read_all(side->source(), rhythm));
      INFO((done ? "" : done.error().text()));
      REQUIRE(done);
      total.changed += done->changed;
      total.deleted += done->deleted;
      total.unchanged += done->unchanged;
      if (!done->brake.empty()) total.brake = done->brake;
    }
    return total;
  }

  /// Reads until it works, as the daemon does: after failures, with time passing. Returns how often it failed.
  int read_through() {
    int failed = 0;
    for (int attempt = 0; attempt < 40; ++attempt) {
      pass(15s);
      const auto done = loop.run(daemon.intake.read_all(side->source(), rhythm));
      if (done) return failed;
      UNSCOPED_INFO(done.error().text());
      ++failed;
    }
    FAIL("the source does not come back");
    return failed;
  }

  std::string ask(const std::string& sql) {
    pqxx::connection side_connection(database);
    pqxx::nontransaction work(side_connection);
    const auto rows = work.exec(sql);
    return rows.empty() || rows[0][0].is_null() ? "" : rows[0][0].c_str();
  }

  /// The titles of living products by key.
  std::map<std::string, std::string> catalogue() {
    std::map<std::string, std::string> out;
    pqxx::connection connection(database);
    pqxx::nontransaction work(connection);
    for (const auto& row : work.exec("select key, payload #>> '{values,name,0,data}' from product "
                                     "where deleted_at is null"))
      out[row[0].c_str()] = row[1].is_null() ? "" : row[1].c_str();
    return out;
  }
  std::string title(const std::string& key) {
    const auto all = catalogue();
    const auto found = all.find(key);
    return found == all.end() ? "(not there)" : found->second;
  }
  int wakes() { return std::stoi("0" + ask("select coalesce(sum(wake), 0) from listing")); }

  void fill(int products) {
    for (int i = 0; i < products; ++i) side->put({.key = name(i), .title = "Title " + std::to_string(i), .rank = i});
  }
  static std::string name(int i) { return "p" + std::to_string(100 + i); }

private:
  std::filesystem::path make_folder(const char* name) {
    const auto made = folder.path() / name;
    std::filesystem::create_directories(made);
    return made;
  }
  instance_options wiring() {
    return {.database = database,
            .tiktok_url = "http://127.0.0.1:1",
            .catalogue = make_folder("unused"),
            .media = make_folder("media"),
            .profile = std::make_shared<const mapping::profile>()};
  }
};

} // namespace

TEST_CASE("conformance: everything arrives, over many pages") {
  const auto of = any_kind();
  CAPTURE(of.name);
  rig at(of);
  at.fill(10);
  at.side->put({.key = "with-variants", .title = "Tee", .colors = {"red", "blue"}});
  at.read();
  CHECK(at.catalogue().size() == 11);
  CHECK(at.title("p103") == "Title 3");
  CHECK(at.ask("select jsonb_array_length(payload -> 'variants') from product where key = 'with-variants'") == "2");
  CHECK(at.ask("select payload -> 'axes' ->> 0 from product where key = 'with-variants'") == "color");
}

TEST_CASE("conformance: an edit arrives, and only it is work") {
  const auto of = any_kind();
  CAPTURE(of.name);
  rig at(of);
  at.fill(7);
  at.read();
  at.pass(300s);
  const auto before = at.wakes();
  at.side->put({.key = "p104", .title = "Better"});
  const auto done = at.read();
  CHECK(done.changed == 1);
  CHECK(at.title("p104") == "Better");
  CHECK(at.wakes() == before + 1);
}

TEST_CASE("conformance: edits in one and the same second all arrive") {
  const auto of = any_kind();
  CAPTURE(of.name);
  rig at(of);
  at.fill(4);
  at.read();
  at.side->put({.key = "p100", .title = "First"});
  at.loop.run(at.daemon.intake.read_all(at.side->source(), at.rhythm)); // within that second
  at.side->put({.key = "p101", .title = "Second"});
  at.side->put({.key = "p100", .title = "Third"});
  at.read();
  CHECK(at.title("p100") == "Third");
  CHECK(at.title("p101") == "Second");
}

TEST_CASE("conformance: a save that changes nothing is no work") {
  const auto of = any_kind();
  CAPTURE(of.name);
  rig at(of);
  at.fill(5);
  at.read();
  at.pass(300s);
  const auto before = at.wakes();
  at.side->save_again("p102");
  const auto done = at.read();
  CHECK(done.changed == 0);
  CHECK(at.wakes() == before);
}

TEST_CASE("conformance: polls of an idle PIM are cheap and change nothing") {
  const auto of = any_kind();
  CAPTURE(of.name);
  rig at(of);
  at.fill(9);
  at.read();
  at.pass(600s);
  at.read();
  const auto before = at.side->requests();
  at.pass(600s);
  const auto done = at.read();
  CHECK(done.changed + done.deleted == 0);
  CHECK(at.side->requests() - before <= 3 * 4);
}

TEST_CASE("conformance: an edit while pages are read is not lost") {
  const auto of = any_kind();
  CAPTURE(of.name);
  rig at(of);
  at.fill(9);
  if (!at.side->in_the_middle([&] {
        at.side->put({.key = "p100", .title = "Edited meanwhile"});
        at.side->put({.key = "p108", .title = "Edited too"});
        at.side->put({.key = "a-new-one", .title = "Made meanwhile"});
      }))
    return;
  at.read();
  CHECK(at.title("p100") == "Edited meanwhile");
  CHECK(at.title("p108") == "Edited too");
  CHECK(at.title("a-new-one") == "Made meanwhile");
  CHECK(at.catalogue().size() == 10);
}

TEST_CASE("conformance: a variant's and its parent's edit both bring the whole product") {
  const auto of = any_kind();
  CAPTURE(of.name);
  rig at(of);
  at.side->put({.key = "tee", .title = "Tee", .colors = {"red", "blue"}});
  at.read();
  at.pass(300s);
  at.side->put({.key = "tee", .title = "Tee", .colors = {"red", "blue", "green"}});
  at.read();
  CHECK(at.ask("select jsonb_array_length(payload -> 'variants') from product where key = 'tee'") == "3");
  at.pass(300s);
  at.side->put({.key = "tee", .title = "Better tee", .colors = {"red", "blue", "green"}});
  at.read();
  CHECK(at.title("tee") == "Better tee");
  CHECK(at.ask("select jsonb_array_length(payload -> 'variants') from product where key = 'tee'") == "3");
  CHECK(at.catalogue().size() == 1);
}

TEST_CASE("conformance: a deletion arrives, by tombstone or by sweep, and nothing else goes") {
  const auto of = any_kind();
  CAPTURE(of.name);
  rig at(of);
  at.fill(9);
  at.read();
  at.pass(300s);
  at.side->remove("p103");
  at.rhythm.sweep_every = 60s;
  const auto done = at.read();
  CHECK(done.deleted == 1);
  CHECK(at.catalogue().size() == 8);
  CHECK(at.title("p103") == "(not there)");
  at.pass(300s);
  at.side->put({.key = "p103", .title = "Back"});
  at.read();
  CHECK(at.title("p103") == "Back");
}

TEST_CASE("conformance: what is hidden is not deleted") {
  const auto of = any_kind();
  CAPTURE(of.name);
  rig at(of);
  at.fill(12);
  at.read();
  at.pass(300s);
  at.rhythm.sweep_every = 60s;
  SECTION("one of many: it is asked for, and is there") {
    if (!at.side->hide({"p105"})) return;
    at.read();
    CHECK(at.catalogue().size() == 12);
  }
  SECTION("many: the brake holds") {
    std::vector<std::string> most;
    for (int i = 0; i < 9; ++i) most.push_back(rig::name(i));
    if (!at.side->hide(most)) return;
    CHECK_FALSE(at.read().brake.empty());
    CHECK(at.catalogue().size() == 12);
    at.side->show_all();
    at.pass(300s);
    CHECK(at.read().brake.empty());
    CHECK(at.catalogue().size() == 12);
  }
}

TEST_CASE("conformance: a listing that ends early deletes nothing") {
  const auto of = any_kind();
  CAPTURE(of.name);
  rig at(of);
  at.fill(12);
  at.read();
  at.pass(300s);
  at.rhythm.sweep_every = 60s;
  if (!at.side->meet(trouble::page_cut, 1)) return;
  at.read();
  CHECK(at.catalogue().size() == 12);
}

TEST_CASE("conformance: whatever the network does, nothing is lost and the rest goes on") {
  const auto of = any_kind();
  const auto what = GENERATE(trouble::status_429, trouble::status_500, trouble::status_503, trouble::reset,
                             trouble::cut_short, trouble::not_json, trouble::timeout, trouble::token_expired);
  CAPTURE(of.name, static_cast<int>(what));
  rig at(of);
  at.fill(10);
  if (!at.side->meet(what, 1)) return;
  at.read_through();
  at.side->put({.key = "p101", .title = "Changed"});
  at.pass(60s);
  REQUIRE(at.side->meet(what, 2));
  at.read_through();
  at.side->no_more_trouble();
  at.read();
  CHECK(at.catalogue().size() == 10);
  CHECK(at.title("p101") == "Changed");
}

TEST_CASE("conformance: trouble at each single request of a reading") {
  const auto of = any_kind();
  CAPTURE(of.name);
  int most = 0;
  {
    rig at(of);
    at.fill(7);
    at.side->put({.key = "tee", .title = "Tee", .colors = {"red", "blue"}});
    at.read();
    most = std::min(at.side->requests(), 25);
  }
  for (int n = 0; n < most; ++n) {
    rig at(of);
    at.fill(7);
    at.side->put({.key = "tee", .title = "Tee", .colors = {"red", "blue"}});
    if (!at.side->meet_after(n, trouble::cut_short)) return;
    for (int times = 0; times < 3; ++times) at.read_through(); // it strikes in one of them
    at.side->no_more_trouble();
    at.read();
    CAPTURE(n);
    CHECK(at.catalogue().size() == 8);
    CHECK(at.ask("select jsonb_array_length(payload -> 'variants') from product where key = 'tee'") == "2");
  }
}

TEST_CASE("conformance: a page that comes twice is no work, one without end is an error and loses nothing") {
  const auto of = any_kind();
  CAPTURE(of.name);
  rig at(of);
  at.fill(9);
  SECTION("twice") {
    if (!at.side->meet(trouble::page_twice, 1)) return;
    at.read();
    CHECK(at.ask("select count(*) from note where event = 'changed'") == "9");
  }
  SECTION("without end") {
    if (!at.side->meet(trouble::endless_next, 1'000'000)) return;
    at.pass(2s);
    CHECK_FALSE(at.loop.run(at.daemon.intake.read_all(at.side->source(), at.rhythm)));
    at.side->no_more_trouble();
    at.read_through();
  }
  at.read();
  CHECK(at.catalogue().size() == 9);
}

TEST_CASE("conformance: a lost permission is told, deletes nothing, and is over when it is given again") {
  const auto of = any_kind();
  CAPTURE(of.name);
  rig at(of);
  at.fill(8);
  at.read();
  at.pass(300s);
  at.rhythm.sweep_every = 60s;
  if (!at.side->meet(trouble::forbidden, 1'000'000)) return;
  for (int i = 0; i < 3; ++i) {
    at.pass(60s);
    CHECK_FALSE(at.loop.run(at.daemon.intake.read_all(at.side->source(), at.rhythm)));
  }
  CHECK(at.catalogue().size() == 8);
  CHECK(at.ask("select count(*) from alert where kind = 'source_failing' and closed_at is null") == "1");
  at.side->no_more_trouble();
  at.side->put({.key = "p100", .title = "After"});
  at.read_through();
  at.read();
  CHECK(at.title("p100") == "After");
  CHECK(at.ask("select count(*) from alert where kind = 'source_failing' and closed_at is null") == "0");
}

TEST_CASE("conformance: a daemon that dies after any page goes on where it stood") {
  const auto of = any_kind();
  CAPTURE(of.name);
  rig at(of);
  at.fill(10);
  const auto life_token = random_uuid();
  for (int life = 0; life < 30; ++life) {
    at.pass(1s);
    const auto held = at.loop.run(at.daemon.db->lease_source(at.side->source().name(), "x", life_token, 1h));
    REQUIRE(held);
    auto page = at.loop.run(at.side->source().read(held->cursor));
    REQUIRE(page);
    if (life % 2 == 0) { // it dies before the commit: the same page comes again
      at.side->restart();
      page = at.loop.run(at.side->source().read(held->cursor));
      REQUIRE(page);
    }
    const bool more = page->more;
    sync::page_commit commit{.items = {}, .version = page->read_started, .cursor = page->cursor, .more = more};
    for (const auto& item : page->items) {
      const auto record = parse_record(item.payload, item.where);
      REQUIRE(record);
      commit.items.push_back(
          {.key = record->key, .payload = item.payload, .digest = record->digest, .where = item.where});
    }
    at.loop.run(at.daemon.db->commit_page(at.side->source().name(), held->token, {us}, std::move(commit)));
    at.side->restart(); // after the commit, before committed() was told
    if (!more) break;
  }
  at.read();
  CHECK(at.catalogue().size() == 10);
}

TEST_CASE("conformance: a full reading and changes go on at once") {
  const auto of = any_kind();
  CAPTURE(of.name);
  rig at(of);
  at.fill(10);
  at.read();
  if (!at.side->source().abilities().rereads) return;
  at.pass(300s);
  at.loop.run(at.daemon.db->request_read(at.side->source().name(), true));
  at.pass(2s);
  auto first = at.loop.run(at.daemon.intake.read_round(at.side->source(), at.rhythm));
  REQUIRE(first);
  CHECK(first->more); // the full reading has only begun
  at.side->put({.key = "p109", .title = "Changed meanwhile"});
  at.pass(2s);
  const auto second = at.loop.run(at.daemon.intake.read_round(at.side->source(), at.rhythm));
  REQUIRE(second);
  CHECK(at.title("p109") == "Changed meanwhile");
  CHECK(second->more);
  at.read();
  CHECK(at.ask("select full_cursor is null from source") == "t");
  CHECK(std::stoi(at.ask("select full_items from source")) >= 10);
  CHECK(at.title("p109") == "Changed meanwhile");
}

TEST_CASE("conformance: one product on demand") {
  const auto of = any_kind();
  CAPTURE(of.name);
  rig at(of);
  at.fill(4);
  at.read();
  if (!at.side->source().abilities().reads_one) return;
  at.side->put({.key = "p102", .title = "On demand"});
  const auto item = at.loop.run(at.side->source().read_one(product_key("p102")));
  REQUIRE(item);
  CHECK_FALSE(item->deleted);
  CHECK(item->payload.at("values").at("name").at(0).at("data") == "On demand");
  at.side->remove("p101");
  const auto gone = at.loop.run(at.side->source().read_one(product_key("p101")));
  REQUIRE(gone);
  CHECK(gone->deleted);
}

TEST_CASE("conformance: a disabled product says so") {
  const auto of = any_kind();
  CAPTURE(of.name);
  rig at(of);
  at.side->put({.key = "off", .enabled = false});
  at.read();
  CHECK(at.ask("select payload ->> 'enabled' from product where key = 'off'") == "false");
}
