// What the columns and rows of a CSV file become; and that a product is delivered whole or not at all.
#include "folder_rig.hpp"

namespace listingd::pim {

using namespace test;

namespace {

struct csv_rig : folder_rig {
  csv_rig() {
    options.csv = {.axes = {"color", "size"},
                   .media_columns = {"picture"},
                   .list_columns = {"material"},
                   .channels = {"ecommerce", "USA"}};
    restart();
  }
  everything read_csv(const std::string& bytes) {
    drop("a.csv", bytes);
    return read_all();
  }
  /// Of a file with one product.
  json::value record_of(const std::string& bytes) {
    const auto all = read_csv(bytes);
    INFO((all.rejected.empty() ? "" : all.rejected[0]));
    REQUIRE(all.rejected.empty());
    REQUIRE(all.payloads.size() == 1);
    return all.payloads[0];
  }
  /// Numbers of the lines in the report.
  std::vector<std::int64_t> reported() {
    std::vector<std::int64_t> out;
    std::istringstream report(folder.read("done/a.csv.rejected.ndjson"));
    for (std::string line; std::getline(report, line);)
      out.push_back(integer_at(parse_json(line, "report").value(), "line").value());
    return out;
  }
};

using lines = std::vector<std::int64_t>;

struct column_case {
  const char *header, *cell, *values;
};

constexpr column_case column_cases[] = {
    {"name", "Mug", R"({"name":[{"locale":null,"scope":null,"data":"Mug"}]})"},
    {"name-en_US", "Mug", R"({"name":[{"locale":"en_US","scope":null,"data":"Mug"}]})"},
    {"name-zh_Hans_CN", "Mug", R"({"name":[{"locale":"zh_Hans_CN","scope":null,"data":"Mug"}]})"},
    {"name-es_419", "Mug", R"({"name":[{"locale":"es_419","scope":null,"data":"Mug"}]})"},
    {"name-en_US-print", "Mug", R"({"name":[{"locale":"en_US","scope":"print","data":"Mug"}]})"},
    {"name-ecommerce", "Mug", R"({"name":[{"locale":null,"scope":"ecommerce","data":"Mug"}]})"},
    {"name-USA", "Mug", R"({"name":[{"locale":null,"scope":"USA","data":"Mug"}]})"},
    {"name-de", "Mug", R"({"name-de":[{"locale":null,"scope":null,"data":"Mug"}]})"},
    {"country-of-origin", "FR", R"({"country-of-origin":[{"locale":null,"scope":null,"data":"FR"}]})"},
    {"weight-unit", "GRAM", R"({"weight-unit":[{"locale":null,"scope":null,"data":"GRAM"}]})"},
    {"price-USD", "9.90", R"({"price":[{"locale":null,"scope":null,"data":[{"amount":"9.90","currency":"USD"}]}]})"},
    {"price-en_US-ecommerce-USD", "9.90",
     R"({"price":[{"locale":"en_US","scope":"ecommerce","data":[{"amount":"9.90","currency":"USD"}]}]})"},
    {"price-EUR,price-USD", "9,10",
     R"({"price":[{"locale":null,"scope":null,"data":[{"amount":"9","currency":"EUR"},{"amount":"10","currency":"USD"}]}]})"},
    {"price-EUR,price-USD", ",10",
     R"({"price":[{"locale":null,"scope":null,"data":[{"amount":"10","currency":"USD"}]}]})"},
    {"price-ecommerce-USD,price-USA-USD", "9,10",
     R"({"price":[{"locale":null,"scope":"ecommerce","data":[{"amount":"9","currency":"USD"}]},
                  {"locale":null,"scope":"USA","data":[{"amount":"10","currency":"USD"}]}]})"},
    {"weight,weight-unit", "0.2,KILOGRAM",
     R"({"weight":[{"locale":null,"scope":null,"data":{"amount":"0.2","unit":"KILOGRAM"}}]})"},
    {"weight-unit,weight", "KILOGRAM,", R"({})"},
    {"weight,weight-unit", "0.2,", R"({"weight":[{"locale":null,"scope":null,"data":"0.2"}]})"},
    {"weight-en_US,weight-en_US-unit", "7,OUNCE",
     R"({"weight":[{"locale":"en_US","scope":null,"data":{"amount":"7","unit":"OUNCE"}}]})"},
    {"picture", "a.jpg", R"({"picture":[{"locale":null,"scope":null,"data":{"media":"a.jpg"}}]})"},
    {"picture-en_US", "a.jpg | b.jpg|",
     R"({"picture":[{"locale":"en_US","scope":null,"data":[{"media":"a.jpg"},{"media":"b.jpg"}]}]})"},
    {"material", "wool", R"({"material":[{"locale":null,"scope":null,"data":["wool"]}]})"},
    {"material", "wool|silk", R"({"material":[{"locale":null,"scope":null,"data":["wool","silk"]}]})"},
    {"name-en_US,name-de_DE", "Mug,Becher",
     R"({"name":[{"locale":"en_US","scope":null,"data":"Mug"},{"locale":"de_DE","scope":null,"data":"Becher"}]})"},
    {"name", "\"Say \"\"hi\"\", now\"", R"({"name":[{"locale":null,"scope":null,"data":"Say \"hi\", now"}]})"},
    {"name", "\"two\r\n\r\nlines\"", R"({"name":[{"locale":null,"scope":null,"data":"two\r\n\r\nlines"}]})"},
    {"name", " Mug ", R"({"name":[{"locale":null,"scope":null,"data":" Mug "}]})"},
    {"name", "\"\"", R"({})"},
    {" name ", "Mug", R"({"name":[{"locale":null,"scope":null,"data":"Mug"}]})"},
};

} // namespace

