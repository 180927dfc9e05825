// The part of port `store` that keeps consents: authorizations with their tokens, the shops they cover, installs that
// wait for the operator, and alerts. Secrets are sealed before they reach the database. Each function is one short
// transaction.
#pragma once

#include "async/run.hpp"
#include "model/alert.hpp"
#include "model/ids.hpp"
#include "sync/shop.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace listingd::sync {

/// A shop that a seller has connected, with the authorization behind it.
struct connected_shop {
  authorized_shop info;
  app_name app;
  std::int64_t authorization = 0;
  secret access_token;
  std::int64_t generation = 0; ///< of the tokens: moves on with every refresh and every consent
  bool pair_proven = false;    ///< TikTok has taken this access token before
  instant access_expires{}, renewal_due{};
  instant consent_ends{};          ///< the earlier of what the refresh token and webhook 7 say
  instant consented_at{};          ///< the seller's last consent
  std::string authorization_state; ///< active | needs_reauth: of the authorization, or of this shop alone
  std::string state_reason;
  bool lost_alone = false;      ///< needs_reauth is this shop's alone
  bool refresh_failing = false; ///< the last refresh did not get through, and none is under way
  std::vector<std::string> scopes;
  std::string category_version;
  bool adopt_scan_finished = false;
  std::optional<instant> quota_until;
  std::string prerequisites_problem;
  std::optional<instant> prerequisites_checked_at;
  std::optional<instant> watched_until;
  std::string setting_digest; ///< of the mode and profile under which its listings were last looked at
  [[nodiscard]] bool alive() const { return authorization_state == "active"; }
  [[nodiscard]] shop_access access() const { return {info.id, app, info.region, info.cipher, access_token}; }
};

/// A seller's consent as people see it; holds no secret.
struct authorization {
  std::int64_t id = 0;
  app_name app;
  std::string open_id, seller_name, seller_region;
  std::vector<std::string> scopes;
  std::string state; ///< active | needs_reauth
  std::string state_reason;
  instant access_expires{};
  instant renewal_due{};     ///< when this pair was to be renewed
  instant next_refresh_at{}; ///< the next attempt; later than renewal_due when attempts failed
  int failures = 0;          ///< refreshes in a row that did not get through
  instant consent_ends{};
  instant consented_at{};
  std::optional<instant> last_refresh_at;
  std::string last_refresh_result; ///< ok, or what went wrong; empty before the first
  int shops = 0;                   ///< that it serves; one without is left alone
};

/// What keep_alerts() changed.
struct alert_changes {
  std::vector<alert> opened, closed;
};

/// A shop that a consent covers and that stays with the authorization it has.
struct shop_conflict {
  shop_id shop;
  app_name app;
  std::string seller_name;
};

struct consent_outcome {
  std::int64_t authorization = 0;            ///< 0 = nothing was stored: every shop is served by another
  std::vector<shop_id> shops;                ///< now served by this authorization
  std::vector<shop_conflict> held_elsewhere; ///< served by a living authorization
};

/// One authorization leased for a refresh.
struct refresh_job {
  std::int64_t authorization = 0;
  app_name app;
  secret refresh_token;
  secret previous_refresh_token; ///< of the pair before, kept until this one has worked; may be empty
  std::string lease_token;
  std::int64_t fence = 0; ///< number of this refresh: the outcome of a lower one never replaces that of a higher
  instant consent_ends{};
  int failures = 0; ///< refreshes in a row that did not get through
};

/// What the news of a lost consent is based on; it counts only while that still holds, since a new consent or another's
/// refresh may have come first. Empty fields ask for nothing.
struct lost_evidence {
  std::optional<std::int64_t> generation; ///< of the access token that TikTok refused
  std::string lease_token;                ///< of the refresh job that TikTok refused
};

/// A seller's install from TikTok's App Store, waiting for the operator's word.
struct waiting_install {
  std::int64_t id = 0;
  app_name app;
  std::string seller_name, seller_region;
  std::vector<authorized_shop> shops;
  instant received_at{}, expires_at{};
};

/// The same with what the operator's word sets free.
struct kept_install {
  app_name app;
  token_grant grant;
  std::vector<authorized_shop> shops;
};

class consent_store {
public:
  virtual ~consent_store() = default;

