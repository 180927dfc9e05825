// A compiled jq expression of a profile. Made once when the profile is loaded, run for each record; the only place that
// sees libjq. Programs that would reach outside (env, input, import, halt ...) are refused.
#pragma once

#include "model/error.hpp"

#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace listingd::mapping {

class jq_program {
public:
  /// Refused with jq's own words (code jq_invalid), or with the name of the forbidden word.
  [[nodiscard]] static result<std::shared_ptr<const jq_program>> compile(std::string_view expression);
  ~jq_program();
  jq_program(const jq_program&) = delete;
  jq_program& operator=(const jq_program&) = delete;

  /// The first output for a JSON text; nothing when there is none or it is null. Refused (fix_data, jq_failed) with
  /// jq's message, or when the output is larger than 1 MB. libjq cannot be interrupted: an expression that never ends
  /// hangs. Calls are serialised by a mutex, since libjq's state is not safe to share.
  [[nodiscard]] result<std::optional<boost::json::value>> run(const std::string& input) const;

  [[nodiscard]] const std::string& expression() const { return expression_; }

private:
  struct state;
  explicit jq_program(std::string expression);

  std::string expression_;
  std::unique_ptr<state> state_;
};

} // namespace listingd::mapping
