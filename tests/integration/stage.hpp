// The stage of a test: a database of its own, TikTok's side, a folder that a PIM drops files into, a clock that only
// the test moves, and one instance of listingd with its shop connected. Nothing happens unless the test says so.
#pragma once

#include "catch.hpp"
#include "integration/catalogue.hpp"
#include "integration/instance.hpp"
#include "integration/shop_side.hpp"
#include "model/json.hpp"
#include "postgres/cluster.hpp"
#include "unit/net/loop.hpp"
#include "unit/temp_folder.hpp"

namespace listingd::integration {

using namespace std::chrono_literals;

struct stage_options {
  bool live = true;
  bool settled_in = true; ///< the shop is scanned and its webhooks are registered
  std::function<void(mapping::profile&)> adapt = nullptr;
  bool one_time = false; ///< the shop and our signatures go by the stage's clock too: for tests that live for years
};

class stage {
public:
  explicit stage(const stage_options& options = {});

  test::temp_folder folder;
  manual_clock time;
  std::string database = test::cluster::shared().migrated_database();
  shop_side tiktok{folder.path() / "traffic.ndjson"};
  tests::loop loop;
  instance_options wiring;
  instance daemon;

  template <class T>
  T run(task<T> work) {
    return loop.run(std::move(work));
  }
  void run(task<void> work) { loop.run(std::move(work)); }

  /// Time goes by, with one_time on all clocks.
  void pass(duration by);
  /// The seller consents on TikTok's page and is sent back to us.
  void connect();
  /// The first half of it: the address the browser is sent to. `more` goes to the page, such as "&seller=other".
  std::string consent(const std::string& more = "");
  /// The second half.
  result<sync::connected> come_back(const std::string& back);
  /// Those that are open.
  std::vector<stored_alert> alerts(alert_kind kind);
  /// The PIM drops a file with these records, and intake reads it. `full`: the file lists the whole catalogue.
  sync::intake_outcome take_in(const std::vector<json::object>& records, bool full = false);
  /// Steps until no listing is due; returns how many. Fails when that takes more than `most`.
  int advance(int most = 60);
  void keeper_round() { run(daemon.keeper.round()); }
  /// Carries the webhooks made since the last time into the inbox and drains it; returns how many.
  int deliver_webhooks();
  /// Stores one webhook, as the public listener does; false when it was there already.
  bool receive(const std::string& body, const std::string& at_app = "us");
  /// Steps, verdicts and webhooks until nothing moves any more.
  void settle();
  /// take_in() and settle().
  void list(const std::vector<json::object>& records) {
    take_in(records);
    settle();
  }

  sync::listing_state state(const std::string& product);
  [[nodiscard]] sync::connected_shop shop() { return run(daemon.db->shop(us)).value(); }
  sync::listing_ref ref(const std::string& product) const { return {us, pim, product_key(product)}; }
  std::vector<violation> violations(const std::string& product);
  std::vector<sync::stored_remediation> remediations(const std::string& product);
  bool noted(const std::string& product, const std::string& event);
  /// TikTok's product id of a listing.
  std::string id(const std::string& product) { return state(product).id.text(); }
  /// The product as it stands at TikTok.
  json::object live(const std::string& product) { return tiktok.product(id(product)); }
  /// First field of the first row, asked behind the store's back.
  std::string ask(const std::string& sql);

private:
  bool one_time_;
  std::size_t delivered_ = 0;
  int files_ = 0;
};

} // namespace listingd::integration
