#include "config/key_table.hpp"
#include "config_rig.hpp"

#include <cstdlib>

namespace listingd::config {

using namespace test;

using texts = std::vector<std::string>;

TEST_CASE("the example of the manual loads, with every value where it belongs") {
  config_rig at;
  const auto got = at.good();
  CHECK(got.file == at.folder.path() / "listingd.toml");
  CHECK(got.database_url == "postgresql:///listingd");
  CHECK_FALSE(got.migrate_on_start);
  CHECK(got.public_listen == "0.0.0.0:443");
  CHECK(got.public_base_url == "https://listings.example.com");
  CHECK(got.tls_certificate == at.folder.path() / "tls/fullchain.pem");
  CHECK(got.tls_private_key == at.folder.path() / "tls/privkey.pem");
  CHECK(got.operator_listen == "127.0.0.1:8480");
  CHECK(got.tiktok_api_url == "https://open-api.tiktokglobalshop.com");
  CHECK(got.tiktok_auth_url == "https://auth.tiktok-shops.com");
  CHECK(got.tiktok_ca_file.empty());
  CHECK(got.media_directory == at.folder.path() / "media");
  CHECK(got.review_poll_every == duration{300'000});
  CHECK(got.review_uncertain_wait == duration{30'000});
  CHECK(got.threads == 3);
  CHECK(got.database_connections == 9);
  CHECK(got.media_threads == 4);
  CHECK(got.log_level == "debug");
  CHECK(got.log_format == "json");
}

TEST_CASE("apps, sources and shops come with what they refer to") {
  config_rig at;
  const auto got = at.good();
  REQUIRE(got.apps.size() == 1);
  CHECK(got.apps[0].name == app_name("row"));
  CHECK(got.apps[0].app_key == "key1");
  CHECK(got.apps[0].service_id == "7");
  CHECK(got.apps[0].market == "row");
  CHECK(got.apps[0].consent_url == "https://services.tiktokshop.com/open/authorize");
  REQUIRE(got.sources.size() == 1);
  CHECK(got.sources[0].name == source_name("pim"));
  CHECK(got.sources[0].kind == "folder");
  CHECK(got.sources[0].directory == at.folder.path() / "drop");
  CHECK(got.sources[0].poll_every == duration{90'000});
  CHECK(got.sources[0].media_hosts == texts{"cdn.example.com"});
  REQUIRE(got.shops.size() == 1);
  CHECK(got.shops[0].id == shop_id("7494049642642441621"));
  CHECK(got.shops[0].source == source_name("pim"));
  CHECK(got.shops[0].app == app_name("row"));
  CHECK(got.shops[0].live);
  REQUIRE(got.shops[0].profile);
  CHECK(got.shops[0].profile->region == "US");
}

TEST_CASE("what is left out has its default, and a shop begins as an observer") {
  config_rig at;
  at.text = R"([database]
url = "host=/run/postgresql dbname=listingd"
[operator]
token_file = "operator.token"
[secrets]
master_key_file = "master.key"
[[app]]
name = "row"
app_key = "key1"
app_secret_files = "new.secret"
service_id = "7"
[[source]]
name = "pim"
kind = "folder"
directory = "drop"
[[shop]]
id = "1"
source = "pim"
app = "row"
profile = "profiles/us.toml"
)";
  const auto got = at.good();
  CHECK(got.migrate_on_start);
  CHECK(got.public_listen == "127.0.0.1:8443");
  CHECK(got.public_base_url.empty());
  CHECK(got.tls_certificate.empty());
  CHECK(got.operator_listen == "127.0.0.1:8480");
  CHECK(got.tiktok_api_url == "https://open-api.tiktokglobalshop.com");
  CHECK(got.media_directory == "/var/lib/listingd/media");
  CHECK(got.review_poll_every == duration{120'000});
  CHECK(got.review_uncertain_wait == duration{60'000});
  CHECK(got.threads == 2);
  CHECK(got.database_connections == 8);
  CHECK(got.log_level == "info");
  CHECK(got.log_format == "text");
  CHECK(got.apps[0].app_secrets == std::vector{secret("new app secret")});
  CHECK(got.sources[0].poll_every == duration{60'000});
  CHECK_FALSE(got.shops[0].live);
}

TEST_CASE("everything that is wrong is told in one go, in the order of the lines, other files last") {
  config_rig at;
  at.with("migrate_on_start = false", "migrate_on_start = \"no\"")
      .with("app_key", "app_kee")
      .with("\"90s\"", "90")
      .with("mode = \"live\"", "mode = \"life\"");
  at.folder.put("profiles/us.toml", "region = 3\n");
  const auto all = at.mistakes();
  REQUIRE(all.size() >= 6);
  CHECK(all[0] == "listingd.toml:3:20: 'migrate_on_start' must be true or false, not a text");
  CHECK(all[1].starts_with("listingd.toml:23:1: [[app]] has no app_key"));
  CHECK(all[2] == "listingd.toml:25:1: unknown key 'app_kee' in [[app]], did you mean 'app_key'?");
  CHECK(all[3].starts_with("listingd.toml:47:14: 'poll_every' must be a time with its unit in quotes"));
  CHECK(all[4] == "listingd.toml:55:8: 'mode' must be one of observe, live, not 'life', did you mean 'live'?");
  CHECK(all[5].starts_with("profiles/us.toml:1:10: "));
}

TEST_CASE("a file that is missing or no TOML is one mistake") {
  config_rig at;
  const auto missing = load_config(at.folder.path() / "absent.toml");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().size() == 1);
  at.text = "[database\n";
  CHECK(at.mistake().starts_with("listingd.toml:1:"));
}

/// The environment's LISTINGD_DATABASE_URL while it lives.
struct stand_in {
  explicit stand_in(const char* url) { ::setenv("LISTINGD_DATABASE_URL", url, 1); }
  ~stand_in() { ::unsetenv("LISTINGD_DATABASE_URL"); }
  stand_in(const stand_in&) = delete;
  stand_in& operator=(const stand_in&) = delete;
};

TEST_CASE("LISTINGD_DATABASE_URL stands in for the url of the database, written or not") {
  config_rig at;
  const stand_in url("postgresql:///elsewhere");
  SECTION("instead of what is written") {}
  SECTION("where nothing is written") {
    at.with("url = \"postgresql:///listingd\"", "");
  }
  SECTION("where the section is missing") {
    at.with("[database]\nurl = \"postgresql:///listingd\"\nmigrate_on_start = false\n", "");
  }
  CHECK(at.good().database_url == "postgresql:///elsewhere");
}

TEST_CASE("an empty LISTINGD_DATABASE_URL counts for nothing, and one that is no address is a mistake") {
  config_rig at;
  SECTION("empty") {
    const stand_in url("");
    CHECK(at.good().database_url == "postgresql:///listingd");
  }
  SECTION("no address") {
    const stand_in url("s3cr3t");
    const auto told = at.mistake();
    CHECK(told.find("LISTINGD_DATABASE_URL must be a libpq URI") != std::string::npos);
    CHECK(told.find("s3cr3t") == std::string::npos);
  }
}

TEST_CASE("with mistakes, the rest of the settings is there all the same") {
  config_rig at;
  at.with("app_key = \"key1\"", "").with("\"drop\"", "\"dorp\"").with("127.0.0.1:8480", "0.0.0.0:8480");
  at.folder.put("profiles/us.toml", "region = 3\n");
  const auto got = read_config(at.folder.put("listingd.toml", at.text));
  CHECK(got.mistakes.size() >= 4);
  CHECK(got.found.database_url == "postgresql:///listingd");
  CHECK(got.found.operator_listen.empty());
  REQUIRE(got.found.apps.size() == 1);
  CHECK(got.found.apps[0].service_id == "7");
  REQUIRE(got.found.shops.size() == 1);
  CHECK(got.found.shops[0].app == app_name("row"));
  CHECK_FALSE(got.found.shops[0].profile);
}

TEST_CASE("a database whose address is a mistake has none") {
  config_rig at;
  const auto spoilt = GENERATE(as<std::string>{}, "\"listingd\"", "7", "\"\"");
  const auto got = read_config(at.folder.put("listingd.toml", at.with("\"postgresql:///listingd\"", spoilt).text));
  CHECK(got.mistakes.size() == 1);
  CHECK(got.found.database_url.empty());
}

struct market_case {
  const char* name;
  std::string_view written, market, consent_url;
};

TEST_CASE("the market and the consent page of an app follow from each other") {
  static constexpr std::string_view row_page = "https://services.tiktokshop.com/open/authorize";
  static constexpr std::string_view us_page = "https://services.us.tiktokshop.com/open/authorize";
  static constexpr market_case cases[] = {
      {"neither", "", "row", row_page},
      {"the United States", "market = \"us\"", "us", us_page},
      {"elsewhere", "market = \"row\"", "row", row_page},
      {"the newer page of the United States", "consent_url = \"https://services.us.tiktokshop.com/open/authorize\"",
       "us", us_page},
      {"the older one", "consent_url = \"https://services.tiktokshops.us/open/authorize\"", "us",
       "https://services.tiktokshops.us/open/authorize"},
      {"in capitals", "consent_url = \"https://SERVICES.US.tiktokshop.com/a\"", "us",
       "https://SERVICES.US.tiktokshop.com/a"},
      {"a name that only sounds like it", "consent_url = \"https://services.usual.com/a\"", "row",
       "https://services.usual.com/a"},
      {"a simulator of the United States", "market = \"us\"\nconsent_url = \"http://127.0.0.1:9/a\"", "us",
       "http://127.0.0.1:9/a"},
      {"both, and they differ", "market = \"row\"\nconsent_url = \"https://services.tiktokshops.us/a\"", "row",
       "https://services.tiktokshops.us/a"},
  };
  for (const auto& one : cases) {
    DYNAMIC_SECTION(one.name) {
      config_rig at;
      const auto got = at.with("consent_url = \"https://services.tiktokshop.com/open/authorize\"", one.written).good();
      CHECK(got.apps[0].market == one.market);
      CHECK(got.apps[0].consent_url == one.consent_url);
    }
  }
}

struct spoiled {
  const char* name;
  std::string_view old, now, mistake;
  std::size_t count = 1; ///< mistakes that follow from it
};

// clang-format off
constexpr spoiled spoilt[] = {
    {"an unknown section", "[workers]", "[wokers]", "35:2: unknown key 'wokers' in the configuration, did you mean 'workers'?"},
    {"a list where a section belongs", "[review]", "[[review]]", "'review' must be one table, [review], not a list"},
    {"one table where a list belongs", "[[app]]", "[app]", "each app is a table of its own, written [[app]]", 2},
    {"no database", "url = \"postgresql:///listingd\"", "", "1:1: [database] has no url"},
    {"a database that is no URI", "postgresql:///listingd", "listingd", "2:7: 'url' must be a libpq URI"},
    {"a listener without port", "\"0.0.0.0:443\"", "\"0.0.0.0\"", "6:10: 'listen': must be host:port"},
    {"a port that does not exist", "0.0.0.0:443", "0.0.0.0:70000", "6:10: 'listen': must be host:port"},
    {"a relative socket", "0.0.0.0:443", "unix:public.sock", "6:10: 'listen': must be host:port"},
    {"a base URL without TLS", "https://listings", "http://listings", "7:12: 'base_url': must begin with https://"},
    {"a base URL with a port", "listings.example.com", "listings.example.com:8443", "7:12: 'base_url': must not have a port"},
    {"a base URL with a path", "listings.example.com", "listings.example.com/tiktok", "7:12: 'base_url': must not have a path"},
    {"a base URL that is none", "https://listings.example.com", "listings", "7:12: 'base_url': must be a URL"},
    {"a certificate without key", "tls_private_key = \"tls/privkey.pem\"", "", "come together"},
    {"a key without certificate", "tls_certificate = \"tls/fullchain.pem\"", "", "come together"},
    {"a certificate that is not there", "fullchain.pem", "absent.pem", "8:19: 'tls_certificate': the file 'tls/absent.pem' does not exist"},
    {"a key that is no key", "privkey.pem", "fullchain.pem", "9:19: 'tls_private_key': the file 'tls/fullchain.pem' holds no private key"},
    {"a certificate that is none", "fullchain.pem", "privkey.pem", "8:19: 'tls_certificate': the file 'tls/privkey.pem' holds no certificate"},
    {"an operator listener for the world", "127.0.0.1:8480", "0.0.0.0:8480", "12:10: 'listen': must be a loopback address"},
    {"a TikTok host without TLS", "https://open-api", "http://open-api", "19:11: 'api_url': must begin with https://"},
    {"a TikTok URL with credentials", "https://auth", "https://me:pw@auth", "20:12: 'auth_url': must not hold a user name"},
    {"a trust anchor that is not there", "ca_file = \"\"", "ca_file = \"ca.pem\"", "21:11: 'ca_file': the file 'ca.pem' does not exist"},
    {"an app without a name", "name = \"row\"", "", "[[app]] has no name", 2},
    {"an app name that is no path", "name = \"row\"", "name = \"row/us\"", "24:8: 'name' may hold letters, digits", 2},
    {"no app secret", "[\"new.secret\", \"old.secret\"]", "[]", "26:20: 'app_secret_files' is empty"},
    {"a secret in place of its file", "app_secret_files = [\"new.secret\", \"old.secret\"]", "app_secret = \"s3cr3t\"", "unknown key 'app_secret' in [[app]], did you mean 'app_secret_files'?", 2},
    {"an empty text", "service_id = \"7\"", "service_id = \"\"", "27:14: 'service_id' is empty"},
    {"a number for a text", "service_id = \"7\"", "service_id = 7", "27:14: 'service_id' must be a text in quotes, not a whole number"},
    {"a market that is none", "service_id = \"7\"", "service_id = \"7\"\nmarket = \"eu\"", "28:10: 'market' must be one of us, row, not 'eu'"},
    {"a time without unit", "\"5m\"", "\"5\"", "'poll_every' must be a time with its unit"},
    {"a time of nothing", "\"30s\"", "\"0s\"", "'uncertain_wait' must be a time with its unit"},
    {"too few connections", "database_connections = 9", "database_connections = 1", "must be a whole number from 2 to 200"},
    {"threads as text", "threads = 3", "threads = \"3\"", "'threads' must be a whole number from 1 to 64"},
    {"an unknown level", "\"debug\"", "\"debugg\"", "must be one of debug, info, warning, error, not 'debugg', did you mean 'debug'?"},
    {"an unknown kind", "\"folder\"", "\"fodler\"", "'kind' must be one of akeneo, feed, folder, postgres, not 'fodler', did you mean 'folder'?"},
    {"a folder that is not there", "\"drop\"", "\"dorp\"", "'directory': there is no directory 'dorp'"},
    {"a media host with a scheme", "cdn.example.com", "https://cdn.example.com", "'media_hosts' holds bare host names"},
    {"a key of another kind", "directory = \"drop\"", "directory = \"drop\"\noverlap = \"5s\"", "'overlap' is a key of the kind akeneo or postgres, not of folder"},
    {"a shop of no source", "source = \"pim\"", "source = \"pin\"", "there is no [[source]] with the name 'pin', did you mean 'pim'?"},
    {"a shop of no app", "app = \"row\"", "app = \"rwo\"", "there is no [[app]] with the name 'rwo', did you mean 'row'?"},
    {"a shop id as a number", "\"7494049642642441621\"", "7494049642642441621", "'id' must be a text in quotes, not a whole number"},
    {"a profile that is not there", "profiles/us.toml", "profiles/uk.toml", "'profile': the file 'profiles/uk.toml' does not exist"},
};
// clang-format on

TEST_CASE("each mistake is named at its place, and no other is made of it") {
  for (const auto& one : spoilt) {
    DYNAMIC_SECTION(one.name) {
      config_rig at;
      const auto all = at.with(one.old, one.now).mistakes();
      std::size_t named = 0;
      for (const auto& text : all) {
        UNSCOPED_INFO(text);
        named += text.find(one.mistake) != std::string::npos ? 1 : 0;
        CHECK(text.find("s3cr3t") == std::string::npos);
      }
      CHECK(named == 1);
      CHECK(all.size() == one.count);
    }
  }
}

TEST_CASE("names and ids occur once") {
  config_rig at;
  at.text += "[[shop]]\nid = \"7494049642642441621\"\nsource = \"pim\"\napp = \"row\"\nprofile = \"profiles/us.toml\"\n"
             "[[source]]\nname = \"pim\"\nkind = \"folder\"\ndirectory = \"drop\"\n"
             "[[app]]\nname = \"row\"\napp_key = \"k\"\nservice_id = \"8\"\napp_secret_files = [\"new.secret\"]\n";
  const auto all = at.mistakes();
  REQUIRE(all.size() == 3);
  CHECK(all[0].find("id '7494049642642441621' is there already") != std::string::npos);
  CHECK(all[1].find("name 'pim' is there already") != std::string::npos);
  CHECK(all[2].find("name 'row' is there already") != std::string::npos);
}

namespace {

const std::string folder_lines = "kind = \"folder\"\ndirectory = \"drop\"";

} // namespace

TEST_CASE("sources of every kind are read") {
  config_rig at;
  SECTION("akeneo by a connection") {
    at.with(folder_lines,
            "kind = \"akeneo\"\nurl = \"https://pim.example.com/\"\nclient_id = \"c\"\n"
            "client_secret_file = \"new.secret\"\nusername = \"u\"\npassword_file = \"new.secret\"\n"
            "channel = \"ecommerce\"\ncompleteness = 80\nfamilies = [\"tshirts\"]\nenabled = \"enabled\"");
    const auto one = at.good().sources.at(0);
    CHECK(one.url == "https://pim.example.com");
    CHECK(one.completeness == 80);
    CHECK(one.sweep_every == duration{24 * 3'600'000});
    CHECK(one.families == std::vector<std::string>{"tshirts"});
    CHECK_FALSE(one.client_secret.empty());
  }
  SECTION("akeneo by a token") {
    at.with(folder_lines, "kind = \"akeneo\"\nurl = \"https://pim.example.com\"\ntoken_file = \"new.secret\"");
    CHECK_FALSE(at.good().sources.at(0).token.empty());
  }
  SECTION("feed") {
    at.with(folder_lines, "kind = \"feed\"\nurl = \"https://pim.example.com/feed\"\nauth = \"hmac\"\n"
                          "secret_file = \"new.secret\"\nkeys_url = \"keys\"");
    const auto one = at.good().sources.at(0);
    CHECK(one.auth == "hmac");
    CHECK(one.keys_url == "keys");
    CHECK(one.page_limit == 200);
  }
  SECTION("postgres") {
    at.with(folder_lines, "kind = \"postgres\"\nurl = \"postgresql:///pim\"\nshape = \"keyset\"\n"
                          "changes_sql = \"select 1\"\noverlap = \"5m\"");
    const auto one = at.good().sources.at(0);
    CHECK(one.shape == "keyset");
    CHECK(one.overlap == duration{300'000});
    CHECK(one.database_url == secret("postgresql:///pim"));
  }
}

TEST_CASE("what a kind needs beside its required keys is named") {
  struct one {
    const char* now;
    const char* mistake;
  };
  const auto each = GENERATE(
      one{"kind = \"akeneo\"\nurl = \"https://p.example.com\"\nclient_id = \"c\"\nclient_secret_file = \"new.secret\"\n"
          "username = \"u\"",
          "lacks 'password_file'"},
      one{"kind = \"akeneo\"\nurl = \"https://p.example.com\"\ntoken_file = \"new.secret\"\nusername = \"u\"",
          "'username' and 'token_file' exclude each other"},
      one{"kind = \"akeneo\"\nurl = \"https://p.example.com\"\ntoken_file = \"new.secret\"\ncompleteness = 50",
          "set 'channel' too"},
      one{"kind = \"feed\"\nurl = \"https://p.example.com\"\nauth = \"bearer\"", "so 'secret_file' is needed"},
      one{"kind = \"feed\"\nurl = \"http://p.example.com\"", "must begin with https://"},
      one{"kind = \"postgres\"\nchanges_sql = \"select 1\"", "needs 'url' or 'url_file'"},
      one{"kind = \"folder\"\ndirectory = \"drop\"\ncsv_separator = \"::\"", "must be one character, or tab"});
  config_rig at;
  at.with(folder_lines, each.now);
  CHECK(at.mistake().find(each.mistake) != std::string::npos);
}

TEST_CASE("shops that share a broken profile tell its mistakes once") {
  config_rig at;
  at.text += "[[shop]]\nid = \"2\"\nsource = \"pim\"\napp = \"row\"\nprofile = \"profiles/us.toml\"\n";
  at.folder.put("profiles/us.toml", std::string(good_profile) + "[feilds]\n");
  CHECK(at.mistake().starts_with("profiles/us.toml:11:2: unknown key 'feilds'"));
}

TEST_CASE("a base URL loses its last slash, and on loopback a simulator may use http and a port") {
  config_rig at;
  const auto [written, normal] =
      GENERATE(table<std::string, std::string>({{"https://listings.example.com/", "https://listings.example.com"},
                                                {"https://127.0.0.1:8443", "https://127.0.0.1:8443"},
                                                {"http://localhost:8080/", "http://localhost:8080"},
                                                {"https://[::1]:8443/", "https://[::1]:8443"}}));
  CHECK(at.with("https://listings.example.com", written).good().public_base_url == normal);
}

TEST_CASE("the public listener is a port, a Unix socket or systemd's") {
  config_rig at;
  const auto listen = GENERATE(as<std::string>{}, "0.0.0.0:443", "127.0.0.1:0", "[::]:443", "localhost:8443",
                               "unix:/run/listingd/public.sock", "systemd");
  CHECK(at.with("0.0.0.0:443", listen).good().public_listen == listen);
}

TEST_CASE("a simulator on loopback may speak http") {
  config_rig at;
  const auto got = at.with("https://open-api.tiktokglobalshop.com", "http://127.0.0.1:9000/").good();
  CHECK(got.tiktok_api_url == "http://127.0.0.1:9000");
}

TEST_CASE("the reference names every key with its default") {
  const auto text = reference();
  for (const auto& row : keys()) CHECK(text.find(fmt::format("| `{}` |", row.name)) != std::string::npos);
  CHECK(text.find("### [[shop]]") != std::string::npos);
  CHECK(text.find("`observe`") != std::string::npos);
}

} // namespace listingd::config
