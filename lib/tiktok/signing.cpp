#include "tiktok/signing.hpp"

#include "model/digest.hpp"
#include "net/transport.hpp"

namespace listingd::tiktok {

std::string sign(const secret& app_secret, std::string_view path, const query& parameters, std::string_view body,
                 body_kind kind) {
  std::string base = app_secret.reveal();
  base += path;
  for (const auto& [name, value] : parameters)
    if (name != "sign" && name != "access_token") base.append(name).append(value);
  if (kind == body_kind::json) base += body;
  base += app_secret.reveal();
  return hmac_sha256_hex(app_secret.reveal(), base);
}

std::string query_text(const query& parameters) {
  std::string out;
  for (const auto& [name, value] : parameters)
    out.append(out.empty() ? "?" : "&")
        .append(net::percent_encode(name))
        .append("=")
        .append(net::percent_encode(value));
  return out;
}

} // namespace listingd::tiktok
