// The port `shop` over TikTok's API. Declared here so that its calls can live in one file per area (taxonomy_calls,
// media_calls, product_calls); nobody outside this room includes it, see client.hpp.
#pragma once

#include "tiktok/gateway.hpp"

namespace listingd::tiktok {

using sync::shop_access;

class shop_client final : public sync::shop {
public:
  shop_client(net::transport& wire, client_options options, app_book& apps, platform_clock& time)
      : gateway_(wire, std::move(options), apps, time) {}

  task<result<boost::json::value>> categories(shop_access access, std::string version) override;
  task<result<boost::json::value>> attributes(shop_access access, category_id leaf, std::string version) override;
  task<result<boost::json::value>> rules(shop_access access, category_id leaf, std::string version) override;
  task<result<boost::json::value>> warehouses(shop_access access) override;
  task<result<boost::json::value>> prerequisites(shop_access access) override;
  task<result<boost::json::value>> brands(shop_access access, std::string name) override;

  task<result<sync::uploaded_media>> upload_image(shop_access access, media_use use, std::string bytes,
                                                  std::string file_name) override;
  task<result<sync::uploaded_media>> upload_document(shop_access access, std::string bytes,
                                                     std::string file_name) override;

  sync::write_request create_request(const draft& wanted, const std::string& idempotency_key) const override;
  sync::write_request edit_request(const draft& wanted, const observed_product& live) const override;
  sync::write_request partial_edit_request(const draft& wanted, const listing_id& id,
                                           const std::vector<facet>& facets) const override;
  sync::write_request price_request(const draft& wanted, const observed_product& live) const override;
  sync::write_request stock_request(const draft& wanted, const observed_product& live) const override;
  sync::write_request activate_request(const listing_id& id) const override;
  sync::write_request deactivate_request(const listing_id& id) const override;
  task<result<sync::write_answer>> perform(shop_access access, sync::write_request request) override;

  task<result<std::vector<check_failure>>> listing_check(shop_access access, draft wanted) override;
  task<result<observed_product>> get(shop_access access, listing_id id, bool under_review) override;
  task<result<sync::product_page>> search(shop_access access, sync::product_query wanted) override;
  std::vector<sync::drift> compare(const draft& wanted, const observed_product& live) const override;

  task<result<std::vector<sync::webhook_subscription>>> webhooks(shop_access access) override;
  task<result<void>> subscribe(shop_access access, sync::webhook_subscription wanted) override;
  std::vector<std::string> webhook_topics() const override;
  result<sync::shop_event> read_event(std::string_view body) const override;
  code_advice advice(std::string_view code) const override;

private:
  /// A call in the shop's name.
  task<result<api_answer>> call(shop_access access, api_call asked);
  /// The same, when only `data` matters.
  task<result<boost::json::value>> data_of(shop_access access, api_call asked);

  gateway gateway_;
};

} // namespace listingd::tiktok
