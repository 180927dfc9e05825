#include "given_code.hpp"

#include "net/transport.hpp"

namespace listingd {

namespace {

std::string trimmed(const std::string& text) {
  constexpr auto white = " \t\r\n\v\f";
  const auto start = text.find_first_not_of(white);
  return start == std::string::npos ? std::string{} : text.substr(start, text.find_last_not_of(white) + 1 - start);
}

} // namespace

std::expected<given_code, std::string> take_code(std::string text, std::istream& input) {
  if (text == "-" && !std::getline(input, text)) return std::unexpected("no code came on standard input");
  text = trimmed(text);
  if (text.empty()) return std::unexpected("the code is empty");
  if (!text.starts_with("https://") && !text.starts_with("http://")) return given_code{.code = std::move(text)};
  given_code out{.code = net::query_value(text, "code"),
                 .state = net::query_value(text, "state"),
                 .app_key = net::query_value(text, "app_key")};
  if (const auto refusal = net::query_value(text, "error"); !refusal.empty())
    return std::unexpected("the address says that the seller did not agree");
  if (out.code.empty())
    return std::unexpected("the address holds no code: copy it whole from the browser, after the seller has agreed");
  return out;
}

} // namespace listingd
