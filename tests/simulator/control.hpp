// The control interface under /_sim/: what a test sees and changes that no seller or app could. Unsigned JSON.
#pragma once

#include "simulator/world.hpp"

#include <optional>

namespace listingd::simulator {

bool is_control(const request& asked);
reply handle_control(world& state, const request& asked);

/// What a control call that makes no sense is answered.
inline refusal bad(const std::string& words) {
  return {1, words, 400};
}

// settings.cpp
void change_settings(world& state, const json::object& body);
// sellers.cpp
json::value set_seller(world& state, const json::object& body);
void set_secrets(world& state, const json::object& body);
void deauthorize(world& state, const json::object& body);
json::value rotate_cipher(world& state, const json::object& body);
void warn_of_expiry(world& state, const json::object& body);

/// The fault to apply to this request, or nothing; counts it. Control requests have none.
std::optional<fault> take_fault(world& state, const request& asked);

/// What a fault makes of a request. `perform` has the effect and gives the true reply; it is called at most once.
template <class Perform>
reply apply_fault(const fault& wanted, Perform perform) {
  if (wanted.kind == "429") {
    auto result = answer(refusal{36009002, "Too many requests.", 429});
    if (wanted.retry_after >= 0) result.headers["Retry-After"] = std::to_string(wanted.retry_after);
    return result;
  }
  if (wanted.kind == "500") return answer(refusal{36009003, "Internal error.", 500});
  if (wanted.kind == "503") return {503, "upstream overloaded\n", "text/plain", {}, ending::answered};
  if (wanted.kind == "no_effect") return answer(json::object{});
  if (wanted.kind == "drop_before") return {0, "", "", {}, ending::dropped_before};
  auto result = perform();
  if (wanted.kind == "drop_after") result.end = ending::dropped_after;
  if (wanted.kind == "bad_json") result.body.resize(result.body.size() / 2);
  if (wanted.kind == "wrong_type") result.body = R"({"code":"0","message":0,"request_id":null,"data":[]})";
  return result;
}

/// True for a fault after which nobody learns what the reply said.
inline bool loses_reply(const std::string& kind) {
  return kind == "drop_after" || kind == "bad_json" || kind == "wrong_type";
}

} // namespace listingd::simulator
