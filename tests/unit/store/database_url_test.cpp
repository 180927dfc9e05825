#include "store/database_url.hpp"

#include "stage.hpp"
#include "store/migrations.hpp"

namespace listingd::store::test {

namespace {

std::string mistake(const std::string& url) {
  const auto fine = check_url(url);
  return fine ? "" : fine.error().text();
}

} // namespace

TEST_CASE("every form of a database url that libpq takes is taken") {
  const auto url =
      GENERATE(as<std::string>{}, "postgresql:///listingd", "postgres://u:p%40ss%2Fw@h:5433/db?connect_timeout=5",
               "postgresql://u@a:5432,b/db?target_session_attrs=read-write", "host=/run/postgresql dbname=listingd",
               "host=a,b port=5432, user=u password='a b@c/d' keepalives_idle=30", "postgresql://[::1]/db");
  CAPTURE(url);
  CHECK(mistake(url).empty());
}

TEST_CASE("a malformed database url is refused with its fix and without its parts") {
  struct one {
    const char* url;
    const char* told;
  };
  const one cases[] = {
      {"postgresql://u:S3/cret@h/db", "%2F"},
      {"postgresql://u:12/S3cret@h/db", "%2F"},
      {"postgresql://u:S3@cret@h/db", "%40"},
      {"postgresql://u:S3%cret@h/db", "%25"},
      {"postgresql://h/db?S3cret", "name=value"},
      {"postgresql://h/db?S3cret=1", "%3F"},
      {"postgresql://u:S3[cret@[h/db", "[ and ]"},
      {"postgresql://u@h:S3cret/db", "port"},
      {"host=h password=a S3cret", "single quotes"},
      {"host=h password='S3cret", "does not end"},
      {"host=h S3cret=1", "does not know"},
      {"host=h port=S3cret", "port"},
      {"host=h connect_timeout=S3cret", "connect_timeout"},
  };
  for (const auto& each : cases) {
    const auto text = mistake(each.url);
    INFO(each.url << " -> " << text);
    CHECK(text.find(each.told) != std::string::npos);
    CHECK(text.find("S3") == std::string::npos);
    CHECK(text.find("cret") == std::string::npos);
  }
}

TEST_CASE("neither migrate nor the store repeats a malformed database url") {
  const auto url = GENERATE(as<std::string>{}, "postgresql://u:S3/cret@h/db", "host=h password=a S3cret",
                            "host=/nowhere password=a sslmode=S3cret");
  CAPTURE(url);
  const auto refused = migrate(url, embedded_migrations());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().text().find("cret") == std::string::npos);
  const auto db = open_store({.url = url, .connections = 1});
  std::string said;
  try {
    run(db->ping());
  } catch (const std::exception& problem) {
    said = problem.what();
  }
  CHECK_FALSE(said.empty());
  CHECK(said.find("cret") == std::string::npos);
}

TEST_CASE("what libpq says of a server that does not answer is one line") {
  const auto db = open_store({.url = "host=/nowhere dbname=listingd", .connections = 1});
  std::string said;
  try {
    run(db->ping());
  } catch (const std::exception& problem) {
    said = problem.what();
  }
  CHECK(said.find("/nowhere") != std::string::npos);
  CHECK(said.find("; Is the server running") != std::string::npos);
  CHECK(said.find('\n') == std::string::npos);
  CHECK(one_line("a\n\tb\n\nc\n") == "a; b; c");
}

} // namespace listingd::store::test
