// The TLS settings of both sides: what the client trusts, what the server shows. Versions and ciphers are chosen here.
#pragma once

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace listingd::net {

/// Trusts the system's authorities and those in `ca_file` (PEM; empty = none); TLS 1.2 and newer. Made once for each
/// state of the file, since reading the system's authorities takes its time. Throws std::runtime_error naming the file.
[[nodiscard]] std::shared_ptr<boost::asio::ssl::context> client_trust(const std::string& ca_file);

/// Certificate chain and key from PEM files; TLS 1.2 with forward secrecy, or newer. Throws std::runtime_error naming
/// the file, also when the two do not belong together.
[[nodiscard]] std::shared_ptr<boost::asio::ssl::context> server_identity(const std::string& certificate_file,
                                                                         const std::string& private_key_file);

} // namespace listingd::net
