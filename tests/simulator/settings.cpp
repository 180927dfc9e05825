// POST /_sim/settings: the settings by name and kind; the README says what each does.
#include "simulator/control.hpp"

#include <algorithm>
#include <array>

namespace listingd::simulator {

namespace {

struct whole_number {
  std::string_view name;
  std::int64_t settings::* field;
};

struct yes_or_no {
  std::string_view name;
  bool settings::* field;
};

struct choice {
  std::string_view name;
  std::string settings::* field;
  std::array<std::string_view, 4> allowed;
};

constexpr std::array whole_numbers{
    whole_number{"review_ms", &settings::review_ms},
    whole_number{"search_lag_ms", &settings::search_lag_ms},
    whole_number{"search_limit", &settings::search_limit},
    whole_number{"quota", &settings::daily_quota},
    whole_number{"access_token_seconds", &settings::access_token_seconds},
    whole_number{"consent_seconds", &settings::consent_seconds},
    whole_number{"earliest_refresh_seconds", &settings::earliest_refresh_seconds},
    whole_number{"clock_offset_seconds", &settings::clock_offset_seconds},
    whole_number{"user_type", &settings::user_type},
    whole_number{"lost_code", &settings::lost_code},
};

constexpr std::array switches{
    yes_or_no{"webhooks", &settings::webhooks},
    yes_or_no{"allow_port", &settings::allow_port},
    yes_or_no{"zero_stock", &settings::zero_stock},
    yes_or_no{"deny", &settings::deny},
    yes_or_no{"extra_fields", &settings::extra_fields},
    yes_or_no{"refresh_extends_consent", &settings::refresh_extends_consent},
};

constexpr std::array choices{
    choice{"image_ratio", &settings::image_ratio, {"refuse", "convert"}},
    choice{"idempotency", &settings::idempotency, {"replay", "refuse", "ignore"}},
    choice{"rotate_refresh", &settings::rotate_refresh, {"no", "grace", "strict", "keep"}},
    choice{"old_access", &settings::old_access, {"keep", "kill"}},
    choice{"denial", &settings::denial, {"auth_denied", "access_denied"}},
    choice{"scopes_field", &settings::scopes_field, {"granted_scopes", "granted_permissions", "none"}},
    choice{"date_header", &settings::date_header, {"true", "none", "wrong"}},
};

template <class Rows>
auto row_of(const Rows& rows, std::string_view name) {
  const auto found = std::ranges::find(rows, name, [](const auto& row) { return row.name; });
  return found == rows.end() ? nullptr : &*found;
}

/// A shift of more than three centuries is a mistake, and would leave what a Date header can say.
std::int64_t shift(const json::value& value) {
  constexpr std::int64_t furthest = 10'000'000'000;
  const auto seconds = value.to_number<std::int64_t>();
  if (seconds < -furthest || seconds > furthest) throw bad("time_shift_seconds is out of range");
  return seconds;
}

std::vector<std::string> all_texts(const json::value& value) {
  std::vector<std::string> result;
  for (const auto& each : value.as_array()) result.emplace_back(each.as_string());
  return result;
}

std::string chosen(const choice& from, const json::value& value) {
  const auto& word = value.as_string();
  if (word.empty() || !std::ranges::count(from.allowed, std::string_view(word))) throw bad("not an allowed value");
  return std::string(word);
}

void change_setting(world& state, std::string_view name, const json::value& value) {
  auto& s = state.setting;
  if (const auto* number = row_of(whole_numbers, name))
    s.*number->field = value.to_number<std::int64_t>();
  else if (const auto* flag = row_of(switches, name))
    s.*flag->field = value.as_bool();
  else if (name == "rotate_refresh" && value.is_bool())
    s.rotate_refresh = value.as_bool() ? "grace" : "no";
  else if (const auto* words = row_of(choices, name))
    s.*words->field = chosen(*words, value);
  else if (name == "time_scale")
    s.time_scale = value.to_number<double>();
  else if (name == "time_shift_seconds")
    shift_time(shift(value));
  else if (name == "listed_today")
    state.listed_today = value.to_number<std::int64_t>();
  else if (name == "failed_prerequisite")
    s.failed_prerequisite = std::string(value.as_string());
  else if (name == "withheld_scopes")
    s.withheld_scopes = all_texts(value);
  else
    throw bad("unknown setting " + std::string(name));
}

} // namespace

void change_settings(world& state, const json::object& body) {
  for (const auto& [name, value] : body) change_setting(state, name, value);
}

} // namespace listingd::simulator
