// stirred(): that something was dropped is known at once, and nothing else makes it known.
#include "folder_rig.hpp"

#include <fstream>

namespace listingd::pim {

using namespace test;

namespace fs = std::filesystem;

TEST_CASE("a dropped file stirs the folder until it is read") {
  folder_rig at;
  CHECK(folder_rig::idle(at.read(), at.cursor));
  CHECK_FALSE(at.source->stirred());
  const auto name = GENERATE(as<std::string>{}, "a.ndjson", "a.csv", "a.ndjson.gz", "a-full.csv.gz");
  at.drop(name, "");
  CHECK(at.source->stirred());
  CHECK(at.source->stirred());
  at.read_all();
  CHECK_FALSE(at.source->stirred()); // and its way through processing to done did not stir it
}

TEST_CASE("a file stirs the folder however it comes") {
  folder_rig at;
  at.drop("elsewhere/a.ndjson", record("one"));
  CHECK(folder_rig::idle(at.read(), at.cursor));
  const auto from = at.folder.path() / "elsewhere/a.ndjson", to = at.folder.path() / "a.ndjson";
  const auto way = GENERATE(as<std::string>{}, "moved", "linked", "copied");
  if (way == "moved") fs::rename(from, to);
  if (way == "linked") fs::create_hard_link(from, to);
  if (way == "copied") fs::copy_file(from, to);
  CHECK(at.source->stirred());
}

TEST_CASE("names that are not read do not stir the folder") {
  folder_rig at;
  CHECK(folder_rig::idle(at.read(), at.cursor));
  at.drop(GENERATE(as<std::string>{}, ".a.ndjson", "a.ndjson.part", "a.json", "images/a.jpg", "done/a.ndjson"), "");
  CHECK_FALSE(at.source->stirred());
}

TEST_CASE("a file that is still too fresh to be read stirs the folder again when it has been quiet long enough") {
  folder_rig at;
  at.drop("a.ndjson", record("one"));
  at.age("a.ndjson", duration{500});
  CHECK(folder_rig::idle(at.read(), at.cursor));
  CHECK_FALSE(at.source->stirred());
  at.time.advance(duration{1'500});
  CHECK_FALSE(at.source->stirred());
  at.time.advance(duration{1});
  CHECK(at.source->stirred());
  CHECK(at.read_all().keys == texts{"one"});
  CHECK_FALSE(at.source->stirred());
}

TEST_CASE("a taken file whose writer goes on stirs the folder when it has been quiet long enough") {
  folder_rig at;
  at.drop("processing/a.ndjson", record("one").substr(0, 5));
  at.age("processing/a.ndjson", duration{500});
  CHECK(folder_rig::idle(at.read(), at.cursor));
  CHECK_FALSE(at.source->stirred());
  at.time.advance(duration{1'501});
  CHECK(at.source->stirred());
}

TEST_CASE("a folder that appears, goes and comes back stirs, and is watched again") {
  folder_rig at;
  const auto inbox = at.folder.path() / "inbox";
  at.options.directory = inbox;
  at.restart();
  CHECK_FALSE(run(at.source->read("")));
  CHECK_FALSE(at.source->stirred());
  for (int time = 0; time < 3; ++time) {
    fs::create_directory(inbox);
    CHECK(at.source->stirred());
    CHECK(folder_rig::idle(at.read(), at.cursor));
    CHECK_FALSE(at.source->stirred());
    at.drop("inbox/a.ndjson", record("one"));
    CHECK(at.source->stirred());
    CHECK(at.read_all().keys == texts{"one"});
    fs::remove_all(inbox);
    CHECK_FALSE(at.source->stirred());
  }
}

TEST_CASE("another folder in the place of the watched one stirs and is watched, the old one no longer") {
  folder_rig at;
  const auto inbox = at.folder.path() / "inbox", old = at.folder.path() / "old";
  fs::create_directory(inbox);
  at.options.directory = inbox;
  at.restart();
  CHECK(folder_rig::idle(at.read(), at.cursor));
  fs::rename(inbox, old);
  fs::create_directory(inbox);
  CHECK(at.source->stirred());
  CHECK(folder_rig::idle(at.read(), at.cursor));
  at.drop("old/a.ndjson", record("one"));
  CHECK_FALSE(at.source->stirred());
  at.drop("inbox/a.ndjson", record("one"));
  CHECK(at.source->stirred());
}

TEST_CASE("when more happens than the kernel remembers, the folder counts as stirred") {
  folder_rig at;
  CHECK(folder_rig::idle(at.read(), at.cursor));
  std::size_t remembered = 0;
  std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> remembered;
  REQUIRE(remembered > 0);
  for (std::size_t i = 0; i < remembered + 10; ++i) // each an event of its own, none of which stirs by itself
    std::ofstream(at.folder.path() / std::to_string(i % 2)).put('x');
  CHECK(at.source->stirred());
  CHECK(folder_rig::idle(at.read(), at.cursor));
  CHECK_FALSE(at.source->stirred());
}

} // namespace listingd::pim
