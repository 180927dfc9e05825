// A configuration directory in which everything is right, to be spoiled by a test.
#pragma once

#include "catch.hpp"
#include "config/load.hpp"
#include "unit/temp_folder.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <spdlog/fmt/fmt.h>

namespace listingd::config::test {

/// A certificate and its key in PEM form; a new pair each time.
struct pem_pair {
  std::string certificate, key;
};

inline std::string text_in(BIO* from) {
  char* start = nullptr;
  const auto size = BIO_get_mem_data(from, &start);
  return {start, static_cast<std::size_t>(size)};
}

inline pem_pair make_pem() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(out, certificate);
  pem_pair made{.certificate = text_in(out), .key = {}};
  BIO_free(out);
  out = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  made.key = text_in(out);
  BIO_free(out);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return made;
}

/// 32 times "k" and 32 times "o", as `openssl rand -base64 32` would write them.
inline constexpr std::string_view new_key = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=";
inline constexpr std::string_view old_key = "b29vb29vb29vb29vb29vb29vb29vb29vb29vb29vb28=";

/// Design section 7, with a folder instead of Akeneo and files beside the configuration.
inline constexpr std::string_view good_config = R"([database]
url = "postgresql:///listingd"
migrate_on_start = false

[public]
listen = "0.0.0.0:443"
base_url = "https://listings.example.com"
tls_certificate = "tls/fullchain.pem"
tls_private_key = "tls/privkey.pem"

[operator]
listen = "127.0.0.1:8480"
token_file = "operator.token"

[secrets]
master_key_file = "master.key"

[tiktok]
api_url = "https://open-api.tiktokglobalshop.com"
auth_url = "https://auth.tiktok-shops.com"
ca_file = ""

[[app]]
name = "row"
app_key = "key1"
app_secret_files = ["new.secret", "old.secret"]
service_id = "7"
consent_url = "https://services.tiktokshop.com/open/authorize"

[media]
directory = "media"
[review]
poll_every = "5m"
uncertain_wait = "30s"
[workers]
threads = 3
database_connections = 9
media_threads = 4
[log]
level = "debug"
format = "json"

[[source]]
name = "pim"
kind = "folder"
directory = "drop"
poll_every = "90s"
media_hosts = ["cdn.example.com"]

[[shop]]
id = "7494049642642441621"
source = "pim"
app = "row"
profile = "profiles/us.toml"
mode = "live"
)";

inline constexpr std::string_view good_profile = R"(region = "US"
locale = ["en_US"]
[fields]
title = "name"
description = "description"
price = { attribute = "price", currency = "USD" }
stock = "stock"
seller_sku = "sku"
weight = { attribute = "weight", unit = "POUND" }
images = ["picture"]
)";

struct config_rig {
  listingd::test::temp_folder folder;
  std::string text{good_config};
  pem_pair pem = make_pem();

  config_rig() {
    folder.put("tls/fullchain.pem", pem.certificate);
    folder.put("tls/privkey.pem", pem.key);
    folder.put("operator.token", "token-of-the-operator\n");
    folder.put("master.key", fmt::format("k2:{}\n\n# older\nk1:{}\n", new_key, old_key));
    folder.put("new.secret", "new app secret\r\n");
    folder.put("old.secret", "old app secret");
    folder.put("profiles/us.toml", std::string(good_profile));
    std::filesystem::create_directory(folder.path() / "drop");
  }

  /// Replaces a piece of the configuration that must be there.
  config_rig& with(std::string_view old, std::string_view now) {
    const auto at = text.find(old);
    REQUIRE(at != std::string::npos);
    text.replace(at, old.size(), now);
    return *this;
  }

  std::expected<settings, std::vector<config_mistake>> load() { return load_config(folder.put("listingd.toml", text)); }

  settings good() {
    auto loaded = load();
    if (!loaded)
      for (const auto& one : loaded.error()) UNSCOPED_INFO(one.text());
    REQUIRE(loaded);
    return std::move(*loaded);
  }

  /// Every mistake as "file:line:column: message", the file without its directory.
  std::vector<std::string> mistakes() {
    const auto loaded = load();
    REQUIRE_FALSE(loaded);
    std::vector<std::string> out;
    for (const auto& one : loaded.error()) {
      auto line = one.text();
      const auto directory = folder.path().string() + "/";
      for (auto at = line.find(directory); at != std::string::npos; at = line.find(directory))
        line.erase(at, directory.size());
      out.push_back(line);
    }
    return out;
  }
  /// The one mistake there is.
  std::string mistake() {
    const auto all = mistakes();
    for (const auto& one : all) UNSCOPED_INFO(one);
    REQUIRE(all.size() == 1);
    return all.front();
  }
};

} // namespace listingd::config::test