  // --- the seller's consent -----------------------------------------------------------------------------------
  virtual task<void> put_consent_state(std::string state, app_name app, instant expires) = 0;
  /// The app of an unused, unexpired state, which is used up by this.
  virtual task<std::optional<app_name>> take_consent_state(std::string state, instant now) = 0;
  /// It may be taken once more: TikTok could not be reached.
  virtual task<void> return_consent_state(std::string state) = 0;
  /// Stores tokens and shops of a consent; an existing authorization (app, open_id) is updated in place, and what it no
  /// longer covers is lost. A shop that another living authorization serves stays there, unless it is `claimed`: the
  /// configuration wants it with this app. Without shops (they could not be read) an existing authorization keeps its
  /// own. A waiting install of the same seller is answered by it.
  virtual task<consent_outcome> put_authorization(app_name app, token_grant grant, std::vector<authorized_shop> shops,
                                                  std::vector<shop_id> claimed, instant renewal_due, instant now) = 0;
  virtual task<std::vector<authorization>> authorizations() = 0;
  virtual task<std::vector<connected_shop>> shops() = 0;
  virtual task<std::optional<connected_shop>> shop(shop_id id) = 0;

  // --- tokens -------------------------------------------------------------------------------------------------
  /// Leases a living authorization with shops whose refresh is due; one whose tokens do not open is set aside. With
  /// `only` exactly that one, due or not, while its tokens are still of that generation (someone else may have renewed
  /// them) and no failed refresh asks to wait.
  struct stale_tokens {
    std::int64_t authorization = 0, generation = 0;
  };
  virtual task<std::optional<refresh_job>> lease_refresh(instant now, duration lease,
                                                         std::optional<stale_tokens> only) = 0;
  /// Both tokens and both expiries, before anyone uses them. False when a newer refresh or consent has come first. May
  /// be repeated.
  virtual task<bool> refreshed(refresh_job job, token_grant grant, instant renewal_due, instant now) = 0;
  virtual task<void> refresh_failed(refresh_job job, std::string problem, instant try_again_at, instant now) = 0;
  /// TikTok took an access token of this generation: the previous refresh token is let go.
  virtual task<void> pair_worked(std::int64_t authorization, std::int64_t generation) = 0;
  /// What Get Authorized Shops shows with tokens of this generation: ciphers and names are taken over, new shops added,
  /// missing ones lost. Nothing when the tokens are others by now.
  virtual task<void> put_shops(std::int64_t authorization, std::int64_t generation, std::vector<authorized_shop> shops,
                               instant now) = 0;

  // --- its end ------------------------------------------------------------------------------------------------
  /// needs_reauth: the shops' listings are due and will park. False when the evidence is out of date, or it was lost
  /// already.
  virtual task<bool> authorization_lost(std::int64_t authorization, lost_evidence evidence, std::string reason,
                                        instant now) = 0;
  /// The same for one shop of an authorization that lives on.
  virtual task<bool> shop_lost(shop_id shop, std::string reason, instant now) = 0;
  /// Webhook 7: the consent ends then.
  virtual task<void> announce_end(std::int64_t authorization, instant end) = 0;

  // --- installs without a state -------------------------------------------------------------------------------
  /// Returns its number; a second install of the same seller takes the place of the first.
  virtual task<std::int64_t> put_install(app_name app, token_grant grant, std::vector<authorized_shop> shops,
                                         instant now) = 0;
  virtual task<std::vector<waiting_install>> installs() = 0;
  virtual task<std::optional<kept_install>> install(std::int64_t id) = 0;
  /// Confirmed or declined; false when it is not there.
  virtual task<bool> drop_install(std::int64_t id) = 0;

  // --- alerts -------------------------------------------------------------------------------------------------
  /// True when it was not open yet.
  virtual task<bool> raise(alert what, instant now) = 0;
  /// Of these kinds exactly those are open afterwards that are wanted.
  virtual task<alert_changes> keep_alerts(std::vector<alert_kind> kinds, std::vector<alert> wanted, instant now) = 0;
  /// Closes every open alert of this kind about the subject; returns how many.
  virtual task<int> close_alerts(alert_kind kind, std::string subject, instant now) = 0;
  virtual task<std::vector<stored_alert>> alerts(bool closed_too) = 0;
};

/// The subject of alerts about an authorization.
[[nodiscard]] std::string subject_of(std::int64_t authorization);

} // namespace listingd::sync
