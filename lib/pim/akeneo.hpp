// The source kind `akeneo`: products and product models over Akeneo's REST API (5.0 and newer, Community and
// Enterprise, SaaS), one record for each simple product and for each root product model with all its variants. Made by
// the daemon for each [[source]] of that kind. Facts: shared/reference/pim-sources.md, section 1.
//
// The flavour `unopim` reads UnoPim's look-alike. Confirmed by its public source: paths, filters, the login form, the
// shape of values. Not confirmed on a running UnoPim: labels of options, the address of pictures (<url>/storage/...),
// measurements, and whether a listing of configurable products shows the middle level of two-level variants.
#pragma once

#include "model/clock.hpp"
#include "model/secret.hpp"
#include "net/transport.hpp"
#include "pim/url_media.hpp"
#include "sync/source.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace listingd::pim {

enum class akeneo_flavour { akeneo, unopim };

/// Which listing of products is read. The key of a simple product is its uuid in the one, its identifier in the other;
/// what was found once is kept in the cursor, so that keys never change under a catalogue.
enum class akeneo_endpoint { automatic, products_uuid, products };

/// Which products are wanted; judged by the PIM. A product that leaves the selection by an edit is delivered as gone; a
/// model is wanted when any of its variants is, and its record has only those.
struct akeneo_filters {
  std::optional<bool> enabled;
  std::vector<std::string> families;
  std::vector<std::string> categories; ///< with all that is below them
  std::optional<int> completeness;     ///< percent, at least, in `channel` for any of its locales

  [[nodiscard]] bool any() const { return enabled || !families.empty() || !categories.empty() || completeness; }
};

struct akeneo_options {
  source_name name;
  std::string url; ///< https://pim.example.com, with a path where the PIM is installed below one; http:// on loopback
  // either a connection ...
  std::string client_id;
  secret client_secret;
  std::string username;
  secret password;
  secret token; ///< ... or an app's token, which never expires

  akeneo_flavour flavour = akeneo_flavour::akeneo;
  akeneo_endpoint endpoint = akeneo_endpoint::automatic;
  std::string channel;              ///< only its values are read; empty = of all channels
  std::vector<std::string> locales; ///< only their values are read; empty = all
  akeneo_filters filters;

  duration overlap{120'000}; ///< how far a window reaches back before the last one's start: the PIM's index lags
  std::string pim_timezone;  ///< of the PIM's date filter: "" = found out, "UTC", or an offset such as "+02:00"
  int page = 100;            ///< items a request; Akeneo allows no more
  int page_cap = 100'000;    ///< pages of one listing; more is a `next` without end
  int calls_at_once = 4;     ///< Akeneo allows no more to a connection
  duration timeout{30'000};  ///< of one request
  duration reference_every{6 * 3'600'000}; ///< how long attributes, options, family variants and assets are believed

  std::vector<std::string> media_hosts;      ///< hosts that linked pictures may come from
  std::uint64_t largest_medium = 20'000'000; ///< bytes of a picture or document
  url_fetcher fetch = nullptr; ///< of linked pictures; tests put their own here, otherwise from media_hosts
};

/// What is wrong with the options, for `check`: a sentence for each mistake that names the option.
[[nodiscard]] std::vector<std::string> mistakes_in(const akeneo_options& options);

/// Touches nothing yet. Transport and clock must outlive the source; used from one io_context. Throws
/// std::invalid_argument with mistakes_in().
[[nodiscard]] std::unique_ptr<sync::source> make_akeneo_source(akeneo_options options, net::transport& wire,
                                                               const clock& time);

} // namespace listingd::pim
