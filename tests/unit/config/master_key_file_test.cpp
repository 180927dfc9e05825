#include "config/master_key_file.hpp"

#include "config_rig.hpp"
#include "model/digest.hpp"

#include <algorithm>
#include <sys/stat.h>
#include <thread>

namespace listingd::config {

using namespace test;

namespace {

const instant noon = *instant_from_text("2026-11-25T12:00:00Z");

/// A master key file in a folder of its own.
struct key_folder {
  listingd::test::temp_folder folder;
  std::string old = fmt::format("# newest first\n\nk1:{}\n# of the first days\nk0:{}\n", new_key, old_key);
  std::filesystem::path file = folder.put("master.key", old);

  std::string add(const std::set<std::string>& taken = {}) {
    auto id = add_master_key(file, taken, noon);
    REQUIRE(id);
    return *id;
  }
  std::vector<std::string> ids() {
    const auto keys = load_master_keys(file);
    REQUIRE(keys);
    std::vector<std::string> out;
    for (const auto& [id, bytes] : *keys) out.push_back(id);
    return out;
  }
  [[nodiscard]] std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(folder.path()), {});
  }
};

struct stat facts(const std::filesystem::path& file) {
  struct stat out{};
  REQUIRE(::stat(file.c_str(), &out) == 0);
  return out;
}

} // namespace

TEST_CASE("a new key stands in front, and everything older stays as it was") {
  key_folder at;
  CHECK(at.add() == "k20261125-1");
  const auto text = at.folder.read("master.key");
  CHECK(text.ends_with("\n" + at.old));
  CHECK(std::ranges::count(text, '\n') == std::ranges::count(at.old, '\n') + 1);
  CHECK(at.ids() == std::vector<std::string>{"k20261125-1", "k1", "k0"});
  CHECK(at.files() == 1);
}

TEST_CASE("each new key is another, and has an id that nobody had") {
  key_folder at;
  CHECK(at.add() == "k20261125-1");
  CHECK(at.add() == "k20261125-2");
  CHECK(at.add({"k20261125-3", "k20261125-1"}) == "k20261125-4");
  const auto keys = *load_master_keys(at.file);
  REQUIRE(keys.size() == 5);
  CHECK(keys[0].second != keys[1].second);
  CHECK(keys[1].second != keys[2].second);
  CHECK(keys[0].second.reveal().size() == 32);
}

TEST_CASE("the new file has mode and owner of the old one") {
  key_folder at;
  const mode_t mode = GENERATE(0640, 0600, 0440);
  if (::geteuid() == 0) REQUIRE(::chown(at.file.c_str(), 12'345, 54'321) == 0);
  REQUIRE(::chmod(at.file.c_str(), mode) == 0);
  if (::geteuid() != 0 && mode == 0440) return; // not to be written by its owner
  const auto before = facts(at.file);
  at.add();
  const auto after = facts(at.file);
  CHECK(after.st_mode == before.st_mode);
  CHECK(after.st_uid == before.st_uid);
  CHECK(after.st_gid == before.st_gid);
  CHECK(after.st_ino != before.st_ino); // replaced, never half written
}

TEST_CASE("a symbolic link stays one, and the file it leads to gets the key") {
  key_folder at;
  const auto link = at.folder.path() / "linked.key";
  std::filesystem::create_symlink("master.key", link);
  REQUIRE(add_master_key(link, {}, noon));
  CHECK(std::filesystem::is_symlink(link));
  CHECK(at.ids().size() == 3);
}

TEST_CASE("what one who died in the middle left behind is no hindrance and is cleaned away") {
  key_folder at;
  at.folder.put("master.key.new", "k20261125-1:half of a");
  at.add();
  CHECK(at.ids().size() == 3);
  CHECK(at.files() == 1);
}

TEST_CASE("keys that are made at the same moment are all in the file") {
  key_folder at;
  {
    std::vector<std::jthread> makers;
    for (int i = 0; i < 4; ++i)
      makers.emplace_back([&] {
        for (int n = 0; n < 5; ++n) (void)add_master_key(at.file, {}, noon);
      });
  }
  auto ids = at.ids();
  CHECK(ids.size() == 22);
  std::ranges::sort(ids);
  CHECK(std::ranges::adjacent_find(ids) == ids.end());
  CHECK(at.files() == 1);
}

TEST_CASE("a file with mistakes gets no key, and the mistake is named without what stands there") {
  key_folder at;
  const auto broken = GENERATE(as<std::string>{}, "k1:c2VjcmV0\n", "c2VjcmV0\n", "");
  at.folder.put("master.key", broken);
  const auto id = add_master_key(at.file, {}, noon);
  REQUIRE_FALSE(id);
  CHECK(id.error().find("c2VjcmV0") == std::string::npos);
  CHECK(id.error().find("master.key") != std::string::npos);
  CHECK(at.folder.read("master.key") == broken);
}

TEST_CASE("a file that this user may not replace is left alone, with a sentence that says so") {
  if (::geteuid() == 0) return; // who may do everything
  key_folder at;
  SECTION("the file") {
    REQUIRE(::chmod(at.file.c_str(), 0400) == 0);
  }
  SECTION("its directory") {
    REQUIRE(::chmod(at.folder.path().c_str(), 0500) == 0);
  }
  const auto id = add_master_key(at.file, {}, noon);
  REQUIRE(::chmod(at.folder.path().c_str(), 0700) == 0);
  REQUIRE_FALSE(id);
  CHECK(id.error().find("by this user: Permission denied") != std::string::npos);
  CHECK(at.folder.read("master.key") == at.old);
}

TEST_CASE("a file that is not there gets no key") {
  key_folder at;
  const auto id = add_master_key(at.folder.path() / "other.key", {}, noon);
  REQUIRE_FALSE(id);
  CHECK(id.error().find("other.key' cannot be found: No such file") != std::string::npos);
}

} // namespace listingd::config
