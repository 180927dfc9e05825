#include "akeneo_rig.hpp"

#include <boost/asio/detached.hpp>

namespace listingd::pim {

using namespace test;

namespace {

constexpr duration a_minute{60'000};

struct troubled_rig : akeneo_rig {
  troubled_rig() {
    for (int i = 1; i <= 7; ++i) put({.key = "mug-" + std::to_string(i)});
    put({.key = "shirt", .colors = {"red", "blue", "green", "black"}});
    pass(a_minute * 10);
  }
  /// As read_all(), but what fails is tried again; the errors met on the way are kept.
  everything read_through(std::vector<error>& met) {
    everything out;
    for (bool more = true; more;) {
      auto page = run(source->read(cursor));
      if (!page) {
        met.push_back(page.error());
        REQUIRE(met.size() < 10);
        continue;
      }
      take(out, *page);
      more = page->more;
    }
    return out;
  }
};

/// Counts what is under way.
class counting_transport final : public net::transport {
public:
  explicit counting_transport(net::transport& inner) : inner_(inner) {}
  task<result<net::http_response>> send(net::http_request request) override {
    most = std::max(most, ++now_);
    auto out = co_await inner_.send(std::move(request));
    --now_;
    co_return out;
  }
  int most = 0;

private:
  net::transport& inner_;
  int now_ = 0;
};

const names everyone{"mug-1", "mug-2", "mug-3", "mug-4", "mug-5", "mug-6", "mug-7", "shirt"};

struct kind_of_trouble {
  trouble what;
  error_kind kind;
};
constexpr kind_of_trouble passing[] = {
    {trouble::status_429, error_kind::retry}, {trouble::status_500, error_kind::retry},
    {trouble::status_503, error_kind::retry}, {trouble::reset, error_kind::retry},
    {trouble::cut_short, error_kind::retry},  {trouble::not_json, error_kind::needs_human}};

} // namespace

TEST_CASE("trouble at any single request of a reading is an error of its kind, and nothing is lost by it") {
  const auto of = GENERATE(from_range(std::begin(passing), std::end(passing)));
  int requests = 0;
  {
    troubled_rig at;
    at.read_all();
    requests = at.server.requests();
  }
  REQUIRE(requests > 8);
  for (int n = 0; n < requests; ++n) {
    CAPTURE(n, static_cast<int>(of.what));
    troubled_rig at;
    std::vector<error> met;
    at.server.meet(of.what, 1, n);
    const auto all = at.read_through(met);
    CHECK(all.keys() == everyone);
    CHECK(parse_record(all.records.at("shirt"), "")->variants.size() == 4);
    // the client asks a closed connection again without a word, and a reading does without its total
    CHECK(met.size() <= 1);
    if (of.what != trouble::reset && of.what != trouble::not_json) REQUIRE(met.size() == 1);
    for (const auto& one : met) CHECK(one.kind == of.kind);
  }
}

TEST_CASE("a PIM that is busy is left alone as long as it asks") {
  troubled_rig at;
  at.server.meet(trouble::status_429, 1);
  const auto problem = at.failure();
  CHECK(problem.kind == error_kind::retry);
  CHECK(problem.code == "too_many_requests");
  CHECK(problem.retry_after == duration{7'000});
}

TEST_CASE("a PIM that does not answer is given up after the time limit") {
  troubled_rig at;
  at.server.meet(trouble::timeout, 1, 3);
  std::vector<error> met;
  CHECK(at.read_through(met).keys() == everyone);
  REQUIRE(met.size() == 1);
  CHECK(met[0].code == "timeout");
}

TEST_CASE("answers that come byte by byte are read") {
  troubled_rig at;
  at.server.slow = true;
  CHECK(at.read_all().keys() == everyone);
}

TEST_CASE("a token that ends in the middle of a window is renewed by the refresh token, unseen") {
  troubled_rig at;
  at.read();
  CHECK(at.server.logins() == 1);
  at.pass(std::chrono::hours(2));
  at.read();
  at.pass(std::chrono::hours(2));
  CHECK(at.read_all().watermark);
  CHECK(at.server.logins() == 3);
}

TEST_CASE("when the refresh token is no longer taken the connection logs in again") {
  troubled_rig at;
  at.read();
  at.server.edit([&] { at.server.forget_tokens(); });
  at.read_all();
  CHECK(at.server.logins() == 3); // the first, the refused refresh, the second
}

TEST_CASE("a token that is refused again when it is new is for a person") {
  troubled_rig at;
  at.server.meet(trouble::token_expired, 2);
  const auto problem = at.failure();
  CHECK(problem.kind == error_kind::needs_human);
  CHECK(problem.code == "token_refused");
}

TEST_CASE("an app's token is used as it is, and a person is told when it is revoked") {
  troubled_rig at;
  at.options.client_id.clear();
  at.options.client_secret = at.options.password = secret();
  at.options.username.clear();
  at.options.token = secret("app-token");
  at.restart();
  CHECK(at.read_all().keys() == everyone);
  CHECK(at.server.logins() == 0);
  at.server.edit([&] { at.server.app_token = "another"; });
  const auto problem = at.failure();
  CHECK(problem.kind == error_kind::needs_human);
  CHECK(problem.code == "token_refused");
}

TEST_CASE("a login that the PIM refuses is told in its words, without the secrets, and not hammered") {
  troubled_rig at;
  at.options.password = secret("wrong-password");
  SECTION("a wrong password") {}
  SECTION("a wrong client") {
    at.options.client_secret = secret("wrong-secret");
  }
  at.restart();
  const auto problem = at.failure();
  CHECK(problem.kind == error_kind::needs_human);
  CHECK(problem.code == "refused");
  CHECK(problem.where == "POST /api/oauth/v1/token");
  CHECK(problem.text().find("the PIM answered 422: ") != std::string::npos);
  CHECK(problem.text().find("wrong-") == std::string::npos);
  CHECK(at.server.logins() == 1);
}

TEST_CASE("a lost permission is for a person, and over when it is given again") {
  troubled_rig at;
  at.server.meet(trouble::forbidden, 1);
  const auto problem = at.failure();
  CHECK(problem.kind == error_kind::needs_human);
  CHECK(problem.code == "forbidden");
  CHECK(problem.text().find("You are not allowed to list products") != std::string::npos);
  CHECK_FALSE(at.run(at.source->is_gone(product_key("mug-1"))));
  at.server.no_more_trouble();
  CHECK(at.read_all().keys() == everyone);
}

TEST_CASE("parameters that the PIM forgets in its way on are sent all the same") {
  troubled_rig at;
  at.options.channel = "shop";
  at.options.locales = {"en_US"};
  at.options.filters.enabled = true;
  at.restart();
  at.server.lost_in_next = {"search", "scope", "locales", "limit", "pagination_type", "attributes"};
  at.put({.key = "off", .enabled = false});
  CHECK(at.read_all().keys() == everyone);
  for (const auto& target : at.server.asked()) {
    if (target.find("search_after=") == std::string::npos) continue;
    INFO(target);
    for (const auto* name : {"search=", "scope=shop", "locales=en_US", "limit=", "pagination_type=search_after"})
      CHECK(target.find(name) != std::string::npos);
  }
}

TEST_CASE("a page that comes twice loses nothing and doubles nothing, also among a model's variants") {
  for (int n = 0; n < 14; ++n) {
    CAPTURE(n);
    troubled_rig at;
    at.server.meet(trouble::page_twice, n == 0 ? 3 : 1, n);
    const auto all = at.read_all();
    CHECK(all.keys() == everyone);
    CHECK(all.rejected.empty());
    CHECK(parse_record(all.records.at("shirt"), "")->variants.size() == 4);
  }
}

TEST_CASE("a listing without end is an error for a person; then the window begins again and loses nothing") {
  troubled_rig at;
  at.options.page_cap = 6;
  at.restart();
  at.server.meet(trouble::endless_next, 1);
  error problem;
  akeneo_rig::everything all;
  for (int pages = 0; pages < 20 && problem.code.empty(); ++pages) {
    auto page = at.run(at.source->read(at.cursor));
    if (page)
      at.take(all, *page);
    else
      problem = page.error();
  }
  CHECK(problem.kind == error_kind::needs_human);
  CHECK(problem.code == "listing_endless");
  at.put({.key = "late"});
  at.server.no_more_trouble();
  CHECK(at.read_all().keys().contains("late"));
}

TEST_CASE("a way on without end is found out wherever it begins, also among a model's variants") {
  for (int n = 0; n < 14; ++n) {
    CAPTURE(n);
    troubled_rig at;
    at.options.page_cap = 6;
    at.restart();
    at.server.meet(trouble::endless_next, 1, n);
    akeneo_rig::everything all;
    bool ended = false, told = false;
    while (!ended && !told) {
      const auto page = at.run(at.source->read(at.cursor));
      if (!page) CHECK(page.error().kind == error_kind::needs_human);
      told = !page;
      if (page) at.take(all, *page);
      ended = page && !page->more;
      REQUIRE(all.pages < 30);
    }
    CHECK((told || all.keys() == everyone)); // it may have begun behind the last listing
    at.server.no_more_trouble();
    at.cursor = told ? at.cursor : "";
    const auto again = at.read_all();
    all.upserts.insert(all.upserts.end(), again.upserts.begin(), again.upserts.end());
    CHECK(all.keys() == everyone);
  }
}

TEST_CASE("a listing that ends early by mistake is read to its end") {
  troubled_rig at;
  SECTION("its last page seems full") {
    at.server.meet(trouble::page_cut, 1, 2);
  }
  SECTION("the index knows products that are gone, so a page is short") {
    at.server.ghosts = {"mug-2a"};
  }
  CHECK(at.read_all().keys() == everyone);
}

TEST_CASE("no more than four calls go out at once") {
  troubled_rig at;
  counting_transport counted(*at.wire);
  at.source = make_akeneo_source(at.options, counted, at.time);
  at.server.files["media-files/a/b.jpg"] = "bytes";
  int done = 0;
  for (int i = 0; i < 20; ++i)
    asio::co_spawn(
        at.loop,
        [&]() -> task<void> {
          const auto bytes = co_await at.source->fetch_media("a/b.jpg", "");
          if (bytes) ++done;
        },
        asio::detached);
  at.read();
  CHECK(done == 20);
  CHECK(counted.most == 4);
  CHECK(at.server.most_at_once() <= 4);
  at.source.reset();
  CHECK(at.server.logins() == 1);
}

} // namespace listingd::pim