TEST_CASE("a column's header says which attribute, locale, channel, currency or unit its cells are") {
  for (const auto& one : column_cases) {
    DYNAMIC_SECTION(one.header << ": " << one.cell) {
      csv_rig at;
      const auto record = at.record_of(std::string("key,") + one.header + "\nmug," + one.cell + "\n");
      CHECK(text_at(record, "key") == "mug");
      CHECK(record.at("values") == parse_json(one.values, "expected").value());
    }
  }
}

TEST_CASE(
    "a row without variant is the product's own, those behind it its variants, with the axes they have values for") {
  csv_rig at;
  const auto record = at.record_of("key,variant,family,categories,enabled,name,color,sku\n"
                                   "tee,,tshirts,tops|basics,1,Tee,,\n"
                                   "tee,tee-red,,,,,red,T-R\n"
                                   "tee,tee-blue,tshirts,,0,,blue,T-B\n");
  CHECK(record == parse_json(R"({"key":"tee","family":"tshirts","categories":["tops","basics"],"enabled":true,
    "values":{"name":[{"locale":null,"scope":null,"data":"Tee"}]},"axes":["color"],
    "variants":[{"key":"tee-red","enabled":true,"values":{"color":[{"locale":null,"scope":null,"data":"red"}],
                                                          "sku":[{"locale":null,"scope":null,"data":"T-R"}]}},
                {"key":"tee-blue","enabled":false,"values":{"color":[{"locale":null,"scope":null,"data":"blue"}],
                                                            "sku":[{"locale":null,"scope":null,"data":"T-B"}]}}]})",
                             "expected")
                      .value());
}

TEST_CASE("the column axes says by what the variants of a product differ, whatever the option says") {
  csv_rig at;
  const auto record = at.record_of("key,variant,axes,flavour,color\ntea,tea-mint,flavour,mint,green\n"
                                   "tea,tea-rose,,rose,red\n");
  CHECK(record.at("axes") == json::array{"flavour"});
}

TEST_CASE("a product of variants alone is enabled as long as one of them is") {
  const auto [cell, enabled] = GENERATE(table<std::string, bool>({{"1", true}, {"no", false}, {"", true}}));
  csv_rig at;
  const auto record = at.record_of("key,variant,enabled\ntee,red,0\ntee,blue," + cell + "\n");
  CHECK(record.at("enabled") == enabled);
}

