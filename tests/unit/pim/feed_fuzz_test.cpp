// Whatever a feed answers: no crash, no item that the answer does not hold, and every error names where it is.
#include "catch.hpp"
#include "model/digest.hpp"
#include "model/json.hpp"
#include "model/record.hpp"
#include "pim/feed.hpp"
#include "pim/feed_page.hpp"
#include "sources/gzipped.hpp"
#include "unit/net/loop.hpp"

#include <array>
#include <cstdlib>
#include <random>

namespace listingd::pim {

namespace {

constexpr int cases_per_run = 4'000; // times LISTINGD_SEEDS

int cases_wanted() {
  const char* times = std::getenv("LISTINGD_SEEDS"); // NOLINT(concurrency-mt-unsafe): nobody sets it
  return cases_per_run * std::max(1, times == nullptr ? 1 : std::atoi(times));
}

constexpr std::string_view good_page =
    R"({"records":[{"key":"basic-tee","family":"tshirts","enabled":true,"values":{"name":[{"locale":"en_US",)"
    R"("scope":null,"data":"Basic tee"}]},"axes":["color"],"variants":[{"key":"basic-tee-red","values":{}}]},)"
    R"({"key":"mug","values":{}},{"key":"scarf","values":{}}],"deleted":["old-tee","12"],)"
    R"("next_cursor":"4711","has_more":true,"total":17,"keys":["basic-tee","mug"]})";

/// A good page, spoiled in one to three ways: in its values, or in its bytes.
class spoiled_page {
public:
  explicit spoiled_page(unsigned seed) : random_(seed) {
    auto page = json::parse(good_page);
    const auto of_values = 1 + below(3), of_bytes = below(3) == 0 ? 1 + below(2) : 0;
    for (auto ways = of_values; ways > 0; --ways) spoil(some_place(page));
    text_ = json::serialize(page);
    for (auto ways = of_bytes; ways > 0; --ways) spoil_bytes();
  }
  [[nodiscard]] const std::string& text() const { return text_; }

private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  json::value& some_place(json::value& from) {
    if (below(4) == 0) return from;
    if (auto* list = from.if_array(); list != nullptr && !list->empty())
      return some_place((*list)[below(list->size())]);
    if (auto* object = from.if_object(); object != nullptr && !object->empty())
      return some_place((object->begin() + static_cast<std::ptrdiff_t>(below(object->size())))->value());
    return from;
  }

  void spoil(json::value& place) {
    auto* list = place.if_array();
    auto* object = place.if_object();
    if (list != nullptr && !list->empty() && below(3) > 0) {
      const auto at = list->begin() + static_cast<std::ptrdiff_t>(below(list->size()));
      if (below(2) == 0)
        list->erase(at);
      else
        list->push_back(json::value(*at));
    } else if (object != nullptr && !object->empty() && below(3) > 0) {
      object->erase(object->begin() + static_cast<std::ptrdiff_t>(below(object->size())));
    } else {
      place = some_value();
    }
  }

