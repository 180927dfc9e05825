#include "net/tls.hpp"

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <map>
#include <mutex>
#include <stdexcept>

namespace listingd::net {

namespace {

namespace ssl = boost::asio::ssl;

constexpr auto modern_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20"; // of TLS 1.2; those of 1.3 are all modern

void check(const boost::system::error_code& problem, const std::string& what, const std::string& file) {
  if (problem) throw std::runtime_error(what + " " + file + ": " + problem.message());
}

void restrict_versions(ssl::context& context) {
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context.native_handle(), modern_ciphers);
  SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
}

std::shared_ptr<ssl::context> read_trust(const std::string& ca_file) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  restrict_versions(*context);
  context->set_default_verify_paths();
  context->set_verify_mode(ssl::verify_peer);
  boost::system::error_code problem;
  if (!ca_file.empty()) context->load_verify_file(ca_file, problem);
  check(problem, "cannot read the certificate authorities in", ca_file);
  return context;
}

} // namespace

std::shared_ptr<ssl::context> client_trust(const std::string& ca_file) {
  struct known {
    std::filesystem::file_time_type written;
    std::shared_ptr<ssl::context> context;
  };
  static std::mutex guard;
  static std::map<std::string, known> all;
  std::error_code missing; // the reading below says it better
  const auto written =
      ca_file.empty() ? std::filesystem::file_time_type{} : std::filesystem::last_write_time(ca_file, missing);
  const std::scoped_lock lock(guard);
  const auto found = all.find(ca_file);
  if (found != all.end() && found->second.written == written && !missing) return found->second.context;
  auto context = read_trust(ca_file);
  all[ca_file] = {written, context};
  return context;
}

std::shared_ptr<ssl::context> server_identity(const std::string& certificate_file,
                                              const std::string& private_key_file) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  restrict_versions(*context);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_CIPHER_SERVER_PREFERENCE);
  boost::system::error_code problem;
  // An encrypted key must not make OpenSSL ask on a terminal.
  context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); });
  context->use_certificate_chain_file(certificate_file, problem);
  check(problem, "cannot use the TLS certificate in", certificate_file);
  context->use_private_key_file(private_key_file, ssl::context::pem, problem);
  check(problem, "cannot use the TLS private key in", private_key_file);
  if (SSL_CTX_check_private_key(context->native_handle()) != 1)
    throw std::runtime_error("the TLS private key in " + private_key_file + " does not belong to " + certificate_file);
  return context;
}

} // namespace listingd::net
