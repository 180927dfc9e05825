#include "folder_rig.hpp"
#include "pim/record_lines.hpp"

namespace listingd::pim {

using namespace test;

namespace {

/// Reads one file of lines; gives what came out of it.
folder_rig::everything read_file(folder_rig& at, const std::string& bytes) {
  at.drop("a.ndjson", bytes);
  return at.read_all();
}

json::value report_line(const folder_rig& at) {
  const auto text = at.folder.read("done/a.rejected.ndjson");
  REQUIRE(std::ranges::count(text, '\n') == 1);
  return parse_json(text, "report").value();
}

struct bad_line {
  const char* name;
  std::string text;
  const char* reason;
};

std::vector<bad_line> bad_lines() {
  return {{"no JSON", "key: mug", "not valid JSON"},
          {"half a record", R"({"key":"mug")", "not valid JSON"},
          {"two values", R"({"key":"a"} {"key":"b"})", "extra text"},
          {"a list", "[]", "must be a JSON object"},
          {"a bare text", R"("mug")", "must be a JSON object"},
          {"no key", R"({"values":{}})", "key: is missing"},
          {"an empty key", R"({"key":" "})", "key: is missing"},
          {"a key of 201 characters", R"({"key":")" + std::string(201, 'k') + R"("})", "longer than 200"},
          {"values of another shape", R"({"key":"a","values":{"name":"Mug"}})", "must be a list of"},
          {"a NUL byte", std::string("{\"key\":\"a\0b\"}", 13), "NUL byte"},
          {"a NUL character", R"({"key":"a","values":{"n":[{"data":"\u0000"}]}})", "NUL character"},
          {"a NUL in an attribute's code", R"({"key":"a","values":{"n\u0000":[{"data":1}]}})", "NUL character"},
          {"Latin-1", "{\"key\":\"tass\xE9\"}", "not UTF-8"},
          {"an overlong form", "{\"key\":\"\xC0\xAF\"}", "not UTF-8"},
          {"half a surrogate pair", R"({"key":"\ud800"})", "not valid JSON"},
          {"nesting without end", std::string(3000, '['), "not valid JSON"},
          {"a tombstone without a key", R"({"deleted":true})", "key: is missing"},
          {"a tombstone that is not sure", R"({"key":"a","deleted":"yes"})", "must be true or false"}};
}

} // namespace

TEST_CASE("a bad line is reported with file, line and reason, put aside, and holds nothing else") {
  for (const auto& bad : bad_lines()) {
    DYNAMIC_SECTION(bad.name) {
      folder_rig at;
      const auto all = read_file(at, record("before") + "\n" + bad.text + "\n" + record("after") + "\n");
      CHECK(all.keys == texts{"before", "after"});
      REQUIRE(all.rejected.size() == 1);
      CHECK(all.rejected[0].starts_with("a.ndjson:2"));
      CHECK(all.rejected[0].find(bad.reason) != std::string::npos);
      const auto report = report_line(at);
      CHECK(integer_at(report, "line") == 2);
      CHECK(text_at(report, "reason") == all.rejected[0]);
      const auto* text = find(report, "text");
      CHECK((text != nullptr ? std::string(text->as_string()) == bad.text : !text_at(report, "base64").empty()));
    }
  }
}

TEST_CASE("a line beyond the limit is rejected in bounded memory and repeated in part") {
  folder_rig at;
  at.options.longest_line = 100;
  at.restart();
  const auto length = GENERATE(101, 5'000, 1'000'000);
  const std::string end = GENERATE(as<std::string>{}, "", "\n", "\n" + record("after"));
  const auto all = read_file(at, record("before") + "\n" + std::string(static_cast<std::size_t>(length), 'x') + end);
  CHECK(all.keys == (end.size() > 1 ? texts{"before", "after"} : texts{"before"}));
  REQUIRE(all.rejected.size() == 1);
  CHECK(all.rejected[0].starts_with("a.ndjson:2: "));
  CHECK(flag_at(report_line(at), "cut"));
}

TEST_CASE("a line of exactly the limit is read") {
  folder_rig at;
  at.options.longest_line = record("mug").size();
  at.restart();
  CHECK(read_file(at, record("mug") + GENERATE(as<std::string>{}, "", "\n")).keys == texts{"mug"});
}

TEST_CASE("blank lines, carriage returns, a byte order mark and a missing last line feed are no mistakes") {
  folder_rig at;
  const auto all =
      read_file(at, "\xEF\xBB\xBF" + record("one") + "\r\n\r\n   \n" + record("two") + "\r\n\n" + record("three"));
  CHECK(all.keys == texts{"one", "two", "three"});
  CHECK(all.rejected.empty());
  CHECK(at.names("done") == names{"a.ndjson"});
}

TEST_CASE("line numbers count blank lines and go on over pages") {
  folder_rig at;
  const auto all = read_file(at, "\n\n" + records("p", 4) + "\nbad\n");
  REQUIRE(all.rejected.size() == 1);
  CHECK(all.rejected[0].starts_with("a.ndjson:8: "));
}

TEST_CASE("a tombstone is a deletion with its key, and deleted = false is none") {
  folder_rig at;
  const auto all = read_file(at, R"({"key":"gone","deleted":true})"
                                 "\n"
                                 R"({"key":"there","values":{},"deleted":false})");
  CHECK(all.deleted == texts{"gone"});
  CHECK(all.keys == texts{"there"});
}

TEST_CASE("a page ends at its bound of bytes") {
  folder_rig at;
  at.options.page_lines = 1000;
  at.options.page_bytes = 2 * (record("p0").size() + 1);
  at.restart();
  at.drop("a.ndjson", records("p", 5));
  CHECK(at.read().items.size() == 2);
  CHECK(at.read_all().keys.size() == 5);
}

TEST_CASE("lines cross the chunks in which a file is read") {
  folder_rig at;
  const std::string filler(200'000, 'x');
  std::string bytes;
  for (int i = 0; i < 7; ++i)
    bytes += R"({"key":"p)" + std::to_string(i) + R"(","values":{"n":[{"data":")" + filler + "\"}]}}\n";
  const auto all = read_file(at, bytes);
  CHECK(all.keys == texts{"p0", "p1", "p2", "p3", "p4", "p5", "p6"});
  CHECK(all.rejected.empty());
}

TEST_CASE("UTF-8 is told from what is not") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("Tasse \xE2\x98\x95 \xF0\x9F\x8D\xB5"));
  CHECK(is_utf8("quote \" backslash \\ line\n"));
  CHECK_FALSE(is_utf8("\xE9"));
  CHECK_FALSE(is_utf8("\xED\xA0\x80"));
  CHECK_FALSE(is_utf8("\xF0\x9F\x8D"));
}

} // namespace listingd::pim
