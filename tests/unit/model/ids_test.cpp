#include "model/ids.hpp"

#include "catch.hpp"
#include "model/config_mistake.hpp"
#include "model/error.hpp"
#include "model/secret.hpp"

#include <concepts>
#include <ostream>
#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ostr.h>
#include <sstream>
#include <type_traits>
#include <unordered_set>

namespace listingd {

namespace {

template <class T>
concept streamable = requires(std::ostream& out, const T& value) { out << value; };
template <class A, class B>
concept comparable = requires(const A& a, const B& b) { a == b; };

// Ids do not mix, and text becomes an id only where somebody says so.
static_assert(!std::is_convertible_v<listing_id, product_key>);
static_assert(!std::is_constructible_v<listing_id, product_key>);
static_assert(!std::is_convertible_v<std::string, seller_sku>);
static_assert(!std::is_convertible_v<seller_sku, std::string>);
static_assert(!std::is_assignable_v<sku_id&, seller_sku>);
static_assert(!comparable<shop_id, listing_id>);
static_assert(comparable<shop_id, shop_id>);
static_assert(std::is_constructible_v<shop_id, std::string>);

// A secret cannot be printed, by no stream and no format, nor turned into text by accident.
static_assert(!streamable<secret>);
static_assert(streamable<std::string>);
static_assert(!fmt::is_formattable<secret>::value);
static_assert(fmt::is_formattable<std::string>::value);
static_assert(!std::is_convertible_v<secret, std::string>);
static_assert(!std::is_convertible_v<secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, secret>);

} // namespace

TEST_CASE("an id is its text: compared, ordered, hashed") {
  CHECK(listing_id("1730000000000000123").text() == "1730000000000000123");
  CHECK(listing_id().empty());
  CHECK(seller_sku("A") == seller_sku("A"));
  CHECK(seller_sku("A") < seller_sku("B"));
  const std::unordered_set<seller_sku> set{seller_sku("A"), seller_sku("B"), seller_sku("A")};
  CHECK(set.size() == 2);
}

TEST_CASE("a secret is taken out on purpose only") {
  const secret token("tts-1");
  CHECK(token.reveal() == "tts-1");
  CHECK(token == secret("tts-1"));
  CHECK_FALSE(token == secret("tts-2"));
  CHECK(secret().empty());
}

TEST_CASE("an error says where, what and which code") {
  CHECK(error{.code = "12052104", .message = "attribute missing", .where = "POST /x"}.text() ==
        "POST /x: attribute missing (12052104)");
  CHECK(error{.message = "odd"}.text() == "odd");
  const result<int> refused = try_again("GET /y", "timeout", "no answer");
  CHECK(refused.error().kind == error_kind::retry);
  CHECK(result<int>(bad_data("f:1", "c", "m")).error().kind == error_kind::fix_data);
  CHECK(result<int>(our_bug("f:1", "c", "m")).error().kind == error_kind::bug);
}

TEST_CASE("every kind of error has its own name") {
  std::unordered_set<std::string_view> names;
  for (const auto kind : {error_kind::retry, error_kind::wait_quota, error_kind::fix_data, error_kind::needs_human,
                          error_kind::auth, error_kind::bug})
    names.insert(name_of(kind));
  CHECK(names.size() == 6);
}

TEST_CASE("a mistake in a file is written so that an editor can jump to it") {
  CHECK(config_mistake{.file = "us.toml", .line = 3, .column = 7, .message = "unknown key"}.text() ==
        "us.toml:3:7: unknown key");
  CHECK(config_mistake{.file = "us.toml", .message = "cannot be read"}.text() == "us.toml: cannot be read");
}

} // namespace listingd
