#include "config/secret_files.hpp"

#include "model/digest.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <set>
#include <spdlog/fmt/fmt.h>

namespace listingd::config {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t largest_secret = 65'536;
constexpr std::uintmax_t largest_bundle = 16'000'000; // of certificates
constexpr std::size_t master_key_size = 32;
constexpr std::string_view credential = "credential:";

template <class T, void (*Free)(T*)>
struct freeing {
  void operator()(T* what) const { Free(what); }
};
using bio_ptr = std::unique_ptr<BIO, freeing<BIO, BIO_free_all>>;
using x509_ptr = std::unique_ptr<X509, freeing<X509, X509_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, freeing<EVP_PKEY, EVP_PKEY_free>>;

/// A key that asks for a password must fail, not wait at the terminal.
int no_password(char*, int, int, void*) {
  return 0;
}

std::string quoted(const fs::path& path) {
  return "'" + path.string() + "'";
}

std::expected<std::string, std::string> content_of(const fs::path& path, std::uintmax_t most) {
  std::error_code problem;
  const auto status = fs::status(path, problem);
  if (status.type() == fs::file_type::not_found) return std::unexpected("the file " + quoted(path) + " does not exist");
  if (problem) return std::unexpected("the file " + quoted(path) + " cannot be read: " + problem.message());
  if (!fs::is_regular_file(status)) return std::unexpected(quoted(path) + " is not a file");
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected("the file " + quoted(path) + " cannot be read by this user");
  if (fs::file_size(path, problem) > most) return std::unexpected("the file " + quoted(path) + " is too large");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::optional<std::string> open_to_everybody(const fs::path& path) {
  std::error_code problem;
  const auto allowed = fs::status(path, problem).permissions() & fs::perms::others_all;
  if (problem || allowed == fs::perms::none) return std::nullopt;
  return "the file " + quoted(path) + " is open to every user of this machine: chmod o= it";
}

x509_ptr certificate_in(const std::string& pem) {
  const bio_ptr from(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  x509_ptr out(PEM_read_bio_X509(from.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  return out;
}

key_ptr private_key_in(const std::string& pem) {
  const bio_ptr from(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  key_ptr out(PEM_read_bio_PrivateKey(from.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  return out;
}

std::string_view without_line_end(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

} // namespace

std::expected<fs::path, std::string> located(const std::string& written, const fs::path& base) {
  if (!is_credential(written)) return base / written;
  const auto name = written.substr(credential.size());
  if (name.empty() || name.find('/') != std::string::npos || name == "..")
    return std::unexpected("a credential is written credential:NAME, with a plain name");
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY"); // NOLINT(concurrency-mt-unsafe): before any thread
  if (directory == nullptr)
    return std::unexpected(fmt::format("the credential '{}' is not there: systemd has set no CREDENTIALS_DIRECTORY "
                                       "(LoadCredential= in the unit)",
                                       name));
  return fs::path(directory) / name;
}

bool is_credential(std::string_view written) {
  return written.starts_with(credential);
}

std::expected<secret, std::string> read_secret(const fs::path& path) {
  auto content = content_of(path, largest_secret);
  if (!content) return std::unexpected(std::move(content.error()));
  if (auto open = open_to_everybody(path)) return std::unexpected(std::move(*open));
  const auto text = without_line_end(*content);
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return std::unexpected("the file " + quoted(path) + " is empty");
  return secret(std::string(text));
}

std::expected<std::vector<std::pair<std::string, secret>>, std::vector<config_mistake>>
read_master_keys(const secret& content, const fs::path& path) {
  std::vector<std::pair<std::string, secret>> out;
  std::vector<config_mistake> mistakes;
  std::set<std::string> ids;
  std::string_view rest = content.reveal();
  for (unsigned number = 1; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    const auto line = without_line_end(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (line.empty() || line.starts_with('#')) continue;
    const auto colon = line.find(':');
    const std::string id(line.substr(0, colon));
    auto bytes = colon == std::string_view::npos ? std::string{} : base64_decode(line.substr(colon + 1));
    if (colon == std::string_view::npos || colon == 0)
      mistakes.push_back({path.string(), number, 1, "a master key is written id:base64"}); // never repeats the line
    else if (bytes.size() != master_key_size)
      mistakes.push_back({path.string(), number, 1,
                          fmt::format("after 'id:' must stand 32 bytes in base64 (openssl rand -base64 32), not {}",
                                      bytes.empty() ? "something else" : std::to_string(bytes.size()) + " bytes")});
    else if (!ids.insert(id).second)
      mistakes.push_back({path.string(), number, 1, "the id of this master key occurs twice"});
    else
      out.emplace_back(id, secret(std::move(bytes)));
  }
  if (out.empty() && mistakes.empty()) mistakes.push_back({path.string(), 0, 0, "holds no master key"});
  if (!mistakes.empty()) return std::unexpected(std::move(mistakes));
  return out;
}

std::optional<std::string> certificate_problem(const fs::path& path) {
  const auto pem = content_of(path, largest_bundle);
  if (!pem) return pem.error();
  if (!certificate_in(*pem)) return "the file " + quoted(path) + " holds no certificate in PEM form";
  return std::nullopt;
}

std::optional<std::string> private_key_problem(const fs::path& path) {
  const auto pem = read_secret(path);
  if (!pem) return pem.error();
  if (!private_key_in(pem->reveal()))
    return "the file " + quoted(path) + " holds no private key in PEM form without a password";
  return std::nullopt;
}

bool belong_together(const fs::path& certificate, const fs::path& private_key) {
  const auto chain = content_of(certificate, largest_bundle);
  const auto key = content_of(private_key, largest_secret);
  if (!chain || !key) return false;
  const auto first = certificate_in(*chain);
  const auto secret_half = private_key_in(*key);
  const bool match = first && secret_half && X509_check_private_key(first.get(), secret_half.get()) == 1;
  ERR_clear_error();
  return match;
}

} // namespace listingd::config
