// The part of akeneo_reference that turns assets into media.
#include "model/json.hpp"
#include "pim/akeneo_reference.hpp"

#include <algorithm>

namespace listingd::pim {

task<result<std::vector<akeneo_asset_media>>> akeneo_reference::asset(std::string family, std::string code) {
  const auto path = "asset-families/" + net::percent_encode(family) + "/assets/" + net::percent_encode(code);
  if (auto known = assets_.find(path, time_.now())) co_return std::move(*known);
  const auto main = co_await main_media_of(family);
  if (!main) co_return std::unexpected(main.error());
  const auto body = co_await client_.get(path);
  if (!body && body.error().code != "not_found") co_return std::unexpected(body.error());
  std::vector<akeneo_asset_media> out;
  const auto* values = body ? find(*body, "values") : nullptr;
  const auto* entries =
      values != nullptr && values->is_object() ? values->get_object().if_contains(main->attribute) : nullptr;
  if (entries != nullptr && entries->is_array())
    for (const auto& one : entries->get_array())
      if (const auto data = text_at(one, "data"); !data.empty())
        out.push_back({.locale = text_at(one, "locale"),
                       .scope = text_at(one, "channel"),
                       .ref = main->link ? main->prefix + data + main->suffix : "asset-media-files/" + data});
  if (out.empty()) out.push_back({.locale = "", .scope = "", .ref = path});
  assets_.put(path, out, time_.now());
  co_return out;
}

task<result<akeneo_reference::main_media>> akeneo_reference::main_media_of(std::string family) {
  if (auto known = asset_families_.find(family, time_.now())) co_return std::move(*known);
  const auto path = "asset-families/" + net::percent_encode(family);
  const auto body = co_await client_.get(path);
  if (!body && body.error().code != "not_found") co_return std::unexpected(body.error());
  main_media out{.attribute = body ? text_at(*body, "attribute_as_main_media") : ""};
  if (!out.attribute.empty()) {
    const auto attribute = co_await client_.get(path + "/attributes/" + net::percent_encode(out.attribute));
    if (!attribute && attribute.error().code != "not_found") co_return std::unexpected(attribute.error());
    out.link = attribute && text_at(*attribute, "type") == "media_link";
    out.prefix = attribute ? text_at(*attribute, "prefix") : "";
    out.suffix = attribute ? text_at(*attribute, "suffix") : "";
  }
  asset_families_.put(family, out, time_.now());
  co_return out;
}

} // namespace listingd::pim
