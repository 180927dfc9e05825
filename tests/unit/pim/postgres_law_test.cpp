// The law of both shapes, over random writers: whatever they do at once and whenever they commit, what was last
// delivered of each product is what the database holds in the end.
#include "postgres_rig.hpp"

#include <atomic>
#include <deque>
#include <random>
#include <set>
#include <thread>

namespace listingd::pim {

using namespace test;

namespace {

constexpr int writers = 4, products = 6;

/// Random writers, one step at a time, so that every run of a seed is the same.
class crowd {
public:
  crowd(unsigned seed, postgres_rig& at) : at_(at), random_(seed) {
    for (int i = 0; i < writers; ++i) open_.emplace_back(at.url);
  }

  int below(int most) { return std::uniform_int_distribution<int>(0, most - 1)(random_); }

  /// Somebody begins, writes, commits or gives up.
  void step() {
    auto& one = open_[static_cast<std::size_t>(below(writers))];
    if (!one.in_transaction) {
      one.session.begin();
      one.in_transaction = true;
      return;
    }
    const auto choice = below(10);
    if (choice < 6) return write(one);
    one.session.tell(choice < 9 ? "commit" : "rollback");
    end(one);
  }

  void commit_all() {
    for (auto& one : open_)
      if (one.in_transaction) {
        one.session.commit();
        end(one);
      }
  }

private:
  struct worker {
    explicit worker(const std::string& url) : session(url) {}
    writer session;
    bool in_transaction = false;
    std::set<int> holds;
  };

  void end(worker& one) {
    one.in_transaction = false;
    one.holds.clear();
  }

  /// A product whose row nobody else has locked: the one thread of this test cannot wait for itself.
  void write(worker& one) {
    const auto product = below(products);
    for (const auto& other : open_)
      if (&other != &one && other.holds.contains(product)) return;
    one.holds.insert(product);
    const auto key = "p" + std::to_string(product);
    const bool soft = at_.options.shape == postgres_shape::keyset;
    if (below(4) > 0)
      one.session.tell(postgres_rig::change(key, ++revision_, "now()"));
    else
      one.session.tell((soft ? "update item set deleted_at = now(), updated_at = now()" : "delete from item") +
                       std::string(" where key = '") + key + "'");
  }

  postgres_rig& at_;
  std::mt19937 random_;
  std::deque<worker> open_;
  int revision_ = 0;
};

std::map<std::string, std::string> what_is_there(postgres_rig& at) {
  std::map<std::string, std::string> out;
  for (int i = 0; i < products; ++i) {
    const auto key = "p" + std::to_string(i);
    const auto revision = at.pim.ask("select revision from item where deleted_at is null and key = '" + key + "'");
    out[key] = revision.empty() ? "deleted" : revision;
  }
  return out;
}

/// A product that never was is as good as deleted.
std::map<std::string, std::string> what_was_seen(const postgres_rig& at) {
  std::map<std::string, std::string> out;
  for (int i = 0; i < products; ++i) {
    const auto found = at.seen.find("p" + std::to_string(i));
    out["p" + std::to_string(i)] = found == at.seen.end() ? "deleted" : found->second;
  }
  return out;
}

void prepare(postgres_rig& at, postgres_shape shape) {
  at.options.shape = shape;
  if (shape == postgres_shape::keyset) at.options.changes_sql = keyset_sql;
  at.options.overlap = 30s; // longer than any transaction of this crowd
  at.stop_its_clock("2026-11-24 08:00:00+00");
  at.restart();
}

} // namespace

TEST_CASE("law: whatever writers do at once, the last delivered is what is there in the end") {
  const auto shape = GENERATE(postgres_shape::change_log, postgres_shape::keyset);
  const auto seed = static_cast<unsigned>(GENERATE(range(0, 12)));
  CAPTURE(seed, static_cast<int>(shape));
  postgres_rig at;
  prepare(at, shape);
  crowd all(seed, at);
  for (int turn = 0; turn < 120; ++turn) {
    all.step();
    if (all.below(4) == 0) at.pass("500 milliseconds");
    if (all.below(6) == 0) at.commit(at.read());
    if (all.below(12) == 0) at.restart();
    if (turn % 40 == 39) {
      all.commit_all();
      at.poll();
      at.poll(); // the first ended a window that had begun before
      CHECK(what_was_seen(at) == what_is_there(at));
    }
  }
}

TEST_CASE("law: and when writers really run at once") {
  const auto shape = GENERATE(postgres_shape::change_log, postgres_shape::keyset);
  CAPTURE(static_cast<int>(shape));
  postgres_rig at;
  at.options.shape = shape;
  if (shape == postgres_shape::keyset) at.options.changes_sql = keyset_sql;
  at.options.page_rows = 20;
  at.restart();
  std::atomic<int> at_work = writers;
  std::vector<std::jthread> all;
  for (unsigned number = 0; number < writers; ++number)
    all.emplace_back([&, number] {
      std::mt19937 random(number);
      writer session(at.url);
      for (int i = 0; i < 60; ++i) {
        session.begin();
        std::set<unsigned> keys; // in order: nobody waits in a circle
        for (int k = 0; k < 3; ++k) keys.insert(static_cast<unsigned>(random()) % products);
        for (const auto key : keys)
          session.tell(postgres_rig::change("p" + std::to_string(key), static_cast<int>(number * 1000) + i));
        session.commit();
      }
      --at_work;
    });
  while (at_work > 0) at.poll();
  all.clear();
  at.poll();
  at.poll();
  CHECK(what_was_seen(at) == what_is_there(at));
}

} // namespace listingd::pim
