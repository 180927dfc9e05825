#include "folder_rig.hpp"
#include "sources/gzipped.hpp"

namespace listingd::pim {

using namespace test;
using sources::gzipped;

namespace {

/// Bytes that do not pack well.
std::string noise(std::size_t size) {
  std::string out;
  for (unsigned state = 1; out.size() < size; state = state * 1'103'515'245U + 12'345U)
    out += static_cast<char>('a' + (state >> 16U) % 26);
  return out;
}

} // namespace

TEST_CASE("a packed file is read page by page like a plain one, over restarts, and goes to done as it came") {
  folder_rig at;
  const auto packed = gzipped(records("p", 7) + "bad\n");
  at.drop("a-full.ndjson.gz", packed);
  at.drop("b.csv.gz", gzipped("key,name\nmug,Mug\n"));
  texts keys;
  for (auto page = at.read(); !folder_rig::idle(page, at.cursor); page = at.read()) {
    for (const auto& item : page.items) keys.push_back(text_at(item.payload, "key"));
    at.commit(page);
    at.restart();
  }
  CHECK(keys == texts{"p0", "p1", "p2", "p3", "p4", "p5", "p6", "mug"});
  CHECK(at.names("done") == names{"a-full.ndjson.gz", "a-full.ndjson.gz.rejected.ndjson", "b.csv.gz"});
  CHECK(at.folder.read("done/a-full.ndjson.gz") == packed);
  CHECK(at.names("processing").empty());
}

TEST_CASE("members in a row and zeros behind the last are one file") {
  folder_rig at;
  at.drop("a.ndjson.gz", gzipped(record("one") + "\n" + record("two").substr(0, 5)) + gzipped("") +
                             gzipped(record("two").substr(5) + "\n") + std::string(512, '\0'));
  CHECK(at.read_all().keys == texts{"one", "two"});
}

TEST_CASE("a packed file that is much larger than what is unpacked at a time arrives whole") {
  folder_rig at;
  std::string bytes;
  for (int i = 0; i < 40; ++i)
    bytes += R"({"key":"p)" + std::to_string(i) + R"(","values":{"n":[{"data":")" +
             (i % 2 == 0 ? noise(50'000) : std::string(50'000, 'x')) + "\"}]}}\n";
  at.drop("a.ndjson.gz", gzipped(bytes));
  const auto all = at.read_all();
  CHECK(all.keys.size() == 40);
  CHECK(all.rejected.empty());
}

TEST_CASE("a packed file that lies or is cut goes to failed with the reason, and nothing of it is delivered") {
  auto packed = gzipped(records("p", 500));
  const auto [what, reason] = GENERATE(table<std::string, std::string>({{"cut", "ends early"},
                                                                        {"cut in its head", "ends early"},
                                                                        {"empty", "ends early"},
                                                                        {"plain text", "not gzip"},
                                                                        {"another checksum", "damaged"},
                                                                        {"another size", "damaged"},
                                                                        {"rubbish behind it", "not gzip"},
                                                                        {"too large", "more than 1000 bytes"}}));
  folder_rig at;
  if (what == "cut") packed.resize(packed.size() - 9);
  if (what == "cut in its head") packed.resize(5);
  if (what == "empty") packed.clear();
  if (what == "plain text") packed = records("p", 2);
  if (what == "another checksum") packed[packed.size() - 8] ^= 1;
  if (what == "another size") packed[packed.size() - 4] ^= 1;
  if (what == "rubbish behind it") packed += "rubbish";
  if (what == "too large") at.options.largest_file = 1'000;
  at.restart();
  at.drop("a.ndjson.gz", packed);
  at.drop("b.ndjson", record("next"));
  const auto all = at.read_all();
  CHECK(all.keys == texts{"next"});
  REQUIRE(all.rejected.size() == 1);
  CHECK(all.rejected[0].starts_with("a.ndjson.gz: "));
  CHECK(all.rejected[0].find(reason) != std::string::npos);
  CHECK(at.names("failed") == names{"a.ndjson.gz", "a.ndjson.gz.rejected.ndjson"});
  CHECK(at.folder.read("failed/a.ndjson.gz") == packed);
  CHECK(at.names("processing").empty());
}

TEST_CASE("a file of exactly the size that may come out is read") {
  folder_rig at;
  at.options.largest_file = records("p", 5).size();
  at.restart();
  at.drop("a.ndjson.gz", gzipped(records("p", 5)));
  CHECK(at.read_all().keys.size() == 5);
}

TEST_CASE("what a crash left half unpacked is unpacked anew") {
  folder_rig at;
  const auto stamp = std::to_string(at.time.now().time_since_epoch().count());
  at.drop("processing/" + stamp + ".a.ndjson.gz", gzipped(records("p", 2)));
  at.drop("processing/." + stamp + ".a.ndjson.gz.unpacked.part",
          "rubbish of the first try, longer than the file itself" + std::string(1'000, 'x'));
  CHECK(at.read_all().keys == texts{"p0", "p1"});
  CHECK(at.names("processing").empty());
  CHECK(at.names("done") == names{"a.ndjson.gz"});
}

TEST_CASE("a packed file whose writer goes on after it was taken is waited for") {
  folder_rig at;
  const auto packed = gzipped(records("p", 2));
  const std::string taken = "processing/a.ndjson.gz";
  at.drop(taken, packed.substr(0, 20));
  at.age(taken, duration{500});
  const auto waiting = at.read();
  CHECK(folder_rig::idle(waiting, at.cursor));
  CHECK_FALSE(waiting.more);
  const auto claimed = "processing/" + *at.names("processing").begin();
  at.drop(claimed, packed);
  CHECK(at.read_all().keys == texts{"p0", "p1"});
}

} // namespace listingd::pim
