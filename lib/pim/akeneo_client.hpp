// The PIM's listings and items as JSON, by the session. Finds out which listing of products there is; makes UnoPim's
// items look like Akeneo's. Used by the parts of the kind `akeneo` that read.
#pragma once

#include "pim/akeneo_listing.hpp"
#include "pim/akeneo_session.hpp"

#include <cstdint>

namespace listingd::pim {

struct akeneo_page {
  boost::json::array items;
  std::string after;           ///< for the next page; empty = there is none
  std::string where;           ///< "GET /api/rest/v1/products-uuid"
  std::optional<instant> date; ///< when the PIM answered, by its own clock, in whole seconds
};

class akeneo_client {
public:
  akeneo_client(akeneo_session& session, const akeneo_options& options)
      : session_(session), options_(options), endpoint_(options.endpoint) {}

  /// The page of a listing that `after` leads to ("" = the first). A page without `next` that is no short one is
  /// checked: some versions end a listing early when their index knows products that are gone.
  task<result<akeneo_page>> list(akeneo_listing what, std::string after);
  /// All pages of a listing that fits into memory, each item once; one of more than 200 pages is taken for endless.
  task<result<boost::json::array>> list_all(akeneo_listing what);
  /// How many items it has.
  task<result<std::int64_t>> count(akeneo_listing what);
  /// One item by its key; nothing when the PIM says that there is none.
  task<result<std::optional<boost::json::value>>> item(akeneo_kind kind, std::string key);

  /// Any other listing below the API's root ("attributes").
  task<result<akeneo_page>> list_path(std::string path, akeneo_parameters parameters, std::string after);
  /// Any other resource below the API's root; code not_found when there is none.
  task<result<boost::json::value>> get(std::string path);

  /// Which listing of products is read; automatic = not known yet.
  [[nodiscard]] akeneo_endpoint endpoint() const { return endpoint_; }
  /// Says which, as a cursor remembers it; the options' own wish goes before.
  void remember(akeneo_endpoint endpoint);
  [[nodiscard]] std::string key(const boost::json::value& item, akeneo_kind kind) const {
    return key_of(item, kind, endpoint_);
  }
  [[nodiscard]] const akeneo_options& options() const { return options_; }

private:
  task<result<void>> find_endpoint();
  task<result<akeneo_page>> fetch(std::string path, akeneo_parameters parameters, std::string after);
  task<result<std::string>> beyond(akeneo_listing what, std::string last);

  akeneo_session& session_;
  const akeneo_options& options_;
  akeneo_endpoint endpoint_;
};

} // namespace listingd::pim
