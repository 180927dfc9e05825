// An Akeneo of the test's own, small but true where it matters: whole seconds and a time zone of its own, variants that
// inherit their parents' date in the filter but not in the body, listings by primary key whose way on is only in `next`
// and only behind a full page, an index that lags and knows products that are gone, tokens that expire and rotate,
// absent values, permissions that look like "does not exist". Written from pim-sources.md, not from any specification.
#pragma once

#include "model/clock.hpp"
#include "model/json.hpp"
#include "sources/http_side.hpp"
#include "sources/pim_side.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace listingd::sources {

struct akeneo_product {
  std::string uuid, identifier, family, parent;
  bool enabled = true;
  std::vector<std::string> categories;
  json::object values; ///< its own, without its models'
  int completeness = 100;
  instant updated{};
  std::optional<instant> indexed_before; ///< the date that the index knows until the lag is over
};

struct akeneo_model {
  std::string code, family, family_variant, parent;
  std::vector<std::string> categories;
  json::object values;
  instant updated{};
  std::optional<instant> indexed_before;
};

/// One value: {locale, scope, data}; empty texts are null.
[[nodiscard]] json::value akeneo_value(json::value data, const std::string& locale = "", const std::string& scope = "");

class akeneo_server {
public:
  explicit akeneo_server(instant now, int page = 3);

  // --- how this Akeneo is; set before it is asked, or under edit() ------------------------------------------------
  bool has_uuid_endpoint = true; ///< 7.0 and newer
  duration zone{0};              ///< of the server, east of UTC
  duration index_lag{0};
  std::set<std::string> lost_in_next; ///< parameters that its links forget
  std::string app_token = "app-token";
  bool sends_etag = false;
  bool sends_date = true;
  bool shows_all_values = false; ///< of every channel and locale, whatever is asked for

  std::map<std::string, akeneo_product> products; ///< by uuid
  std::map<std::string, akeneo_model> models;
  std::set<std::string> hidden;               ///< uuids and codes that a permission hides: as if they did not exist
  std::set<std::string> unlisted;             ///< that the index has lost; they are there when asked for
  std::set<std::string> ghosts;               ///< uuids that the index knows and the database does not
  std::map<std::string, std::string> above;   ///< category -> its parent
  json::array attributes;                     ///< {code, type, ...}
  std::map<std::string, json::array> options; ///< attribute -> [{code, labels}]
  std::map<std::string, json::value> other;   ///< path below /api/rest/v1/ -> document: assets, their families
  std::map<std::string, std::string> files;   ///< path below /api/rest/v1/ -> bytes

  /// Edits under the lock that the server answers under.
  void edit(const std::function<void()>& act);
  /// Saves: the date moves, the index follows later.
  void save(akeneo_product product);
  void save(akeneo_model model);

  /// Neither access nor refresh token is taken any more.
  void forget_tokens() { access_ = refresh_ = ""; }

  void pass(duration by);
  [[nodiscard]] instant now() const;
  /// After so many further data requests.
  void meet(trouble what, int times, int after = 0);
  void no_more_trouble();
  /// Called once, when the next page of a listing of what changed, or of everything, was made.
  void in_the_middle(std::function<void()> act);
  /// The next answers come byte by byte.
  bool slow = false;

  [[nodiscard]] std::string url() const { return http_->url(); }
  [[nodiscard]] int most_at_once() const { return http_->most_at_once(); }
  [[nodiscard]] int requests() const; ///< without logins
  [[nodiscard]] int logins() const;   ///< with refreshes
  /// Targets asked for since the last call, logins left out.
  std::vector<std::string> asked();

private:
  http_reply answer(const http_asked& asked);
  http_reply login(const http_asked& asked);
  http_reply data(const http_asked& asked);
  std::optional<http_reply> troubled(const http_asked& asked);
  bool takes(trouble what);
  http_reply routed(const http_asked& asked);
  http_reply structure(const http_asked& asked, const std::string& path) const;
  http_reply item(const std::string& key, const http_asked& asked) const;
  http_reply file(const http_asked& asked, const std::string& path) const;
  http_reply plain_list(const http_asked& asked, const json::array& all) const;
  http_reply list(const http_asked& asked);

  [[nodiscard]] http_reply said(int status, const std::string& message) const;
  [[nodiscard]] http_reply document(const json::value& body) const;
  [[nodiscard]] json::value body_of(const akeneo_product& product, const http_asked& asked) const;
  [[nodiscard]] json::value body_of(const akeneo_model& model, const http_asked& asked) const;
  [[nodiscard]] json::object shown_values(json::object own, std::string parent, const http_asked& asked) const;
  [[nodiscard]] std::string body_date(instant at) const;
  [[nodiscard]] std::optional<instant> filter_date(instant own, std::optional<instant> before,
                                                   std::string parent) const;
  struct row;
  [[nodiscard]] std::vector<row> rows(const http_asked& asked) const;
  [[nodiscard]] bool fits(const row& one, const json::object& search) const;
  [[nodiscard]] bool dated(const json::value& filter, instant date) const;
  [[nodiscard]] std::set<std::string> categories_of(const akeneo_product& product) const;
  [[nodiscard]] bool in_children(std::string category, const json::value& wanted) const;
  [[nodiscard]] bool is_reading(const http_asked& asked) const;
  [[nodiscard]] json::object links(const http_asked& asked, bool more, const std::string& way_on) const;
  [[nodiscard]] json::array bodies_of(const std::vector<row>& hits, const http_asked& asked) const;
  [[nodiscard]] http_reply list_by_number(const http_asked& asked, std::vector<row> hits) const;
  http_reply list_after(const http_asked& asked, std::vector<row> hits);

  mutable std::recursive_mutex lock_;
  instant now_;
  int page_;
  int requests_ = 0, logins_ = 0, tokens_ = 0;
  std::string access_, refresh_;
  instant expires_{};
  std::vector<std::string> asked_;
  std::map<trouble, int> troubles_;
  int quiet_ = 0;                                  ///< requests until the troubles begin
  std::map<std::string, std::string> page_before_; ///< a listing -> what it last delivered
  std::function<void()> act_;
  std::unique_ptr<http_side> http_; // last: it answers as long as it lives
};

} // namespace listingd::sources
