#include "review/refusal.hpp"

#include <boost/json/object.hpp>

namespace listingd::review {

namespace {

/// What the code means, then TikTok's own words; they often name the field, the limit and the value.
std::string reason_of(const code_advice& known, const std::string& words) {
  if (known.meaning.empty()) return words.empty() ? "TikTok refused it without a reason" : words;
  return words.empty() || words == known.meaning ? known.meaning : known.meaning + "; TikTok says: " + words;
}

violation from(const std::string& code, const std::string& words, const advice_source& advice) {
  auto known = advice(code);
  auto klass = known.klass.empty() ? std::string("other") : std::move(known.klass);
  return {.origin = violation_origin::refusal,
          .klass = klass,
          .code = code,
          .position = klass,
          .reason = reason_of(known, words),
          .suggestion = std::move(known.suggestion),
          .who = known.who,
          .evidence = nullptr};
}

} // namespace

std::vector<violation> read_refusal(const error& why, const advice_source& advice) {
  auto refused = from(why.code, why.message, advice);
  refused.evidence = boost::json::object{{"call", why.where}, {"request_id", why.request_id}};
  return {std::move(refused)};
}

std::vector<violation> read_check_failures(const std::vector<check_failure>& failures, const advice_source& advice) {
  std::vector<violation> out;
  out.reserve(failures.size());
  for (const auto& one : failures) out.push_back(from(one.code, one.message, advice));
  return out;
}

} // namespace listingd::review
