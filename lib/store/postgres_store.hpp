// The port `store` on PostgreSQL; only the .cpp files of this room see it. One file an aggregate: intake, sources,
// queue, listings, submissions, media, consents, tokens, installs, alerts, shops, reports.
#pragma once

#include "store/database.hpp"
#include "store/open_store.hpp"
#include "store/purposes.hpp"

#include <optional>

namespace listingd::store {

using namespace sync;

class postgres_store final : public sync::store {
public:
  explicit postgres_store(store_options options);

  task<std::optional<source_lease>> lease_source(source_name source, std::string kind, std::string token,
                                                 duration lease) override;
  task<intake_outcome> commit_page(source_name source, std::string token, std::vector<shop_id> shops,
                                   page_commit page) override;
  task<void> source_failed(source_name source, std::string problem, instant now) override;
  task<void> source_recovered(source_name source) override;
  task<std::vector<product_key>> commit_keys(source_name source, std::string token, std::vector<product_key> keys,
                                             std::string cursor, instant seen) override;
  task<sweep_candidates> missing_since(source_name source, instant began, int most) override;
  task<void> begin_sweep(source_name source, std::string token, instant now) override;
  task<void> end_sweep(source_name source, std::string token, std::string result, instant now) override;
  task<void> request_read(source_name source, bool full) override;
  task<void> request_product(source_name source, product_key product) override;
  task<bool> take_read_request(source_name source) override;
  task<void> product_read(source_name source, product_key product) override;
  task<std::vector<source_status>> sources() override;
  task<std::int64_t> count_products(source_name source) override;
  task<std::vector<stored_note>> notes_of_source(source_name source, int most) override;

  task<int> ensure_listings(shop_id shop, source_name source) override;
  task<std::optional<claimed_listing>> claim(std::vector<shop_id> shops, instant now, duration lease) override;
  task<int> release_leases() override;
  task<std::optional<claimed_listing>> peek(listing_ref ref) override;
  task<bool> record(claimed_listing held, step_outcome outcome, instant now) override;
  task<int> wake_listing(shop_id shop, listing_id id, bool hint, instant now, std::vector<note> notes) override;
  task<int> wake_if_older(shop_id shop, listing_id id, instant changed, instant now) override;
  task<int> wake_product(std::optional<shop_id> shop, product_key product, instant now,
                         std::vector<note> notes) override;
  task<int> wake_shop(shop_id shop, instant now) override;
  task<std::optional<instant>> next_due(std::vector<shop_id> shops) override;

  task<bool> extend_lease(claimed_listing held) override;
  task<bool> begin_submission(claimed_listing held, stored_submission intent, instant now) override;
  task<void> finish_submission(listing_ref ref, std::string id, submission_state state, write_answer answer,
                               std::optional<error> problem, instant now) override;
  task<void> searched_in_vain(std::string submission, instant now) override;

  task<std::vector<listing_id>> existing_with(shop_id shop, std::vector<seller_sku> skus) override;
  task<std::optional<sku_holder>> sku_taken(listing_ref ref, std::vector<seller_sku> skus) override;
  task<void> seen_with(shop_id shop, std::vector<seller_sku> skus, std::vector<found_product> found) override;

  task<std::optional<stored_media>> media_reference(source_name source, std::string ref) override;
  task<void> put_media_reference(source_name source, std::string ref, stored_media media, instant now) override;
  task<std::optional<image_facts>> media_facts(std::string sha256) override;
  task<void> put_media_facts(std::string sha256, image_facts facts) override;
  task<std::optional<std::string>> media_upload(shop_id shop, media_use use, std::string content_key) override;
  task<void> put_media_upload(shop_id shop, media_use use, std::string content_key, std::string uri,
                              instant now) override;
  task<void> forget_media_uploads(shop_id shop, std::vector<std::string> uris) override;

  task<std::optional<stored_snapshot>> snapshot(shop_id shop, std::string kind, std::string subject) override;
  task<void> put_snapshot(shop_id shop, std::string kind, std::string subject, boost::json::value payload,
                          instant now) override;

