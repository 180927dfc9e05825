#include "studio/open.hpp"

#include <array>
#include <mutex>
#include <spdlog/fmt/fmt.h>
#include <stdexcept>
#include <utility>

namespace listingd::studio {

namespace {

struct trusted_loader {
  const char* type;   // libvips's class of loaders
  const char* format; // our name
};

constexpr std::array<trusted_loader, 6> trusted{{
    {"VipsForeignLoadJpeg", "jpeg"},
    {"VipsForeignLoadPng", "png"},
    {"VipsForeignLoadWebp", "webp"},
    {"VipsForeignLoadHeif", "heif"},
    {"VipsForeignLoadNsgif", "gif"},
    {"VipsForeignLoadTiff", "tiff"},
}};

void ignore_warning(const char*, GLogLevelFlags, const char*, void*) {}

/// Our name of the format; empty when no trusted loader takes the bytes.
std::string format_of(std::string_view bytes) {
  const char* loader = vips_foreign_find_load_buffer(bytes.data(), bytes.size());
  vips_error_clear();
  if (loader == nullptr) return {};
  for (const auto& [type, format] : trusted)
    if (std::string_view(loader).starts_with(type)) return format;
  return {};
}

/// What a refused file seems to be, for the message.
std::string_view guess(std::string_view bytes) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> beginnings{{
      {"%PDF", "a PDF document"},
      {"BM", "a BMP picture"},
      {"<svg", "an SVG drawing"},
      {"<?xml", "an XML text"},
      {"<!DOCTYPE", "an HTML page"},
      {"<html", "an HTML page"},
  }};
  for (const auto& [start, what] : beginnings)
    if (bytes.starts_with(start)) return what;
  return "something else";
}

} // namespace

void start_vips(int threads) {
  static std::once_flag once;
  std::call_once(once, [] {
    if (VIPS_INIT("listingd") != 0)
      throw std::runtime_error(std::string("libvips does not start: ") + vips_error_buffer());
    vips_block_untrusted_set(TRUE);
    vips_operation_block_set("VipsForeignLoad", TRUE);
    for (const auto& [type, format] : trusted) vips_operation_block_set(type, FALSE);
    // The cache keeps pictures that refer to bytes which are gone after a call.
    vips_cache_set_max(0);
    g_log_set_handler("VIPS", G_LOG_LEVEL_WARNING, ignore_warning, nullptr);
  });
  vips_concurrency_set(threads);
}

result<opened_image> open_image(std::string_view bytes, std::uint64_t max_pixels, const std::string& where,
                                int shrink) {
  if (bytes.empty()) return bad_data(where, "image_unreadable", "the file is empty");
  auto format = format_of(bytes);
  if (format.empty())
    return bad_data(where, "image_format_refused",
                    fmt::format("the file is {}; JPEG, PNG, WebP, HEIC, GIF and TIFF pictures are read", guess(bytes)));
  auto* options = vips::VImage::option()->set("access", VIPS_ACCESS_SEQUENTIAL)->set("fail_on", VIPS_FAIL_ON_ERROR);
  if (format == "jpeg" && shrink > 1) options->set("shrink", shrink);
  auto image = vips::VImage::new_from_buffer(bytes.data(), bytes.size(), "", options);
  const auto pixels = static_cast<std::uint64_t>(image.width()) * static_cast<std::uint64_t>(image.height());
  if (pixels > max_pixels)
    return bad_data(where, "image_too_large",
                    fmt::format("the picture has {} x {} pixels, more than the {} that are opened", image.width(),
                                image.height(), max_pixels));
  if (format == "heif" && image.get_typeof("heif-compression") != 0 &&
      std::string_view(image.get_string("heif-compression")) == "av1")
    format = "avif";
  return opened_image{std::move(image), std::move(format)};
}

std::unexpected<error> unreadable(const vips::VError& problem, const std::string& where) {
  std::string text = problem.what();
  vips_error_clear();
  text = text.substr(0, std::min(text.find('\n'), std::size_t{200}));
  return bad_data(where, "image_unreadable", "the picture cannot be decoded: " + text);
}

} // namespace listingd::studio
