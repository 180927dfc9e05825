// A secret (token, key, app secret): text that no stream, format or log can print. Take it out only where it is used.
#pragma once

#include <string>
#include <utility>

namespace listingd {

class secret {
public:
  secret() = default;
  explicit secret(std::string text) : text_(std::move(text)) {}
  /// The text itself; the caller must not let it reach a log, an error or a metric.
  [[nodiscard]] const std::string& reveal() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  bool operator==(const secret&) const = default;

private:
  std::string text_;
};

} // namespace listingd
