// Certificates for tests, made at run time in a folder of their own: an authority "listingd test authority, not for
// use" and a server certificate that it signed for the given names.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdexcept>
#include <string>

namespace listingd::tests {

class tls_files {
public:
  /// Names as OpenSSL writes them, separated by commas.
  explicit tls_files(const std::string& names = "DNS:localhost,IP:127.0.0.1") : folder_(fresh_folder()) {
    renew(names);
  }
  tls_files(const tls_files&) = delete;
  tls_files& operator=(const tls_files&) = delete;
  ~tls_files() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  /// Writes the same files again, with a new authority and a new key.
  void renew(const std::string& names = "DNS:localhost,IP:127.0.0.1") {
    const auto authority_key = make_key();
    const auto authority_name = std::string("listingd test authority, not for use");
    const auto root = make_certificate(authority_name, *authority_key);
    extend(*root, *root, NID_basic_constraints, "critical,CA:TRUE");
    sign(*root, *root, *authority_key);
    const auto key = make_key();
    const auto leaf = make_certificate("listingd test server, not for use", *key);
    extend(*leaf, *root, NID_subject_alt_name, names);
    sign(*leaf, *root, *authority_key);
    write(authority(), [&](FILE* file) { return PEM_write_X509(file, root.get()); });
    write(certificate(), [&](FILE* file) { return PEM_write_X509(file, leaf.get()); });
    write(private_key(),
          [&](FILE* file) { return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  }

  [[nodiscard]] std::filesystem::path folder() const { return folder_; }
  [[nodiscard]] std::string authority() const { return (folder_ / "authority.pem").string(); }
  [[nodiscard]] std::string certificate() const { return (folder_ / "server.pem").string(); }
  [[nodiscard]] std::string private_key() const { return (folder_ / "server.key").string(); }

private:
  using key_pointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
  using certificate_pointer = std::unique_ptr<X509, decltype(&X509_free)>;

  static void must(bool worked, const char* what) {
    if (!worked) throw std::runtime_error(std::string("test certificate: ") + what);
  }

  static std::filesystem::path fresh_folder() {
    auto text = (std::filesystem::temp_directory_path() / "listingd-tls-XXXXXX").string();
    must(::mkdtemp(text.data()) != nullptr, "no folder");
    return text;
  }

  static key_pointer make_key() {
    key_pointer key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    must(key != nullptr, "no key");
    return key;
  }

  static certificate_pointer make_certificate(const std::string& name, EVP_PKEY& key) {
    constexpr long hour = 3'600;
    static long serial = 0;
    certificate_pointer made(X509_new(), &X509_free);
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -hour);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 24 * hour);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    must(X509_set_pubkey(made.get(), &key) == 1, "no public key");
    return made;
  }

  static void extend(X509& certificate, X509& issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
    auto* made = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    must(made != nullptr && X509_add_ext(&certificate, made, -1) == 1, "no extension");
    X509_EXTENSION_free(made);
  }

  static void sign(X509& certificate, X509& issuer, EVP_PKEY& key) {
    X509_set_issuer_name(&certificate, X509_get_subject_name(&issuer));
    must(X509_sign(&certificate, &key, EVP_sha256()) > 0, "no signature");
  }

  template <class Write>
  static void write(const std::string& path, Write how) {
    const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "we"), &std::fclose);
    must(file && how(file.get()) == 1, "no file");
  }

  std::filesystem::path folder_;
};

} // namespace listingd::tests
