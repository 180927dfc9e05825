// TikTok's side of a stage: the simulated shop on a thread of its own, plain HTTP on a free port. Reviews end only when
// give_verdicts() says so, so that nothing here waits for a clock.
#pragma once

#include "simulator/server.hpp"

#include <boost/json/value.hpp>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace listingd::integration {

/// A request as it reached the shop, those that a fault swallowed included.
struct seen_request {
  std::string method, path, body;
  int status = 0; ///< 0: the connection was dropped
};

class shop_side {
public:
  /// `record`: a file that may be made.
  explicit shop_side(const std::filesystem::path& record);
  ~shop_side();
  shop_side(const shop_side&) = delete;
  shop_side& operator=(const shop_side&) = delete;

  [[nodiscard]] std::string url() const;

  /// One call of the control interface, e.g. "POST settings"; throws with the simulator's words when it is refused.
  boost::json::value control(const std::string& call, const boost::json::value& body = boost::json::object{});
  /// The next `times` requests that match ("POST /product/202309/products") fail; `more` as in the simulator's README.
  void fault(const std::string& match, const std::string& kind, boost::json::object more = {});
  /// Whatever the control interface has no word for; holds the world's mutex.
  template <class Change>
  void change(Change apply) {
    const std::scoped_lock lock(world_.mutex);
    apply(world_);
  }

  /// Every review that runs ends now, by the shop's own rules; returns how many.
  int give_verdicts();
  /// A product as Get Product would show it, in whatever state it is.
  boost::json::object product(const std::string& id);
  /// How many products the shop holds, deleted ones aside.
  int products();
  /// What the shop was asked, in order; `path` is a part of the path, "" of every request.
  [[nodiscard]] std::vector<seen_request> requests(const std::string& method, const std::string& path = "") const;
  /// The requests that arrived at exactly this path.
  [[nodiscard]] int count(const std::string& method, const std::string& path) const;
  /// The writes that reached products: creates, edits, prices, stock, switches.
  [[nodiscard]] int writes() const;
  /// The webhooks made so far.
  std::vector<simulator::delivery> webhooks();

private:
  std::filesystem::path record_;
  simulator::world world_;
  std::unique_ptr<simulator::server> server_;
  std::jthread serving_;
};

inline constexpr auto create_path = "/product/202309/products";
inline constexpr auto search_path = "/product/202502/products/search";

} // namespace listingd::integration
