// The PIM's side of the conformance suite, as far as the suite relies on it: what a PIM does to its products is what
// the source delivers, in either format.
#include "folder_rig.hpp"
#include "model/record.hpp"
#include "sources/folder_side.hpp"

namespace listingd::pim {

using namespace test;
using sources::pim_side;
using sources::trouble;

namespace {

struct side_rig {
  asio::io_context loop;
  asio::thread_pool pool{1};
  listingd::test::temp_folder folder;
  manual_clock time{*instant_from_text("2026-11-24T08:00:00Z")};
  bool csv = GENERATE(false, true);
  std::unique_ptr<pim_side> pim = make();
  std::string cursor;

  std::unique_ptr<pim_side> make() {
    const sources::side_options options{
        .loop = loop.get_executor(), .time = time, .pool = pool, .folder = folder.path(), .database = {}};
    return csv ? sources::make_csv_folder_side(options) : sources::make_folder_side(options);
  }
  /// The records and tombstones that come until nothing is left.
  std::vector<sync::source_item> read_all() {
    std::vector<sync::source_item> out;
    for (bool more = true; more;) {
      auto page = run(pim->source().read(cursor));
      REQUIRE(page);
      CHECK(page->rejected.empty());
      if (folder_rig::idle(*page, cursor)) break;
      std::ranges::move(page->items, std::back_inserter(out));
      more = page->more;
      cursor = page->cursor;
      run_committed();
    }
    return out;
  }
  void run_committed() {
    auto done = asio::co_spawn(loop, pim->source().committed(cursor), asio::use_future);
    loop.restart();
    loop.run();
    done.get();
  }
};

} // namespace

TEST_CASE("what the PIM puts and removes is delivered in its order") {
  side_rig at;
  at.pim->put({.key = "mug", .title = "A \"big\" mug", .rank = 7});
  at.pim->put({.key = "tee", .colors = {"red", "blue"}, .enabled = false});
  at.pim->remove("mug");
  const auto items = at.read_all();
  REQUIRE(items.size() == 3);
  const auto mug = parse_record(items[0].payload, "mug"), tee = parse_record(items[1].payload, "tee");
  REQUIRE(mug);
  REQUIRE(tee);
  CHECK(mug->values.at("name").at(0).at("data") == "A \"big\" mug");
  CHECK(mug->values.at("name").at(0).at("locale") == "en_US");
  CHECK(text_of(mug->values.at("rank").at(0).at("data")) == "7");
  CHECK_FALSE(tee->enabled);
  CHECK(tee->axes == texts{"color"});
  REQUIRE(tee->variants.size() == 2);
  CHECK(tee->variants[1].key.text() == "tee-blue");
  CHECK(tee->variants[1].values.at("sku").at(0).at("data") == "tee-blue");
  CHECK(items[2].deleted);
  CHECK(items[2].key.text() == "mug");
}

TEST_CASE("a save that changes nothing delivers an equal record, packed or not") {
  side_rig at;
  at.pim->put({.key = "tee", .colors = {"red"}});
  at.pim->save_again("tee");
  const auto items = at.read_all();
  REQUIRE(items.size() == 2);
  CHECK(parse_record(items[0].payload, "a")->digest == parse_record(items[1].payload, "b")->digest);
}

TEST_CASE("a file that is still being written is waited for and holds the later ones back") {
  side_rig at;
  const bool before = GENERATE(true, false);
  if (before) at.pim->put({.key = "mug"});
  CHECK(at.pim->meet(trouble::cut_short, 2));
  if (!before) at.pim->put({.key = "mug"});
  at.pim->put({.key = "tee"});
  CHECK(at.read_all().empty());
  CHECK(at.read_all().empty());
  CHECK(at.read_all().size() == 2);
}

TEST_CASE("a trouble that comes later comes at the request that was named") {
  side_rig at;
  CHECK(at.pim->meet_after(1, trouble::cut_short));
  CHECK(at.read_all().empty());
  at.pim->put({.key = "mug"});
  CHECK(at.read_all().empty());
  CHECK(at.read_all().size() == 1);
}

TEST_CASE("what is dropped while a page is on its way comes with the next") {
  side_rig at;
  at.pim->put({.key = "mug"});
  CHECK(at.pim->in_the_middle([&] { at.pim->put({.key = "tee"}); }));
  CHECK(at.read_all().size() == 2);
  CHECK(at.pim->requests() > 1);
}

TEST_CASE("a folder knows no trouble of the network") {
  side_rig at;
  for (const auto what : {trouble::status_429, trouble::status_500, trouble::reset, trouble::not_json, trouble::timeout,
                          trouble::token_expired, trouble::forbidden, trouble::page_twice, trouble::endless_next})
    CHECK_FALSE(at.pim->meet(what, 1));
}

} // namespace listingd::pim
