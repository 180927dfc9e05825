// Addresses that a person wrote: where a listener binds, and URLs. Each answers with what is wrong, or nothing.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace listingd::config {

/// "localhost", 127.0.0.0/8 or ::1, with or without brackets.
[[nodiscard]] bool is_loopback(std::string_view host);

/// host:port, unix:/path or systemd.
[[nodiscard]] std::optional<std::string> public_listen_problem(const std::string& text);
/// host:port on loopback: the operator's listener speaks plain HTTP.
[[nodiscard]] std::optional<std::string> operator_listen_problem(const std::string& text);

/// https, or http to loopback; without credentials, query and fragment.
[[nodiscard]] std::optional<std::string> url_problem(const std::string& text);

/// The origin without a slash at its end. https without port and path, as TikTok demands of webhook addresses; for
/// loopback (a simulator) also http and a port.
[[nodiscard]] std::expected<std::string, std::string> base_url(const std::string& text);

/// The market of a consent page: us when its host is under tiktokshops.us or has the label us, else row.
[[nodiscard]] std::string market_of(const std::string& consent_url);
/// TikTok's consent page of a market, us or row.
[[nodiscard]] std::string consent_page(std::string_view market);

/// A bare host name, as in media_hosts.
[[nodiscard]] bool is_host_name(std::string_view text);

} // namespace listingd::config