  json::value some_value() {
    static const std::array texts{R"(null)",
                                  R"(true)",
                                  R"(false)",
                                  R"(0)",
                                  R"(-1)",
                                  R"(1e308)",
                                  R"(1.5)",
                                  R"("")",
                                  R"({})",
                                  R"([])",
                                  R"([null])",
                                  R"([[]])",
                                  R"(" ")",
                                  R"("\u0000")",
                                  R"("x")",
                                  R"("/\n")",
                                  R"([{}])",
                                  R"(["mug"])",
                                  R"("scarf")",
                                  R"(9223372036854775807)",
                                  R"(18446744073709551616)",
                                  R"({"key":"another","values":{}})"};
    if (below(12) == 0) return {std::string(1 + below(6'000), 'k')};
    return json::parse(texts.at(below(texts.size())));
  }

  void spoil_bytes() {
    switch (below(4)) {
    case 0: // flipped bits
      for (auto times = 1 + below(3); times > 0 && !text_.empty(); --times)
        text_[below(text_.size())] ^= static_cast<char>(1U << below(8));
      break;
    case 1: // cut off, or into
      if (below(2) == 0)
        text_.resize(below(text_.size() + 1));
      else
        text_.erase(below(text_.size() + 1), 1 + below(20));
      break;
    case 2: { // very deep
      const auto depth = 1 + below(50'000);
      text_.insert(below(text_.size() + 1), std::string(depth, '[') + (below(2) == 0 ? std::string(depth, ']') : ""));
      break;
    }
    default: { // what is no UTF-8
      static constexpr std::array broken{"\xC3\x28", "\xFF", "\xED\xA0\x80", "\xF8\x88\x80\x80\x80", "\x80"};
      text_.insert(below(text_.size() + 1), broken.at(below(broken.size())));
    }
    }
  }

  std::mt19937 random_;
  std::string text_;
};

constexpr std::string_view from = "http://feed.test/changes";

void check_error(const error& problem) {
  CHECK(problem.kind == error_kind::needs_human);
  CHECK(problem.code == "answer_invalid");
  CHECK(problem.where.starts_with(from));
  CHECK_FALSE(problem.message.empty());
}

/// Each item stands in the answer, in its place.
void check_items(const feed_page& page, const std::string& text) {
  const auto answer = *parse_json(text, "");
  const auto records = items_at(answer, "records"), deleted = items_at(answer, "deleted");
  std::size_t at = 0, upserts = 0;
  for (const auto& item : page.items) {
    CHECK_FALSE(item.where.empty());
    if (item.deleted) {
      CHECK_FALSE(item.key.empty());
      CHECK(std::ranges::any_of(deleted, [&](const json::value& one) { return text_of(one) == item.key.text(); }));
      continue;
    }
    CHECK(parse_record(item.payload, ""));
    while (at < records.size() && records[at] != item.payload) ++at;
    CHECK(at++ < records.size());
    ++upserts;
  }
  CHECK(upserts <= records.size());
  CHECK(page.items.size() + page.rejected.size() == records.size() + deleted.size());
  for (const auto& one : page.rejected) CHECK(one.where.starts_with("page 1 "));
  CHECK_FALSE(page.step.next_cursor.empty());
}

/// Answers with what it was given.
class one_answer final : public net::transport {
public:
  task<result<net::http_response>> send(net::http_request) override { co_return answer; }
  net::http_response answer{.status = 200, .headers = {}, .body = {}};
};

} // namespace

TEST_CASE("whatever a feed answers is a page of what it holds, or an error with a path") {
  int pages = 0, errors = 0;
  for (int seed = 0; seed < cases_wanted(); ++seed) {
    const spoiled_page spoiled(static_cast<unsigned>(seed));
    INFO("seed " << seed << ": " << spoiled.text().substr(0, 2'000));
    const auto page = read_feed_page(spoiled.text(), std::string(from), 1);
    ++(page ? pages : errors);
    if (page)
      check_items(*page, spoiled.text());
    else
      check_error(page.error());
    const auto keys = read_feed_keys(spoiled.text(), std::string(from));
    if (keys)
      for (const auto& key : keys->keys) CHECK_FALSE(key.empty());
    else
      check_error(keys.error());
  }
  // Both ways were gone, or the answers are spoiled too little or too much to show anything.
  CHECK(pages > cases_wanted() / 10);
  CHECK(errors > cases_wanted() / 10);
}

TEST_CASE("whatever a feed answers, compressed or not, the cursor it leads to is one that can be read on from") {
  tests::loop on;
  one_answer wire;
  manual_clock time{*instant_from_text("2026-11-24T08:00:00Z")};
  const auto source =
      make_feed_source({.name = source_name("pim"), .url = std::string(from), .media_hosts = {}}, wire, time);
  std::string cursor;
  int read = 0;
  for (int seed = 0; seed < cases_wanted() / 4; ++seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    wire.answer.body = spoiled_page(static_cast<unsigned>(seed)).text();
    wire.answer.headers = {{"ETag", "\"" + std::to_string(random()) + "\""}};
    if (random() % 2 == 0) {
      wire.answer.body = sources::gzipped(wire.answer.body);
      if (random() % 3 == 0) wire.answer.body[random() % wire.answer.body.size()] = static_cast<char>(random());
      wire.answer.headers.emplace_back("Content-Encoding", "gzip");
    }
    INFO("seed " << seed);
    const auto page = on.run(source->read(cursor));
    if (!page) {
      CHECK(page.error().where.starts_with(from));
      continue;
    }
    ++read;
    CHECK(parse_json(page->cursor, ""));
    CHECK(page->cursor.size() < 20'000);
    CHECK(page->more == !page->watermark);
    cursor = page->cursor;
  }
  CHECK(read > cases_wanted() / 40);
}

} // namespace listingd::pim
