// The [[app]] entries of the configuration while the daemon runs: one book for the calls to TikTok and for the webhook
// receiver, replaced when the configuration is read again. Used from one event loop.
#pragma once

#include "model/ids.hpp"
#include "model/secret.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace listingd::tiktok {

/// One [[app]] of the configuration.
struct app_credentials {
  app_name name;
  std::string app_key;
  std::vector<secret> app_secrets; ///< in the order in which they are tried: newest first, until an older one worked
  std::string service_id;
  std::string consent_url; ///< e.g. https://services.tiktokshop.com/open/authorize
};

class app_book {
public:
  explicit app_book(std::vector<app_credentials> apps) : apps_(std::move(apps)) {}

  /// A call on its way ends with what it began with.
  void replace(std::vector<app_credentials> apps) { apps_ = std::move(apps); }

  /// A copy, which may be kept over a suspension; nothing when there is no such [[app]].
  [[nodiscard]] std::optional<app_credentials> find(const app_name& name) const;
  [[nodiscard]] std::optional<app_name> with_key(std::string_view app_key) const;

  /// TikTok took this secret of the app's: it is the first from now on.
  void worked(const app_name& name, const secret& which);

private:
  std::vector<app_credentials> apps_;
};

} // namespace listingd::tiktok
