#include "store/resealing.hpp"

#include "stage.hpp"
#include "store/purposes.hpp"
#include "store/sql.hpp"

#include <stdexcept>

namespace listingd::store::test {

namespace {

const resealing_progress silent = [](std::int64_t, std::int64_t) {};

/// `number` sellers whose three tokens, and an install whose tokens, are sealed under k1.
struct sealed_stage : stage {
  explicit sealed_stage(int number = 1) {
    const sealer old({key("k1", 'a')});
    for (int i = 1; i <= number; ++i) {
      const auto open_id = "open-" + std::to_string(i);
      const auto sealed = [&](const std::string& text, std::string_view purpose) {
        return old.seal(secret(text + std::to_string(i)), purpose_of(purpose, "row", open_id));
      };
      pqxx::work work(side);
      query(work, R"(
          insert into "authorization" (app, open_id, access_token, access_expires_at, refresh_token,
            refresh_expires_at, previous_refresh_token, refresh_due_at, renewal_due_at, consented_at)
          values ('row', $1, $2::bytea, now(), $3::bytea, now(), $4::bytea, now(), now(), now()))",
            args()
                .text(open_id)
                .bytes(sealed("access-", access_purpose))
                .bytes(sealed("refresh-", refresh_purpose))
                .bytes(sealed("previous-", refresh_purpose)));
      query(work, R"(
          insert into install (app, open_id, tokens, expires_at, received_at) values ('row', $1, $2::bytea, now(),
            now()))",
            args().text(open_id).bytes(sealed("install-", install_purpose)));
      work.commit();
    }
  }

  /// What is read of seller `number` by one who has only these keys; "" where nothing opens.
  std::string opened(const std::string& table, const std::string& column, std::string_view purpose,
                     const sealer& sealing, int number = 1) {
    const auto open_id = "open-" + std::to_string(number);
    pqxx::work work(side);
    const auto rows = query(work, "select " + column + " from " + table + " where open_id = $1", args().text(open_id));
    const auto text = sealing.open(bytes(rows[0][0]), purpose_of(purpose, "row", open_id));
    return text ? text->reveal() : "";
  }
};

const sealer rotated({key("k2", 'b'), key("k1", 'a')});
const sealer only_new({key("k2", 'b')});

} // namespace

TEST_CASE("it is told how many secrets each master key has sealed") {
  sealed_stage at(3);
  CHECK(sealed_under(at.url) == std::map<std::string, std::int64_t>{{"k1", 12}});
  at.ask(R"(update "authorization" set previous_refresh_token = null where id = 1)");
  at.ask(R"(update "authorization" set access_token = 'no end of an id' where id = 2)");
  at.ask(R"(update "authorization" set access_token = '' where id = 3)");
  CHECK(sealed_under(at.url) == std::map<std::string, std::int64_t>{{"", 2}, {"k1", 9}});
}

TEST_CASE("an empty database has no secrets, and nothing to seal anew") {
  stage at;
  CHECK(sealed_under(at.url).empty());
  const auto done = reseal(at.url, rotated, silent);
  CHECK(done.sealed + done.left == 0);
}

TEST_CASE("every stored secret is sealed anew, in its own column, and opens without the old key") {
  sealed_stage at(2);
  std::vector<std::pair<std::int64_t, std::int64_t>> told;
  const auto done = reseal(at.url, rotated, [&](std::int64_t one, std::int64_t all) { told.emplace_back(one, all); });
  CHECK(done.sealed == 8);
  CHECK(done.left == 0);
  CHECK(done.problems.empty());
  CHECK(sealed_under(at.url) == std::map<std::string, std::int64_t>{{"k2", 8}});
  for (const int number : {1, 2}) {
    const auto n = std::to_string(number);
    CHECK(at.opened(R"("authorization")", "access_token", access_purpose, only_new, number) == "access-" + n);
    CHECK(at.opened(R"("authorization")", "refresh_token", refresh_purpose, only_new, number) == "refresh-" + n);
    CHECK(at.opened(R"("authorization")", "previous_refresh_token", refresh_purpose, only_new, number) ==
          "previous-" + n);
    CHECK(at.opened("install", "tokens", install_purpose, only_new, number) == "install-" + n);
  }
  CHECK(told.size() == 8);
  CHECK(told.front() == std::pair<std::int64_t, std::int64_t>{1, 8});
  CHECK(told.back() == std::pair<std::int64_t, std::int64_t>{8, 8});

  CHECK(reseal(at.url, rotated, silent).sealed == 0); // and that was all
}

