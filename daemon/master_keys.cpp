#include "master_keys.hpp"

#include "config/master_key_file.hpp"

namespace listingd {

namespace {

std::vector<store::master_key> for_sealer(const std::vector<std::pair<std::string, secret>>& keys) {
  std::vector<store::master_key> out;
  for (const auto& [id, bytes] : keys) out.push_back({id, bytes});
  return out;
}

} // namespace

std::optional<store::sealer> make_sealer(const config::settings& settings, sync::log_line log) {
  static const system_clock time;
  if (settings.master_keys.empty()) return std::nullopt;
  auto reread = [file = settings.master_key_file, newest = settings.master_keys.front().first,
                 log = std::move(log)]() mutable -> result<std::vector<store::master_key>> {
    const auto keys = config::load_master_keys(file);
    if (!keys) {
      log("error", "keys_not_reread", {{"problem", keys.error()}});
      return bad_data("master key", "keys_unusable", keys.error());
    }
    if (keys->front().first != newest) log("info", "keys_reread", {{"newest", keys->front().first}});
    newest = keys->front().first;
    return for_sealer(*keys);
  };
  return store::sealer(for_sealer(settings.master_keys), std::move(reread), time);
}

} // namespace listingd
