// Files that the configuration names: where they are, the secrets in them, and whether a certificate and its key belong
// together. What is wrong comes back as a sentence that never repeats what a file holds.
#pragma once

#include "model/config_mistake.hpp"
#include "model/secret.hpp"

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace listingd::config {

/// The path that was written, taken from `base` when relative. "credential:NAME" is the systemd credential of that
/// name.
[[nodiscard]] std::expected<std::filesystem::path, std::string> located(const std::string& written,
                                                                        const std::filesystem::path& base);

/// True for "credential:NAME".
[[nodiscard]] bool is_credential(std::string_view written);

/// A one-line secret: line endings at its end are taken off. Missing, empty and readable by everybody are mistakes.
[[nodiscard]] std::expected<secret, std::string> read_secret(const std::filesystem::path& path);

/// Lines `id:base64 of 32 bytes`; empty lines and those that begin with # are skipped. Mistakes name file and line.
[[nodiscard]] std::expected<std::vector<std::pair<std::string, secret>>, std::vector<config_mistake>>
read_master_keys(const secret& content, const std::filesystem::path& path);

/// What keeps the file from being trusted certificates in PEM form.
[[nodiscard]] std::optional<std::string> certificate_problem(const std::filesystem::path& path);
/// What keeps the file from being a private key in PEM form that only its owner and group may read.
[[nodiscard]] std::optional<std::string> private_key_problem(const std::filesystem::path& path);
/// True when the key is the certificate's. Both must be good by themselves.
[[nodiscard]] bool belong_together(const std::filesystem::path& certificate, const std::filesystem::path& private_key);

} // namespace listingd::config