TEST_CASE("what the store seals is sealed anew, whatever table it is in") {
  stage at;
  at.connect();
  CHECK(reseal(at.url, rotated, silent).left == 0);
  const auto renewed = open_store({.url = at.url, .connections = 1, .sealing = only_new});
  CHECK(run(renewed->shop(us))->access_token == secret("TTP_access"));
  CHECK(at.ask(R"(select count(*) from information_schema.columns where table_schema = 'public'
                  and data_type = 'bytea' and table_name not in ('submission', 'webhook_inbox'))") == "4");
}

TEST_CASE("more secrets than one look brings are all found") {
  sealed_stage at(230);
  CHECK(reseal(at.url, rotated, silent).sealed == 920);
  CHECK(sealed_under(at.url) == std::map<std::string, std::int64_t>{{"k2", 920}});
}

TEST_CASE("what a daemon writes meanwhile is never overwritten, and is sealed anew in its turn") {
  sealed_stage at(3);
  const sealer old({key("k1", 'a')});
  bool once = false;
  const auto done = reseal(at.url, rotated, [&](std::int64_t, std::int64_t) {
    if (std::exchange(once, true)) return;
    pqxx::work work(at.side); // while the third seller's token has been read and not yet written
    query(work, R"(update "authorization" set access_token = $1::bytea where open_id = 'open-3')",
          args().bytes(old.seal(secret("from TikTok just now"), purpose_of(access_purpose, "row", "open-3"))));
    work.commit();
  });
  CHECK(done.left == 0);
  CHECK(done.sealed == 12);
  CHECK(at.opened(R"("authorization")", "access_token", access_purpose, only_new, 3) == "from TikTok just now");
}

TEST_CASE("one who keeps sealing under an old key cannot keep it from ending; what is left is told") {
  sealed_stage at;
  const sealer old({key("k1", 'a')});
  int written = 0;
  const auto done = reseal(
      at.url, rotated,
      [&](std::int64_t, std::int64_t) {
        ++written;
        pqxx::work work(at.side);
        query(work, R"(update "authorization" set access_token = $1::bytea)",
              args().bytes(old.seal(secret("again"), purpose_of(access_purpose, "row", "open-1"))));
        work.commit();
      },
      3);
  CHECK(written == 6); // four secrets, and then the one that comes back, once a pass
  CHECK(done.left == 1);
}

TEST_CASE("sealing anew may be interrupted anywhere and run again") {
  for (int until = 1; until <= 8; ++until) {
    sealed_stage at(2);
    const auto stop = [&](std::int64_t done, std::int64_t) {
      if (done == until) throw std::runtime_error("interrupted");
    };
    CHECK_THROWS_WITH(reseal(at.url, rotated, stop), "interrupted");
    CHECK(sealed_under(at.url)["k2"] == until);
    CHECK(at.opened(R"("authorization")", "access_token", access_purpose, rotated, 2) == "access-2");
    const auto done = reseal(at.url, rotated, silent);
    CHECK(done.sealed == 8 - until);
    CHECK(done.left == 0);
    CHECK(at.opened("install", "tokens", install_purpose, only_new, 2) == "install-2");
  }
}

TEST_CASE("what does not open stays as it is and is named, the rest is sealed anew") {
  sealed_stage at(2);
  at.ask(R"(update "authorization" set access_token = refresh_token where open_id = 'open-2')");
  SECTION("damaged") {
    const auto done = reseal(at.url, rotated, silent);
    CHECK(done.sealed == 7);
    CHECK(done.left == 1);
    REQUIRE(done.problems.size() == 1);
    CHECK(done.problems[0] ==
          "access_token of app row, seller open-2: a stored secret does not open with master key 'k1'");
  }
  SECTION("under a key that is gone") {
    const auto done = reseal(at.url, only_new, silent);
    CHECK(done.sealed == 0);
    CHECK(done.left == 8);
    REQUIRE(done.problems.size() == 8);
    CHECK(done.problems[0].contains("needs master key 'k1', which is not configured"));
  }
}

} // namespace listingd::store::test
