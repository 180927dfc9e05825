#include "pim/feed_client.hpp"

#include "model/digest.hpp"
#include "net/http_date.hpp"
#include "pim/gunzip.hpp"

#include <algorithm>
#include <charconv>
#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

constexpr duration longest_wait{3'600'000}; // that a Retry-After is believed

/// What can be stored and sent back as it is.
std::string kept_etag(const net::header_list& headers) {
  constexpr std::size_t longest = 1'000;
  const auto tag = net::header(headers, "ETag");
  const bool printable = std::ranges::all_of(tag, [](char c) { return c >= ' ' && c <= '~'; });
  return printable && tag.size() <= longest ? std::string(tag) : std::string();
}

/// Seconds, or a date.
std::optional<duration> retry_after(const net::header_list& headers, instant now) {
  const auto text = net::header(headers, "Retry-After");
  std::int64_t seconds = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (problem == std::errc() && end == text.data() + text.size() && seconds >= 0)
    return std::min<duration>(longest_wait, std::chrono::seconds(std::min<std::int64_t>(seconds, 86'400)));
  if (const auto at = net::instant_from_http_date(text)) return std::clamp(*at - now, duration{0}, longest_wait);
  return std::nullopt;
}

/// Of an answer that is no page.
std::unexpected<error> refusal(const net::http_response& answer, std::string where, instant now) {
  const auto said = fmt::format("answered with status {}", answer.status);
  const bool passes = answer.status == 408 || answer.status == 425 || answer.status == 429 || answer.status >= 500;
  if (passes) {
    auto out = try_again(std::move(where), "status", said);
    out.error().retry_after = retry_after(answer.headers, now);
    return out;
  }
  if (answer.status == 401) return for_a_person(std::move(where), "unauthorized", said + ": check the credentials");
  if (answer.status == 403) return for_a_person(std::move(where), "forbidden", said + ": check the permissions");
  if (answer.status >= 300 && answer.status < 400)
    return for_a_person(std::move(where), "status", said + ": redirects are not followed; correct the URL");
  return for_a_person(std::move(where), "status", said);
}

result<std::string> unpacked(net::http_response answer, const std::string& where, std::size_t most) {
  std::string coding(net::header(answer.headers, "Content-Encoding"));
  std::ranges::transform(coding, coding.begin(), [](unsigned char c) { return std::tolower(c); });
  if (coding == "gzip" || coding == "x-gzip") {
    auto body = gunzipped(answer.body, most);
    if (body) return body;
    return for_a_person(where, "answer_invalid", "the answer " + body.error().message);
  }
  if (!coding.empty() && coding != "identity")
    return for_a_person(where, "answer_invalid", "the answer's Content-Encoding must be gzip or identity");
  return std::move(answer.body);
}

} // namespace

std::unexpected<error> for_a_person(std::string where, std::string code, std::string message) {
  return std::unexpected(error{.kind = error_kind::needs_human,
                               .code = std::move(code),
                               .message = std::move(message),
                               .where = std::move(where)});
}

net::header_list feed_credentials(const feed_options& options, const net::location& to, std::string_view method,
                                  instant now) {
  const auto& credential = options.credential.reveal();
  switch (options.auth) {
  case feed_auth::none:
    break;
  case feed_auth::bearer:
    return {{"Authorization", "Bearer " + credential}};
  case feed_auth::basic:
    return {{"Authorization", "Basic " + base64_encode(options.username + ":" + credential)}};
  case feed_auth::hmac: {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    const auto signed_text = fmt::format("{}\n{}\n{}", seconds, method, to.target());
    return {{"X-Listingd-Timestamp", std::to_string(seconds)},
            {"X-Listingd-Signature", hmac_sha256_hex(credential, signed_text)}};
  }
  }
  return {};
}

task<result<feed_answer>> feed_client::get(net::location to, std::string etag) {
  net::http_request request{.url = to.shown() + to.query,
                            .headers = feed_credentials(options_, to, "GET", time_.now()),
                            .timeout = options_.timeout,
                            .body_limit = options_.page_bytes};
  request.headers.emplace_back("Accept", "application/json");
  request.headers.emplace_back("Accept-Encoding", "gzip");
  if (!etag.empty()) request.headers.emplace_back("If-None-Match", etag);
  auto answer = co_await wire_.send(std::move(request));
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  feed_answer out{.status = answer->status, .body = {}, .etag = kept_etag(answer->headers)};
  if ((out.status == 304 && !etag.empty()) || out.status == 404 || out.status == 410) co_return out;
  if (out.status != 200) co_return refusal(*answer, to.shown(), time_.now());
  auto body = unpacked(std::move(*answer), to.shown(), options_.page_bytes);
  if (!body) co_return std::unexpected(std::move(body.error()));
  out.body = std::move(*body);
  co_return out;
}

} // namespace listingd::pim
