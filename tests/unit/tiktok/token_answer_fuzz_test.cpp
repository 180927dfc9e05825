#include "client_rig.hpp"

#include <cstdlib>
#include <random>

namespace listingd::tiktok {

using namespace test;

namespace {

constexpr int cases_per_run = 4'000; // times LISTINGD_SEEDS

int cases_wanted() {
  const char* times = std::getenv("LISTINGD_SEEDS"); // NOLINT(concurrency-mt-unsafe): nobody sets it
  return cases_per_run * std::max(1, times == nullptr ? 1 : std::atoi(times));
}

/// A good answer of the token host, spoiled in one to three ways.
class spoiled_answer {
public:
  explicit spoiled_answer(unsigned seed) : random_(seed) {
    text_ = R"({"code":0,"message":"success","request_id":"r","data":{"access_token":"TTP_Secret-access-part",)"
            R"("access_token_expire_in":1796112000,"refresh_token":"TTP_Secret-refresh-part",)"
            R"("refresh_token_expire_in":1798761600,"open_id":"open-1","seller_name":"S","seller_base_region":"US",)"
            R"("user_type":0,"granted_scopes":["seller.product.basic","seller.logistics"]}})";
    for (auto ways = 1 + below(3); ways > 0; --ways) spoil();
  }
  [[nodiscard]] const std::string& text() const { return text_; }

private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  void spoil() {
    switch (below(7)) {
    case 0: // flipped bits
      for (auto times = 1 + below(3); times > 0 && !text_.empty(); --times)
        text_[below(text_.size())] ^= static_cast<char>(1U << below(8));
      break;
    case 1: // cut off, or into
      if (below(4) == 0)
        text_.resize(below(text_.size() + 1));
      else
        text_.erase(below(text_.size() + 1), 1 + below(20));
      break;
    case 2: // the value of a field is of another kind
      exchange(some_value());
      break;
    case 3: // numbers that no clock has
      exchange(some_number());
      break;
    case 4: // a field comes twice
      text_.insert(field_start(), R"(")" + std::string(some_field()) + R"(":)" + some_value() + ",");
      break;
    case 5: { // very deep
      const auto depth = 1 + below(200'000);
      exchange(std::string(depth, '[') + (below(2) == 0 ? std::string(depth, ']') : ""));
      break;
    }
    default: { // what is no UTF-8
      static constexpr std::array broken{"\xC3\x28", "\xFF", "\xED\xA0\x80", "\xF8\x88\x80\x80\x80", "\x80"};
      text_.insert(below(text_.size() + 1), broken.at(below(broken.size())));
    }
    }
  }

  std::string_view some_field() {
    static constexpr std::array fields{"access_token",
                                       "access_token_expire_in",
                                       "refresh_token",
                                       "refresh_token_expire_in",
                                       "open_id",
                                       "seller_name",
                                       "seller_base_region",
                                       "user_type",
                                       "granted_scopes",
                                       "granted_permissions",
                                       "data",
                                       "code"};
    return fields.at(below(fields.size()));
  }
  std::string some_value() {
    static constexpr std::array values{
        "null",           "true",       "0",     "-1",           "\"\"",
        "\"\\u0000\"",    "{}",         "[]",    "[null]",       "{\"access_token\":7}",
        "\"1796112000\"", "1.5",        "\"3\"", "\"a,b ,, c\"", "[[\"seller.product.basic\"]]",
        "\" \\n\"",       "\"\\ud800\""};
    return values.at(below(values.size()));
  }
  std::string some_number() {
    static constexpr std::array numbers{"9223372036854775807",
                                        "-9223372036854775808",
                                        "18446744073709551616",
                                        "1e308",
                                        "1e999",
                                        "999999999",
                                        "1000000000",
                                        "1796112000000",
                                        "2111000000",
                                        "1794902400",
                                        "-0",
                                        "00",
                                        "0.1",
                                        "1e9",
                                        "315576001"};
    if (below(3) > 0) return numbers.at(below(numbers.size()));
    return std::string(1 + below(400), static_cast<char>('1' + below(9)));
  }

  /// Where the first field of `data` starts, as far as it is still there.
  std::size_t field_start() {
    const auto data = text_.find("\"data\":{");
    return data == std::string::npos ? text_.size() : data + std::string_view("\"data\":{").size();
  }
  /// Another value for some field.
  void exchange(const std::string& value) {
    const auto name = "\"" + std::string(some_field()) + "\":";
    const auto at = text_.find(name);
    if (at == std::string::npos) return;
    const auto start = at + name.size();
    text_.replace(start, std::min(text_.find_first_of(",}", start), text_.size()) - start, value);
  }

  std::mt19937 random_;
  std::string text_;
};

void check_sane(const sync::token_grant& grant, bool renewal, instant now) {
  const auto sane = [&](instant at) { return at >= now - std::chrono::days(7) && at <= now + std::chrono::years(10); };
  const auto token = [](const secret& one) {
    return std::ranges::all_of(one.reveal(), [](char c) { return c > ' ' && c <= '~'; });
  };
  CHECK_FALSE(grant.access_token.empty());
  CHECK(token(grant.access_token));
  CHECK(token(grant.refresh_token));
  CHECK(sane(grant.access_expires));
  CHECK((!grant.refresh_expires || sane(*grant.refresh_expires)));
  CHECK(grant.user_type >= -1);
  CHECK(std::ranges::find(grant.scopes, "") == grant.scopes.end());
  if (renewal) return;
  CHECK_FALSE(grant.refresh_token.empty());
  CHECK(grant.refresh_expires);
  CHECK_FALSE(grant.open_id.empty());
}

void check_silent(const error& problem) {
  const auto text = problem.text() + problem.request_id;
  INFO(text);
  CHECK_FALSE(text.contains("Secret"));
  CHECK_FALSE(text.contains("-part"));
  CHECK_FALSE(problem.message.empty());
  CHECK(problem.where.starts_with("GET /api/v2/token/"));
}

} // namespace

TEST_CASE("whatever the token host answers becomes a complete grant or an error without a token") {
  int grants = 0, errors = 0;
  for (int seed = 0; seed < cases_wanted(); ++seed) {
    const spoiled_answer answer(static_cast<unsigned>(seed));
    INFO("seed " << seed << ": " << answer.text().substr(0, 2'000));
    client_rig at;
    const bool renewal = seed % 2 == 0;
    at.wire.answer(200, answer.text(), {{"Date", "Tue, 24 Nov 2026 08:20:00 GMT"}});
    const auto grant = renewal ? run(at.consent->refresh(app_name("row"), secret("TTP_old")))
                               : run(at.consent->exchange(app_name("row"), "code"));
    ++(grant ? grants : errors);
    if (grant)
      check_sane(*grant, renewal, at.time.now());
    else
      check_silent(grant.error());
  }
  // Both ways were gone, or the answers are spoiled too little or too much to show anything.
  CHECK(grants > cases_wanted() / 10);
  CHECK(errors > cases_wanted() / 10);
}

} // namespace listingd::tiktok
