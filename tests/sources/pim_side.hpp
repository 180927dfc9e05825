// The PIM's side of the conformance suite: a real server, folder or database that a test edits, and the source that
// reads it. One implementation a kind; what is asked of them here is all that the suite knows of a PIM.
#pragma once

#include "model/clock.hpp"
#include "sync/source.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace listingd::sources {

/// A product of the test's catalogue. Its record has the attribute `name` with the title (locale en_US) and `rank`
/// (a number); with variants also the axis `color` and a variant for each colour: key + "-" + colour, with `sku`.
struct pim_product {
  std::string key; ///< as the record's key will be
  std::string title = "Title";
  int rank = 1;
  std::vector<std::string> colors; ///< empty = no variants
  bool enabled = true;
};

/// What the next requests meet. Each kind knows some of them.
enum class trouble {
  status_429, ///< with Retry-After: 7
  status_500,
  status_503,
  reset,         ///< the connection is cut before an answer
  cut_short,     ///< ... in the middle of it
  not_json,      ///< 200 and an HTML page
  timeout,       ///< no answer within the source's own limit (the side makes that limit short)
  token_expired, ///< the access token is no longer taken
  forbidden,     ///< 403 until it is taken away: a permission was lost
  page_twice,    ///< the page before is delivered once more
  endless_next,  ///< every page leads to a further one
  page_cut,      ///< a listing ends early: the rest is not shown although it is there
};

class pim_side {
public:
  virtual ~pim_side() = default;

  /// The source under test; the same object until restart().
  [[nodiscard]] virtual sync::source& source() = 0;
  /// A new source object on the same PIM, as after a crash of the daemon.
  virtual void restart() = 0;

  // --- edits; each happens at the PIM's present time --------------------------------------------------------------
  virtual void put(const pim_product& product) = 0;
  /// A save that changes nothing (and moves the date where this PIM does so).
  virtual void save_again(const std::string& key) = 0;
  virtual void remove(const std::string& key) = 0;
  /// Not shown any more though it exists; false when this kind has no such thing.
  virtual bool hide(const std::vector<std::string>&) { return false; }
  virtual void show_all() {}

  // --- the world around it -----------------------------------------------------------------------------------------
  /// Time goes by on the PIM's clock. The caller moves the manual clock of the source by the same.
  virtual void pass(duration by) = 0;
  /// The next `times` requests (data requests, not logins) meet this; false when this kind cannot.
  virtual bool meet(trouble what, int times = 1) = 0;
  /// The same once, after so many requests went well.
  virtual bool meet_after(int requests, trouble what) = 0;
  virtual void no_more_trouble() = 0;
  /// Called once, after the next page of a listing was made and before it is delivered; false when this kind cannot.
  virtual bool in_the_middle(std::function<void()> act) = 0;
  /// Data requests so far.
  [[nodiscard]] virtual int requests() const = 0;
};

/// What a side is made with. Pages hold three products, so that a few products are many pages.
struct side_options {
  boost::asio::any_io_executor loop; ///< the source's
  manual_clock& time;                ///< the source's; starts at a whole second
  boost::asio::thread_pool& pool;
  std::filesystem::path folder; ///< an empty folder of its own
  std::string database;         ///< libpq URL of an empty database of its own
  int page = 3;
};

std::unique_ptr<pim_side> make_akeneo_side(const side_options& options);
std::unique_ptr<pim_side> make_feed_side(const side_options& options);
std::unique_ptr<pim_side> make_folder_side(const side_options& options);
std::unique_ptr<pim_side> make_postgres_side(const side_options& options);

} // namespace listingd::sources