TEST_CASE("deleted rows are left out, and a product of deleted rows alone is gone") {
  csv_rig at;
  const auto all = at.read_csv("key,variant,deleted\n"
                               "mug,,1\n"
                               "tee,red,1\ntee,blue,\n"
                               "cap,red,TRUE\ncap,blue,yes\n");
  CHECK(all.deleted == texts{"mug", "cap"});
  CHECK(all.keys == texts{"tee"});
  CHECK(all.payloads[0].at("variants").as_array().size() == 1);
  CHECK(all.rejected.empty());
}

TEST_CASE("without a column variant every row is a product") {
  csv_rig at;
  const auto all = at.read_csv("key,name\nmug,One\nmug,Two\n");
  CHECK(all.keys == texts{"mug", "mug"});
  CHECK_FALSE(all.payloads[0].as_object().contains("variants"));
}

TEST_CASE("separators, byte order mark, line endings and a missing last one are as the writer had them") {
  struct form {
    char separator;
    std::string bytes;
  };
  const auto& [separator, bytes] =
      GENERATE(values<form>({{';', "key;name\nmug;a, b\n"},
                             {'\t', "key\tname\r\nmug\ta, b\r\n"},
                             {',', "\xEF\xBB\xBFkey,name\r\nmug,\"a, b\""},
                             {';', "\xEF\xBB\xBF\"key\";\"name\"\r\n\r\n;\r\n  \r\n\"mug\";\"a, b\"\r\n\r\n;;"
                                   "\n"}}));
  csv_rig at;
  at.options.csv.separator = separator;
  at.restart();
  const auto all = at.read_csv(bytes);
  CHECK(all.keys == texts{"mug"});
  const auto name = all.payloads.at(0).at("values").at("name").at(0).at("data");
  CHECK(name == "a, b");
}

TEST_CASE("Akeneo's lists are separated by commas inside a cell") {
  csv_rig at;
  at.options.csv.separator = ';';
  at.options.csv.list_separator = ',';
  at.restart();
  CHECK(at.record_of("key;categories\nmug;kitchen,gifts\n").at("categories") == json::array{"kitchen", "gifts"});
}

TEST_CASE("a file without a usable header goes to failed, and the reason says what the header lacks") {
  const auto [bytes, reason] = GENERATE(table<std::string, std::string>(
      {{"sku,name\nmug,Mug\n", "no column 'key'"},
       {"key;name\nmug;Mug\n", "separated by ','"},
       {"key,name,name\nmug,a,b\n", "'name' and 'name' give the same value"},
       {"key,price,price-USD\nmug,1,2\n", "'price' and 'price-USD' give the same value"},
       {"key,key\nmug,mug\n", "'key' and 'key'"},
       {"key,\"name\nmug,Mug\n", "quotes"},
       {std::string("\xFF\xFEk\0e\0y\0\n\0", 10), "NUL"},
       {"key,Gr\xF6\xDF"
        "e\nmug,1\n",
        "not UTF-8"},
       {"key," + std::string(300, 'x') + "\nmug,1\n", "too long"}}));
  csv_rig at;
  const auto all = at.read_csv(bytes);
  CHECK(all.keys.empty());
  REQUIRE(all.rejected.size() == 1);
  CHECK(all.rejected[0].starts_with("a.csv:1: "));
  CHECK(all.rejected[0].find(reason) != std::string::npos);
  CHECK(at.names("failed") == names{"a.csv", "a.csv.rejected.ndjson"});
  CHECK(at.folder.read("failed/a.csv") == bytes);
  CHECK(at.folder.read("failed/a.csv.rejected.ndjson").find("header_invalid") != std::string::npos);
}

