#include "pim/akeneo.hpp"

#include "model/json.hpp"
#include "pim/akeneo_media.hpp"
#include "pim/akeneo_reading.hpp"

#include <stdexcept>

namespace listingd::pim {

namespace {

class akeneo_source final : public sync::source {
public:
  akeneo_source(akeneo_options options, net::transport& wire, const clock& time)
      : options_(std::move(options)), session_(wire, options_), client_(session_, options_), reference_(client_, time),
        reading_(client_, reference_, time) {}

  [[nodiscard]] const source_name& name() const override { return options_.name; }
  [[nodiscard]] std::string_view kind() const override { return "akeneo"; }
  [[nodiscard]] sync::source_abilities abilities() const override {
    return {.rereads = true, .lists_keys = true, .reads_one = true};
  }

  task<result<sync::source_page>> read(std::string cursor) override { return reading_.read(std::move(cursor)); }
  task<void> committed(std::string) override { co_return; }
  task<result<sync::key_page>> keys(std::string cursor) override { return reading_.keys(std::move(cursor)); }

  task<result<bool>> is_gone(product_key key) override {
    for (const auto kind : {akeneo_kind::product, akeneo_kind::model}) {
      const auto found = co_await client_.item(kind, key.text());
      if (!found) co_return std::unexpected(found.error());
      if (*found) co_return !text_at(**found, "parent").empty(); // a variant now: part of another product
    }
    // a permission that was lost looks the same, but then other things have vanished too
    akeneo_listing anything{.limit = 1};
    const auto others = co_await client_.list(std::move(anything), "");
    if (!others) co_return std::unexpected(others.error());
    if (!others->items.empty()) co_return true;
    co_return std::unexpected(error{.kind = error_kind::needs_human,
                                    .code = "nothing_shown",
                                    .message = "the PIM shows no product at all: is the connection still allowed to "
                                               "see the catalogue?",
                                    .where = others->where});
  }

  task<result<sync::source_item>> read_one(product_key key) override {
    auto made = co_await reading_.read_one(key.text());
    if (!made) co_return std::unexpected(made.error());
    if (!made->items.empty()) co_return std::move(made->items.front());
    if (!made->rejected.empty()) co_return std::unexpected(made->rejected.front());
    const auto gone = co_await is_gone(key);
    if (!gone) co_return std::unexpected(gone.error());
    if (*gone)
      co_return sync::source_item{
          .where = "asked for: product " + key.text(), .deleted = true, .key = key, .payload = nullptr};
    co_return try_again("product " + key.text(), "not_indexed", "the PIM has it, but its listings do not show it yet");
  }

  task<result<sync::fetched_media>> fetch_media(std::string ref, std::string validator) override {
    return fetch_akeneo_media(session_, options_, std::move(ref), std::move(validator));
  }

private:
  akeneo_options options_;
  akeneo_session session_;
  akeneo_client client_;
  akeneo_reference reference_;
  akeneo_reading reading_;
};

bool whole_login(const akeneo_options& options) {
  return !options.client_id.empty() && !options.client_secret.empty() && !options.username.empty() &&
         !options.password.empty();
}

bool part_of_a_login(const akeneo_options& options) {
  return !options.client_id.empty() || !options.client_secret.empty() || !options.username.empty() ||
         !options.password.empty();
}

} // namespace

std::vector<std::string> mistakes_in(const akeneo_options& options) {
  constexpr int most_items = 100, most_calls = 10;
  const auto& wanted = options.filters;
  const bool unopim = options.flavour == akeneo_flavour::unopim;
  std::vector<std::string> out;
  const auto check = [&](bool good, const char* otherwise) {
    if (!good) out.emplace_back(otherwise);
  };
  check(options.url.starts_with("https://") || options.url.starts_with("http://"), "url must begin with https://");
  check(options.url.find_first_of("?#") == std::string::npos, "url must have neither a query nor a fragment");
  check(!options.token.empty() || whole_login(options),
        "either token, or client_id, client_secret, username and password, must be set");
  check(options.token.empty() || !part_of_a_login(options), "token and the login of a connection exclude each other");
  check(options.pim_timezone.empty() || akeneo_zone::offset_from(options.pim_timezone),
        "pim_timezone must be UTC or an offset such as +02:00; left out, it is found out");
  check(options.page >= 1 && options.page <= most_items, "page must be 1 to 100");
  check(options.page_cap >= 1, "page_cap must be positive");
  check(options.calls_at_once >= 1 && options.calls_at_once <= most_calls, "calls_at_once must be 1 to 10");
  check(options.overlap >= duration{0}, "overlap must not be negative");
  if (!wanted.completeness) return out;
  check(*wanted.completeness >= 1 && *wanted.completeness <= 100, "completeness is a percentage from 1 to 100");
  check(unopim || !options.channel.empty(), "completeness is judged for a channel: set channel");
  check(!unopim, "UnoPim cannot filter by completeness");
  return out;
}

std::unique_ptr<sync::source> make_akeneo_source(akeneo_options options, net::transport& wire, const clock& time) {
  while (options.url.ends_with('/')) options.url.pop_back();
  if (const auto mistakes = mistakes_in(options); !mistakes.empty())
    throw std::invalid_argument("akeneo source: " + mistakes.front());
  if (!options.fetch) options.fetch = guarded_fetcher(options.media_hosts, options.largest_medium);
  return std::make_unique<akeneo_source>(std::move(options), wire, time);
}

} // namespace listingd::pim
