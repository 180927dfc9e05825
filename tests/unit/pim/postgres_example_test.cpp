// The files in deploy/example are what an operator copies, so they are run as they are.
#include "model/record.hpp"
#include "postgres_rig.hpp"

#include <fstream>
#include <sstream>
#include <toml++/toml.h>

namespace listingd::pim {

using namespace test;

namespace {

const std::string examples = LISTINGD_ROOT "/deploy/example/";

/// The options as the daemon would fill them from that table.
void fill(postgres_options& options, const std::string& name) {
  const auto file = toml::parse_file(examples + "postgres_source.toml");
  for (const auto& one : *file["source"].as_array()) {
    const auto& table = *one.as_table();
    if (table["name"].value<std::string>() != name) continue;
    const auto text = [&](const char* key) { return table[key].value_or(std::string()); };
    options.shape = text("shape") == "keyset" ? postgres_shape::keyset : postgres_shape::change_log;
    options.changes_sql = text("changes_sql");
    options.full_sql = text("full_sql");
    options.keys_sql = text("keys_sql");
    options.record_sql = text("record_sql");
    options.count_sql = text("count_sql");
    return;
  }
  FAIL("no such source in the example");
}

std::string file(const std::string& name) {
  std::ifstream from(examples + name);
  std::ostringstream text;
  text << from.rdbuf();
  REQUIRE_FALSE(text.str().empty());
  return text.str();
}

struct example_rig : postgres_rig {
  explicit example_rig(const std::string& name) {
    fill(options, name);
    restart();
  }

  /// What came, as records.
  std::map<std::string, record> take_in() {
    std::map<std::string, record> out;
    for (bool more = true; more;) {
      const auto page = read();
      CHECK(page.rejected.empty());
      for (const auto& item : page.items) {
        if (item.deleted) {
          out[item.key.text()] = {};
          continue;
        }
        auto read = parse_record(item.payload, item.where);
        INFO((read ? "" : read.error().text()));
        REQUIRE(read);
        out[read->key.text()] = *read;
      }
      more = page.more;
      cursor = page.cursor;
    }
    return out;
  }
};

std::string value(const record& of, std::string_view attribute) {
  return text_of(of.values.at(attribute).at(0).at("data"));
}

} // namespace

TEST_CASE("example: the change log follows products and their variants") {
  example_rig at("pim");
  at.pim.tell("insert into item values ('unrelated', 1)"); // a catalogue's database has other tables
  at.pim.tell(file("pim_change_log.sql"));
  at.pim.tell("insert into catalogue (key, family, name, price, image) values "
              "('tee', 'shirts', 'Tee', 19.99, 'https://cdn.example.com/tee.jpg'), ('mug', null, 'Mug', null, null)");
  at.pim.tell("insert into catalogue_variant values ('tee-red', 'tee', 'T-R', 'red', 3), ('tee-blue', 'tee', 'T-B', "
              "'blue', 0)");
  auto came = at.take_in();
  CHECK(came.size() == 2);
  CHECK(came["tee"].family == "shirts");
  CHECK(value(came["tee"], "name") == "Tee");
  CHECK(came["tee"].axes == texts{"color"});
  REQUIRE(came["tee"].variants.size() == 2);
  CHECK(came["tee"].variants[0].key == variant_key("tee-blue"));
  CHECK(came["mug"].variants.empty());
  at.take_in(); // the log repeats what the first reading had

  CHECK(at.take_in().empty());
  at.pim.tell("update catalogue set name = 'Tee' where key = 'tee'"); // changes nothing
  CHECK(at.take_in().empty());
  at.pim.tell("update catalogue set name = 'Better tee' where key = 'tee'");
  came = at.take_in();
  CHECK(came.size() == 1);
  CHECK(value(came["tee"], "name") == "Better tee");
  at.pim.tell("update catalogue_variant set product = 'mug' where key = 'tee-red'");
  came = at.take_in();
  CHECK(came["tee"].variants.size() == 1);
  CHECK(came["mug"].variants.size() == 1);
  at.pim.tell("delete from catalogue where key = 'tee'");
  came = at.take_in();
  CHECK(came.size() == 1);
  CHECK(came["tee"].key.empty());

  CHECK(wait_for(at.source->keys("")).value().keys == std::vector{product_key("mug")});
  CHECK(wait_for(at.source->is_gone(product_key("tee"))) == true);
  CHECK_FALSE(wait_for(at.source->read_one(product_key("mug"))).value().deleted);
}

TEST_CASE("example: whoever writes the PIM's tables needs no right on the log, and the reader only its two") {
  example_rig at("pim");
  at.pim.tell(file("pim_change_log.sql"));
  const auto database = at.pim.ask("select current_database()");
  at.pim.tell("create role editor_" + database + " login; grant select, insert, update on catalogue to editor_" +
              database);
  at.pim.tell("create role listingd_reader_" + database + " login; grant usage on schema public to listingd_reader_" +
              database + "; grant select on pim_change, pim_record to listingd_reader_" + database);
  writer(at.url + "&user=editor_" + database).tell("insert into catalogue (key, name) values ('mug', 'Mug')");
  at.options.url = secret(at.url + "&user=listingd_reader_" + database);
  at.options.count_sql = "select count(*) from pim_record";
  at.restart();
  CHECK(at.take_in().contains("mug"));
}

TEST_CASE("example: the log is read by its index, and the record of a product without the others") {
  example_rig at("pim");
  at.pim.tell(file("pim_change_log.sql"));
  at.pim.tell("insert into catalogue (key, name) select 'p' || i, 'P' from generate_series(1, 5000) i");
  at.pim.tell(
      "insert into catalogue_variant select 'v' || i, 'p' || i, 's' || i, 'red', 1 from generate_series(1, 5000) i");
  at.pim.tell("analyze");
  at.pim.tell("prepare changes as " + at.options.changes_sql);
  const auto plan = at.pim.ask_all("explain execute changes('5', 0, 100)");
  CAPTURE(plan);
  CHECK(plan.find("Seq Scan") == std::string::npos);
}

TEST_CASE("example: a vendor's table by its time and id") {
  example_rig at("shop_backend");
  at.pim.tell(
      "create table product (id bigint primary key, sku text, title text, updated_at timestamptz not null default "
      "clock_timestamp(), deleted_at timestamptz); create index on product (updated_at, id)");
  at.pim.tell("insert into product select i, 's' || i, 'Title ' || i from generate_series(1, 11) i");
  at.pim.tell("update product set deleted_at = now(), updated_at = clock_timestamp() where id = 7");
  at.pim.tell("analyze; set enable_seqscan = off; prepare changes as " + at.options.changes_sql);
  const auto plan = at.pim.ask_all("explain execute changes(now() - interval '1 hour', null, 100)");
  CHECK(plan.find("Index Cond: (ROW(updated_at, id) > ROW(") != std::string::npos);
  auto came = at.take_in();
  CHECK(came.size() == 11);
  CHECK(value(came["11"], "name") == "Title 11");
  CHECK(came["7"].key.empty());
  std::size_t listed = 0;
  std::string cursor;
  for (bool more = true; more;) {
    const auto page = wait_for(at.source->keys(cursor)).value();
    listed += page.keys.size();
    more = page.more;
    cursor = page.cursor;
  }
  CHECK(listed == 10);
  CHECK(wait_for(at.source->is_gone(product_key("7"))) == true);
  CHECK(wait_for(at.source->is_gone(product_key("12"))) == true);
  CHECK(wait_for(at.source->is_gone(product_key("1"))) == false);
}

} // namespace listingd::pim