TEST_CASE("an empty file and one with nothing but a header hold no product, and a full one says so") {
  csv_rig at;
  at.drop("a-full.csv", GENERATE(as<std::string>{}, "", "\n\n", "key,name", "key,name\r\n"));
  const auto all = at.read_all();
  CHECK(all.keys.empty());
  REQUIRE(all.rejected.size() == 1);
  CHECK(all.rejected[0].find("deletes nothing") != std::string::npos);
  CHECK(at.names("done") == names{"a-full.csv"});
}

TEST_CASE("a row that cannot be used is reported with its line and holds no other up") {
  const auto [row, reason] =
      GENERATE(table<std::string, std::string>({{"x", "1 cells, the header 3"},
                                                {"x,1,a,b", "4 cells, the header 3"},
                                                {",1,a", "key is empty"},
                                                {"x,maybe,a", "enabled must be 1 or 0"},
                                                {"x,1,5\" pipe", "quotes in cell 3"},
                                                {"\"x\"y,1,a", "quotes in cell 1"},
                                                {"x,1,\"lost quote", "quotes in cell 3"},
                                                {std::string("x,1,a\0", 6), "NUL byte"},
                                                {"x,1,\xE9", "not UTF-8"},
                                                {std::string(201, 'k') + ",1,a", "longer than 200"}}));
  csv_rig at;
  const auto all = at.read_csv("key,enabled,name\nbefore,1,\"two\nlines\"\n" + row + "\nafter,1,a\nlast,1,\n");
  CHECK(all.keys == texts{"before", "after", "last"});
  REQUIRE(all.rejected.size() == 1);
  CHECK(all.rejected[0].starts_with("a.csv:4"));
  CHECK(all.rejected[0].find(reason) != std::string::npos);
  CHECK(at.reported() == lines{4});
}

