// A throw-away PostgreSQL for tests: one cluster for the test program (started at first use, gone at its end), and for
// each test case a database of its own, cloned from a migrated template. Needs LISTINGD_ROOT and the room store.
#pragma once

#include "store/migrations.hpp"

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <pqxx/pqxx>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace listingd::test {

class cluster {
public:
  static cluster& shared() {
    static cluster one;
    return one;
  }

  cluster(const cluster&) = delete;
  cluster& operator=(const cluster&) = delete;
  ~cluster() {
    try {
      script("stop " + folder_);
      std::filesystem::remove_all(folder_);
    } catch (const std::exception& problem) { // --owner cleans up behind us
      std::fprintf(stderr, "%s\n", problem.what());
    }
  }

  /// libpq URL of a new database with the schema of migrations/.
  [[nodiscard]] std::string migrated_database() {
    const auto& pattern = migrated_template();
    return url_of(create(" template " + pattern));
  }

  /// libpq URL of a new empty database; `options` of CREATE DATABASE.
  [[nodiscard]] std::string empty_database(const std::string& options = "") { return url_of(create(options)); }

private:
  cluster() {
    std::string pattern = std::filesystem::temp_directory_path() / "listingd-test.XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder: " + pattern);
    folder_ = pattern;
    const auto said = script("start " + folder_ + " --owner " + std::to_string(getpid()));
    url_ = said.substr(said.find("postgresql:///"));
    url_.erase(url_.find('\n'));
  }

  /// Standard output of the script; throws with everything that it said, the end of the server's log included.
  static std::string script(const std::string& arguments) {
    FILE* const pipe = popen((LISTINGD_ROOT "/tests/postgres/cluster " + arguments + " 2>&1").c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot run tests/postgres/cluster");
    std::string said;
    std::array<char, 4096> part{};
    while (const auto size = std::fread(part.data(), 1, part.size(), pipe)) said.append(part.data(), size);
    const int status = pclose(pipe);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
      throw std::runtime_error("tests/postgres/cluster " + arguments + " failed:\n" + said);
    return said;
  }

  [[nodiscard]] std::string url_of(const std::string& database) const {
    static const std::string own = "postgresql:///listingd?";
    return "postgresql:///" + database + "?" + url_.substr(own.size());
  }

  std::string create(const std::string& options) {
    auto name = "test_" + std::to_string(++count_);
    pqxx::connection connection(url_);
    pqxx::nontransaction work(connection);
    work.exec("create database " + name + " " + options);
    return name;
  }

  const std::string& migrated_template() {
    if (template_.empty()) {
      auto name = create("");
      const auto applied = store::migrate(url_of(name), store::embedded_migrations());
      if (!applied) throw std::runtime_error(applied.error().text());
      template_ = std::move(name);
    }
    return template_;
  }

  std::string folder_, url_, template_;
  std::atomic<int> count_ = 0;
};

} // namespace listingd::test
