#include "pim/akeneo_cursor.hpp"

#include "model/json.hpp"

#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

constexpr std::int64_t version = 1;

json::value text_or_null(const std::optional<instant>& at) {
  return at ? json::value(to_text(*at)) : json::value();
}

std::optional<akeneo_window> window_from(const json::value& from) {
  const auto to = instant_from_text(text_at(from, "to"));
  if (!to) return std::nullopt;
  return akeneo_window{.from = instant_from_text(text_at(from, "from")),
                       .to = *to,
                       .phase = text_at(from, "phase") == "models" ? akeneo_kind::model : akeneo_kind::product,
                       .after = text_at(from, "after"),
                       .pages = static_cast<int>(integer_at(from, "pages").value_or(0)),
                       .total = integer_at(from, "total")};
}

json::value window_value(const akeneo_window& window) {
  json::object out{{"to", to_text(window.to)},
                   {"phase", window.phase == akeneo_kind::model ? "models" : "products"},
                   {"after", window.after},
                   {"pages", window.pages}};
  if (window.from) out["from"] = text_or_null(window.from);
  if (window.total) out["total"] = *window.total;
  return out;
}

} // namespace

std::string akeneo_window::words() const {
  if (!from) return "everything as of " + to_text(to);
  return fmt::format("changes {} to {}", to_text(*from), to_text(to));
}

akeneo_cursor akeneo_cursor::from(const std::string& text) {
  const auto document = parse_json(text, "cursor");
  if (!document || integer_at(*document, "v") != version) return {};
  akeneo_cursor out;
  const auto endpoint = text_at(*document, "endpoint");
  if (endpoint == "products-uuid") out.endpoint = akeneo_endpoint::products_uuid;
  if (endpoint == "products") out.endpoint = akeneo_endpoint::products;
  out.watermark = instant_from_text(text_at(*document, "watermark"));
  if (const auto* window = find(*document, "window")) out.window = window_from(*window);
  // a window of changes follows one that was read whole: without that it would skip what came before
  if (out.window && out.window->from && !out.watermark) out.window.reset();
  return out;
}

std::string akeneo_cursor::text() const {
  json::object out{{"v", version}};
  if (endpoint != akeneo_endpoint::automatic)
    out["endpoint"] = endpoint == akeneo_endpoint::products ? "products" : "products-uuid";
  if (watermark) out["watermark"] = text_or_null(watermark);
  if (window) out["window"] = window_value(*window);
  return json::serialize(out);
}

} // namespace listingd::pim