TEST_CASE("of a row with a lost quote only its first line is lost, however far the next quote is") {
  csv_rig at;
  std::string rows;
  for (int i = 0; i < 2'000; ++i) rows += "p" + std::to_string(i) + ",plain\n";
  const auto all = at.read_csv("key,name\nbad,\"oops\n" + rows + GENERATE("", "z,\"quoted\"\n"));
  CHECK(std::ranges::count_if(all.keys, [](const auto& key) { return key.starts_with('p'); }) == 2'000);
  CHECK(at.reported() == lines{2});
}

TEST_CASE("a text under a column without a name is not lost in silence") {
  csv_rig at;
  const auto all = at.read_csv("key,name,,\nmug,Mug,,\ncap,Cap,oops,\n");
  CHECK(all.keys == texts{"mug"});
  REQUIRE(all.rejected.size() == 1);
  CHECK(all.rejected[0].find("cell 3 has a text but its column has no name") != std::string::npos);
}

TEST_CASE("rows of a product that contradict each other put it aside whole, and no other") {
  const auto [rows, reason] = GENERATE(
      table<std::string, std::string>({{"tee,red,tops,1,\ntee,blue,caps,1,\n", "family is another"},
                                       {"tee,,tops,1,\ntee,,tops,1,\n", "a second row without variant"},
                                       {"tee,red,tops,1,\ntee,red,tops,0,\n", "occurs twice"},
                                       {"tee,,tops,1,1\ntee,red,tops,1,\n", "is deleted, but has variants"},
                                       {"tee,red,tops,maybe,\ntee,blue,tops,1,\n", "enabled must be 1 or 0"}}));
  csv_rig at;
  const auto all = at.read_csv("key,variant,family,enabled,deleted\nmug,,,,\n" + rows + "cap,red,,,\n");
  CHECK(all.keys == texts{"mug", "cap"});
  REQUIRE(all.rejected.size() == 1);
  CHECK(all.rejected[0].find(reason) != std::string::npos);
  const auto report = parse_json(at.folder.read("done/a.csv.rejected.ndjson"), "report").value();
  CHECK(integer_at(report, "line") == 3);
  CHECK(text_at(report, "text") + "\n" == rows);
}

TEST_CASE("a row whose key cannot be known takes the products along of which it may be a variant") {
  csv_rig at;
  const auto all = at.read_csv("key,variant,name\n"
                               "mug,,Mug\n"
                               "tee,red,\ntee,blue,\n"
                               "oops\n"
                               "cap,red,\ncap,blue,\n"
                               "hat,red,\n"
                               "oops\n"
                               "bag,,Bag\nbag,red,\n");
  CHECK(all.keys == texts{"mug", "bag"}); // bag begins with its own row, so nothing of it is missing
  CHECK(at.reported() == lines{3, 5, 6, 7, 8, 9});
}

TEST_CASE("a product is never torn by the end of a page, and a page ends between two") {
  csv_rig at;
  at.options.page_lines = 1;
  at.options.page_bytes = 1;
  at.restart();
  at.drop("a.csv", "key,variant\ntee,red\ntee,blue\ntee,green\ncap,red\ncap,blue\n");
  std::vector<std::size_t> variants;
  for (auto page = at.read(); !folder_rig::idle(page, at.cursor); page = at.read()) {
    CHECK(page.items.size() <= 1);
    for (const auto& item : page.items) variants.push_back(item.payload.at("variants").as_array().size());
    at.commit(page);
    at.restart();
  }
  CHECK(variants == std::vector<std::size_t>{3, 2});
}

TEST_CASE("a product of too many rows or bytes is put aside with all of its rows, also those of later pages") {
  csv_rig at;
  at.options.page_lines = 1;
  const bool by_rows = GENERATE(true, false);
  if (by_rows) at.options.product_rows = 3;
  if (!by_rows) at.options.longest_line = 30;
  at.restart();
  const auto all = at.read_csv("key,variant\ncap,red\ntee,variant-1\ntee,variant-2\ntee,variant-3\ntee,variant-4\n"
                               "tee,variant-5\nhat,red\n");
  CHECK(all.keys == texts{"cap", "hat"});
  CHECK(all.rejected.at(0).find("more than") != std::string::npos);
  std::string report = at.folder.read("done/a.csv.rejected.ndjson");
  for (int i = 1; i <= 5; ++i) CHECK(report.find("variant-" + std::to_string(i)) != std::string::npos);
}

TEST_CASE("a file that is still being written gives whole products only, and the last one when it is quiet") {
  csv_rig at;
  at.drop("a.csv", "key,variant\ncap,red\ntee,red\ntee,bl");
  at.options.page_lines = 1;
  at.restart();
  at.commit(at.read()); // cap; the file is in processing
  const auto taken = "processing/" + *at.names("processing").begin();
  at.age(taken, duration{500});
  const auto waiting = at.read();
  CHECK(folder_rig::idle(waiting, at.cursor));
  CHECK_FALSE(waiting.more);
  at.folder.put(taken, "key,variant\ncap,red\ntee,red\ntee,blue\ntee,\"gre\nen\"");
  at.age(taken, duration{5'000});
  const auto rest = at.read_all();
  CHECK(rest.keys == texts{"tee"});
  CHECK(rest.payloads.at(0).at("variants").as_array().size() == 3);
  CHECK(rest.rejected.empty());
}

TEST_CASE("a full CSV listing completes its sweep on the last page, unless a row of it could not be used") {
  const bool bad = GENERATE(true, false);
  csv_rig at;
  at.drop("a-full.csv", std::string("key\na\nb\nc\n") + (bad ? "\"d\"x\n" : "d\n"));
  CHECK(at.read_all().sweeps == (bad ? 0 : 1));
}

TEST_CASE("the reports of files that differ only in their ending lie side by side") {
  csv_rig at;
  at.drop("a.csv", "key\n\"x\"x\n");
  at.drop("a.ndjson", "bad\n");
  CHECK(at.read_all().rejected.size() == 2);
  CHECK(at.names("done") == names{"a.csv", "a.csv.rejected.ndjson", "a.ndjson", "a.rejected.ndjson"});
}

} // namespace listingd::pim
