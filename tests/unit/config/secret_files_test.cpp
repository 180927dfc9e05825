#include "config_rig.hpp"

#include <cstdlib>

namespace listingd::config {

using namespace test;

namespace {

/// The directory of systemd credentials, for one test.
struct credentials {
  listingd::test::temp_folder folder;
  credentials() { ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1); }
  ~credentials() { ::unsetenv("CREDENTIALS_DIRECTORY"); }
  credentials(const credentials&) = delete;
  credentials& operator=(const credentials&) = delete;
};

void open_to_all(const config_rig& at, const std::string& name) {
  std::filesystem::permissions(at.folder.path() / name, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
}

} // namespace

TEST_CASE("secrets come from their files without line endings, newest first") {
  config_rig at;
  const auto got = at.good();
  CHECK(got.operator_token == secret("token-of-the-operator"));
  CHECK(got.apps[0].app_secrets == std::vector{secret("new app secret"), secret("old app secret")});
}

TEST_CASE("master keys are decoded, newest first") {
  config_rig at;
  const auto keys = at.good().master_keys;
  REQUIRE(keys.size() == 2);
  CHECK(keys[0].first == "k2");
  CHECK(keys[0].second == secret(std::string(32, 'k')));
  CHECK(keys[1].first == "k1");
  CHECK(keys[1].second == secret(std::string(32, 'o')));
}

TEST_CASE("a secret file that is missing, empty or no file is named with its key") {
  config_rig at;
  const auto file = GENERATE(as<std::string>{}, "operator.token", "master.key", "new.secret", "old.secret");
  const auto [spoil, reason] = GENERATE(table<std::string, std::string>({{"remove", "does not exist"},
                                                                         {"empty", "is empty"},
                                                                         {"line ends", "is empty"},
                                                                         {"directory", "is not a file"}}));
  std::filesystem::remove(at.folder.path() / file);
  if (spoil == "empty") at.folder.put(file, "");
  if (spoil == "line ends") at.folder.put(file, "\n\r\n");
  if (spoil == "directory") std::filesystem::create_directory(at.folder.path() / file);
  const auto mistake = at.mistake();
  CHECK(mistake.starts_with("listingd.toml:"));
  CHECK(mistake.find("'" + file + "'") != std::string::npos);
  CHECK(mistake.find(reason) != std::string::npos);
}

TEST_CASE("a secret that every user of the machine may read is refused, and not repeated") {
  config_rig at;
  const auto file = GENERATE(as<std::string>{}, "operator.token", "master.key", "new.secret", "tls/privkey.pem");
  open_to_all(at, file);
  const auto mistake = at.mistake();
  CHECK(mistake.find("'" + file + "' is open to every user") != std::string::npos);
  CHECK(mistake.find(at.folder.read(file).substr(0, 10)) == std::string::npos);
}

TEST_CASE("a group may read a secret") {
  config_rig at;
  std::filesystem::permissions(at.folder.path() / "operator.token", std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  at.good();
}

TEST_CASE("a wrong line of the master key file is named by its number and never repeated") {
  config_rig at;
  const auto [line, reason] = GENERATE(table<std::string, std::string>(
      {{"oops", "is written id:base64"},
       {":" + std::string(old_key), "is written id:base64"},
       {"k1:" + std::string("c2hvcnQ="), "32 bytes in base64 (openssl rand -base64 32), not 5 bytes"},
       {"k1:oops!", "not something else"},
       {"k2:" + std::string(old_key), "occurs twice"}}));
  at.folder.put("master.key", fmt::format("k2:{}\n{}\n", new_key, line));
  const auto mistake = at.mistake();
  CHECK(mistake.starts_with("master.key:2:1: "));
  CHECK(mistake.find(reason) != std::string::npos);
  CHECK(mistake.find(line) == std::string::npos);
}

TEST_CASE("a master key file of comments holds no key") {
  config_rig at;
  at.folder.put("master.key", "# nothing yet\n");
  CHECK(at.mistake() == "master.key: holds no master key");
}

TEST_CASE("a certificate and a key that do not belong together are refused") {
  config_rig at;
  at.folder.put("tls/privkey.pem", make_pem().key);
  CHECK(at.mistake() == "listingd.toml:9:19: 'tls_private_key' is not the key of tls_certificate");
}

TEST_CASE("a systemd credential stands for a file") {
  config_rig at;
  const credentials given;
  given.folder.put("master", fmt::format("k9:{}\n", new_key));
  const auto keys = at.with("\"master.key\"", "\"credential:master\"").good().master_keys;
  REQUIRE(keys.size() == 1);
  CHECK(keys[0].first == "k9");
}

TEST_CASE("a credential that is not there, or not a plain name, is a mistake at its key") {
  config_rig at;
  SECTION("no credentials at all") {
    at.with("\"master.key\"", "\"credential:master\"");
    CHECK(at.mistake().find("systemd has set no CREDENTIALS_DIRECTORY") != std::string::npos);
  }
  SECTION("not this one") {
    const credentials given;
    at.with("\"master.key\"", "\"credential:master\"");
    CHECK(at.mistake().find("does not exist") != std::string::npos);
  }
  SECTION("a path") {
    const credentials given;
    at.with("\"master.key\"", "\"credential:../master\"");
    CHECK(at.mistake().find("a plain name") != std::string::npos);
  }
}

TEST_CASE("the environment is not expanded") {
  config_rig at;
  ::setenv("LISTINGD_TEST_FILE", "master.key", 1);
  CHECK(at.with("\"master.key\"", "\"${LISTINGD_TEST_FILE}\"").mistake().find("does not exist") != std::string::npos);
  ::unsetenv("LISTINGD_TEST_FILE");
}

} // namespace listingd::config