  task<void> put_consent_state(std::string state, app_name app, instant expires) override;
  task<std::optional<app_name>> take_consent_state(std::string state, instant now) override;
  task<void> return_consent_state(std::string state) override;
  task<consent_outcome> put_authorization(app_name app, token_grant grant, std::vector<authorized_shop> shops,
                                          std::vector<shop_id> claimed, instant renewal_due, instant now) override;
  task<std::vector<authorization>> authorizations() override;
  task<std::vector<connected_shop>> shops() override;
  task<std::optional<connected_shop>> shop(shop_id id) override;
  task<std::optional<refresh_job>> lease_refresh(instant now, duration lease,
                                                 std::optional<stale_tokens> only) override;
  task<bool> refreshed(refresh_job job, token_grant grant, instant renewal_due, instant now) override;
  task<void> refresh_failed(refresh_job job, std::string problem, instant try_again_at, instant now) override;
  task<void> pair_worked(std::int64_t authorization, std::int64_t generation) override;
  task<void> put_shops(std::int64_t authorization, std::int64_t generation, std::vector<authorized_shop> shops,
                       instant now) override;
  task<bool> authorization_lost(std::int64_t authorization, lost_evidence evidence, std::string reason,
                                instant now) override;
  task<bool> shop_lost(shop_id shop, std::string reason, instant now) override;
  task<void> announce_end(std::int64_t authorization, instant end) override;
  task<std::int64_t> put_install(app_name app, token_grant grant, std::vector<authorized_shop> shops,
                                 instant now) override;
  task<std::vector<waiting_install>> installs() override;
  task<std::optional<kept_install>> install(std::int64_t id) override;
  task<bool> drop_install(std::int64_t id) override;
  task<bool> raise(alert what, instant now) override;
  task<alert_changes> keep_alerts(std::vector<alert_kind> kinds, std::vector<alert> wanted, instant now) override;
  task<int> close_alerts(alert_kind kind, std::string subject, instant now) override;
  task<std::vector<stored_alert>> alerts(bool closed_too) override;

  task<void> set_quota(shop_id shop, std::optional<instant> until) override;
  task<void> set_prerequisites(shop_id shop, std::string problem, instant now) override;
  task<void> set_category_version(shop_id shop, std::string version) override;
  task<int> setting_changed(shop_id shop, std::string digest, instant now) override;
  task<void> set_watched_until(shop_id shop, instant until) override;
  task<void> put_shop_products(shop_id shop, std::vector<found_product> products, bool last, instant now) override;

  task<bool> put_event(inbox_event event, instant now) override;
  task<std::vector<inbox_event>> waiting_events(int limit, instant now) override;
  task<void> event_done(std::int64_t id, std::string problem, instant now) override;
  task<void> event_later(std::int64_t id, std::string problem, instant again) override;

  task<void> add_notes(listing_ref about, std::vector<note> notes, instant now) override;
  task<std::vector<status_row>> status(std::optional<shop_id> shop) override;
  task<std::vector<violation_row>> violations(bool closed_too) override;
  task<std::vector<remediation_row>> remediations() override;
  task<std::vector<stored_note>> notes_about(product_key product) override;
  task<std::vector<stored_note>> notes_since(instant since, int limit) override;
  task<void> ping() override;

private:
  [[nodiscard]] connected_shop read_shop(const pqxx::row& row, bool with_secrets) const;
  std::int64_t upsert_authorization(pqxx::work& work, const app_name& app, const token_grant& grant,
                                    instant renewal_due, instant now) const;
  [[nodiscard]] std::optional<refresh_job> leased(pqxx::work& work, const pqxx::row& row, duration lease) const;
  void set_aside(pqxx::work& work, const pqxx::row& row, instant now) const;
  /// Throw when no master key is configured, or none that fits.
  [[nodiscard]] std::string sealed(const secret& text, std::string_view purpose, std::string_view app,
                                   std::string_view open_id) const;
  [[nodiscard]] secret opened(const std::string& sealed, std::string_view purpose, std::string_view app,
                              std::string_view open_id) const;
  std::optional<sealer> sealer_;
  database database_;
  std::string instance_; // last: its pool is joined before anything it uses goes away
};

// Shared by the files of this room.
/// Every listing of these shops is due.
void wake_shops(pqxx::work& work, const std::vector<shop_id>& shops, instant now);
int close_alerts_about(pqxx::work& work, alert_kind kind, const std::string& subject, instant now);
[[nodiscard]] boost::json::array scopes_json(const std::vector<std::string>& scopes);
void insert_notes(pqxx::work& work, const listing_ref& about, const std::vector<note>& notes, instant now);
/// The variants of a listing, whole: others are let go once TikTok no longer shows them.
void set_skus(pqxx::work& work, const listing_ref& ref, const std::vector<sku_link>& skus);
/// Adds the listing's primary key as $first.. parameters.
args keyed(const listing_ref& ref);
[[nodiscard]] std::vector<std::string> texts(const std::vector<seller_sku>& skus);
[[nodiscard]] std::vector<std::string> texts(const std::vector<shop_id>& shops);
/// "wake = ..., due_at = ..." of an update of listing; $1 is the time.
extern const char* const wake_set;
[[nodiscard]] boost::json::object to_json(const facet_digests& digests);
[[nodiscard]] facet_digests digests_from(const boost::json::value& value);
/// Columns of listing, as read_state() wants them.
extern const char* const state_columns;
[[nodiscard]] listing_state read_state(const pqxx::row& row);
[[nodiscard]] listing_ref read_ref(const pqxx::row& row);
[[nodiscard]] violation read_violation(const pqxx::row& row);
[[nodiscard]] stored_remediation read_remediation(const pqxx::row& row);

} // namespace listingd::store
