#include "folder_rig.hpp"

namespace listingd::pim {

using namespace test;

TEST_CASE(
    "a dropped file is read page by page, moves to done when its last page is committed, and leaves nothing behind") {
  folder_rig at;
  at.drop("products-1.ndjson", records("p", 4));
  const auto first = at.read();
  CHECK(first.items.size() == 3);
  CHECK(first.items[1].where == "products-1.ndjson:2");
  CHECK(first.more);
  CHECK_FALSE(first.watermark);
  CHECK(first.total == 4); // reckoned by the bytes
  at.commit(first);
  CHECK(at.names("done").empty());
  const auto last = at.read();
  CHECK(last.items.size() == 1);
  CHECK_FALSE(last.sweep_complete);
  CHECK(last.watermark == last.read_started);
  CHECK(last.window == "products-1.ndjson, a delta");
  CHECK(last.total == 4);
  at.commit(last);
  CHECK(at.names("done") == names{"products-1.ndjson"});
  CHECK(at.names("processing").empty());
  CHECK(at.names(".").empty());
  CHECK(folder_rig::idle(at.read(), at.cursor));
}

TEST_CASE("files are read in the order of their names, each with a later version than the one before") {
  folder_rig at;
  at.drop("b.ndjson", record("two"));
  at.drop("c-full.ndjson", record("three"));
  at.drop("a.ndjson", record("one"));
  const auto all = at.read_all();
  CHECK(all.keys == texts{"one", "two", "three"});
  REQUIRE(all.versions.size() == 3);
  CHECK(all.versions[0] < all.versions[1]); // though the clock stands still
  CHECK(all.versions[1] < all.versions[2]);
  CHECK(all.sweeps == 1);
}

TEST_CASE("only a name that holds 'full' makes a full listing, and only its last page completes the sweep") {
  folder_rig at;
  at.drop("a-full.ndjson", records("p", 7));
  std::vector<bool> sweeps;
  for (auto page = at.read(); !folder_rig::idle(page, at.cursor); page = at.read()) {
    CHECK(page.read_started == at.time.now());
    sweeps.push_back(page.sweep_complete);
    at.commit(page);
  }
  CHECK(sweeps == std::vector<bool>{false, false, true});
  at.drop("b-delta.ndjson", records("p", 7));
  CHECK(at.read_all().sweeps == 0);
}

TEST_CASE("a version is the time when the reading began, also for pages read later and after a restart") {
  folder_rig at;
  const auto began = at.time.now();
  at.drop("a.ndjson", records("p", 9));
  at.commit(at.read());
  at.time.advance(duration{60'000});
  CHECK(at.read().read_started == began);
  at.restart();
  CHECK(at.read().read_started == began);
}

TEST_CASE("a clock that was set back does not set versions back") {
  folder_rig at;
  at.drop("a.ndjson", record("one"));
  const auto first = at.read_all().versions.at(0);
  at.time.advance(duration{-3'600'000});
  at.drop("b.ndjson", record("two"));
  CHECK(at.read_all().versions.at(0) > first);
}

TEST_CASE("names that are hidden, partial or of another kind are not touched") {
  folder_rig at;
  const auto name = GENERATE(as<std::string>{}, ".products.ndjson", "products.ndjson.part", "products.ndjson.tmp",
                             "products.json", "images/products.ndjson");
  at.drop(name, record("one"));
  CHECK(folder_rig::idle(at.read(), at.cursor));
  CHECK(at.folder.has(name));
}

TEST_CASE("a file that was just written to waits, and no later one overtakes it") {
  folder_rig at;
  at.drop("a.ndjson", record("one"));
  at.drop("b-full.ndjson", record("two"));
  at.age("a.ndjson", duration{1'000});
  CHECK(folder_rig::idle(at.read(), at.cursor));
  at.time.advance(duration{1'500});
  CHECK(at.read_all().keys == texts{"one", "two"});
}

TEST_CASE("a file dated in the future is read: its clock is wrong, nobody writes it") {
  folder_rig at;
  at.drop("a.ndjson", record("one"));
  at.age("a.ndjson", duration{-86'400'000});
  CHECK(at.read_all().keys == texts{"one"});
}

TEST_CASE("a writer who goes on after the file was taken is waited for, and the half line is not read") {
  folder_rig at;
  at.drop("a-full.ndjson", record("one") + "\n" + record("two").substr(0, 9));
  at.options.page_lines = 1;
  at.restart();
  at.commit(at.read()); // one line, the file is in processing
  const auto taken = "processing/" + *at.names("processing").begin();
  at.age(taken, duration{500});
  const auto waiting = at.read();
  CHECK(folder_rig::idle(waiting, at.cursor));
  CHECK_FALSE(waiting.more);
  at.folder.put(taken, record("one") + "\n" + record("two") + "\n" + record("three"));
  at.age(taken, duration{5'000});
  const auto rest = at.read_all();
  CHECK(rest.keys == texts{"two", "three"});
  CHECK(rest.rejected.empty());
  CHECK(rest.sweeps == 1);
}

TEST_CASE("the same name dropped again is read again and gets its own place in done") {
  folder_rig at;
  for (const auto* key : {"one", "two", "three"}) {
    at.drop("products.ndjson", record(key) + "\nbad\n");
    CHECK(at.read_all().keys == texts{key});
  }
  const auto done = at.names("done");
  CHECK(done.size() == 6); // three files and three reports
  CHECK(done.contains("products.ndjson"));
  CHECK(done.contains("products.rejected.ndjson"));
}

TEST_CASE("a crash between the last commit and the move to done does not read the file again") {
  folder_rig at;
  at.drop("a.ndjson", record("one") + "\nbad\n");
  at.cursor = at.read().cursor; // committed, and then the process died
  at.restart();
  CHECK(folder_rig::idle(at.read(), at.cursor));
  CHECK(at.names("done") == names{"a.ndjson", "a.rejected.ndjson"});
  at.drop("a.ndjson", record("again"));
  CHECK(at.read_all().keys == texts{"again"});
}

TEST_CASE("after a crash at any page the reading goes on from the committed cursor and nothing is lost") {
  const int crash_before = GENERATE(range(0, 5));
  const bool committed = GENERATE(true, false);
  folder_rig at;
  at.drop("a-full.ndjson", records("p", 6) + "bad\n" + records("q", 5));
  std::multiset<std::string> seen;
  const auto remember = [&](const sync::source_page& page) {
    for (const auto& item : page.items) seen.insert(text_at(item.payload, "key"));
  };
  for (int page = 0; page < crash_before; ++page) {
    const auto next = at.read();
    remember(next);
    if (page + 1 < crash_before || committed) at.cursor = next.cursor; // or the last page is read and lost
    if (page + 1 < crash_before) at.tell_committed();
  }
  at.restart();
  for (const auto& key : at.read_all().keys) seen.insert(key);
  for (int i = 0; i < 6; ++i) CHECK(seen.contains("p" + std::to_string(i)));
  for (int i = 0; i < 5; ++i) CHECK(seen.contains("q" + std::to_string(i)));
  CHECK(at.names("done") == names{"a-full.ndjson", "a-full.rejected.ndjson"});
  CHECK(at.names("processing").empty());
  const auto report = at.folder.read("done/a-full.rejected.ndjson");
  CHECK(std::ranges::count(report, '\n') == 1);
}

TEST_CASE("a cursor that is lost or of another kind of source reads the taken file from its beginning") {
  folder_rig at;
  at.drop("a.ndjson", records("p", 5));
  at.commit(at.read());
  at.cursor = GENERATE(as<std::string>{}, "", "page=7", R"({"file":7})", "[]");
  at.restart();
  CHECK(at.read_all().keys == texts{"p0", "p1", "p2", "p3", "p4"});
}

TEST_CASE("a file laid into processing by hand is read like one that was taken") {
  folder_rig at;
  at.drop("processing/a.ndjson", record("one"));
  CHECK(at.read_all().keys == texts{"one"});
  CHECK(at.names("done") == names{"a.ndjson"});
}

TEST_CASE("a full listing that holds no product deletes nothing and says so") {
  folder_rig at;
  at.drop("full.ndjson", GENERATE(as<std::string>{}, "", "\n\n  \n", R"({"key":"x","deleted":true})"));
  const auto all = at.read_all();
  CHECK(all.sweeps == 0);
  REQUIRE(all.rejected.size() == 1);
  CHECK(all.rejected[0].find("deletes nothing") != std::string::npos);
  CHECK(at.names("done") == names{"full.ndjson"});
}

TEST_CASE(
    "a full listing with a line that cannot be used deletes nothing: the line may be the product that seems gone") {
  folder_rig at;
  at.drop("full.ndjson", "bad\n" + records("p", 8));
  const auto all = at.read_all();
  CHECK(all.keys.size() == 8);
  CHECK(all.sweeps == 0);
  REQUIRE(all.rejected.size() == 2);
  CHECK(all.rejected[1].find("deletes nothing") != std::string::npos);
}

TEST_CASE("a taken file that became shorter is told and completes no sweep") {
  folder_rig at;
  at.drop("full.ndjson", records("p", 8));
  at.commit(at.read());
  const auto taken = "processing/" + *at.names("processing").begin();
  at.drop(taken, "");
  const auto all = at.read_all();
  CHECK(all.sweeps == 0);
  REQUIRE_FALSE(all.rejected.empty());
  CHECK(all.rejected[0].find("shorter") != std::string::npos);
}

TEST_CASE("what cannot be read as a file is named, put into failed, and does not hold the next") {
  folder_rig at;
  at.drop("b.ndjson", record("next"));
  const auto what = GENERATE(as<std::string>{}, "directory", "link", "broken link", "pipe");
  const auto place = at.folder.path() / "a.ndjson";
  at.folder.put("elsewhere/x.ndjson", record("foreign"));
  if (what == "directory") std::filesystem::create_directory(place);
  if (what == "link") std::filesystem::create_symlink(at.folder.path() / "elsewhere/x.ndjson", place);
  if (what == "broken link") std::filesystem::create_symlink("nowhere", place);
  if (what == "pipe") REQUIRE(::mkfifo(place.c_str(), 0600) == 0);
  const auto all = at.read_all();
  CHECK(all.keys == texts{"next"});
  REQUIRE(all.rejected.size() == 1);
  CHECK(all.rejected[0].starts_with("a.ndjson: "));
  CHECK(at.names("failed") == names{"a.ndjson", "a.rejected.ndjson"});
  CHECK(at.names("done") == names{"b.ndjson"});
}

TEST_CASE("a file name that is not UTF-8 is put into failed and told in characters that can be stored") {
  folder_rig at;
  at.drop("tass\xE9.ndjson", record("one"));
  const auto all = at.read_all();
  CHECK(all.keys.empty());
  REQUIRE(all.rejected.size() == 1);
  CHECK(all.rejected[0].starts_with("tass?.ndjson: "));
  CHECK(at.names("failed").size() == 2); // the file and the reason
}

TEST_CASE("a very long file name is shortened, and the file is read") {
  folder_rig at;
  at.drop(std::string(248, 'x') + ".ndjson", record("one") + "\nbad");
  CHECK(at.read_all().keys == texts{"one"});
  CHECK(at.names("done").size() == 2);
}

TEST_CASE("a folder that is not there is an error that can pass, and names it") {
  folder_rig at;
  at.options.directory = at.folder.path() / "absent";
  at.restart();
  const auto page = run(at.source->read(""));
  REQUIRE_FALSE(page);
  CHECK(page.error().kind == error_kind::retry);
  CHECK(page.error().text().find("absent") != std::string::npos);
}

} // namespace listingd::pim
