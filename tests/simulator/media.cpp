#include "simulator/media.hpp"

#include "simulator/gateway.hpp"
#include "simulator/signature.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vips/vips8>

namespace listingd::simulator {

namespace {

constexpr std::size_t image_bytes_limit = 10UL * 1024 * 1024;
constexpr std::size_t pdf_bytes_limit = 20UL * 1024 * 1024;

std::string format_of(std::string_view bytes) {
  const auto at = [&](std::size_t offset, std::string_view sign) {
    return bytes.substr(std::min(offset, bytes.size())).starts_with(sign);
  };
  if (at(0, "\xFF\xD8\xFF")) return "JPEG";
  if (at(0, "\x89PNG\r\n\x1A\n")) return "PNG";
  if (at(0, "RIFF") && at(8, "WEBP")) return "WEBP";
  if (at(4, "ftyphei") || at(4, "ftypmif1") || at(4, "ftyphev")) return "HEIC";
  if (at(0, "BM")) return "BMP";
  return "";
}

/// BMP is not among libvips' own loaders; its header is enough here.
judged_image judge_bitmap(const std::string& bytes) {
  if (bytes.size() < 26) throw refusal{12038004, "The image cannot be decoded."};
  const auto word = [&](std::size_t offset) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[offset + i]);
    return std::abs(static_cast<std::int32_t>(value));
  };
  return {"BMP", word(18), word(22)};
}

judged_image decode(const std::string& format, const std::string& bytes) {
  if (format == "BMP") return judge_bitmap(bytes);
  try {
    // fail: a truncated file must not pass as a grey one.
    auto options = vips::VImage::option()->set("fail", true);
    const auto image = vips::VImage::new_from_buffer(bytes.data(), bytes.size(), "", options);
    if (image.width() <= 20000 && image.height() <= 20000) image.avg();
    return {format, image.width(), image.height()};
  } catch (const vips::VError&) {
    throw refusal{12038004, "The image cannot be decoded or its format is not supported."};
  }
}

std::string attribute(std::string_view header, std::string_view name) {
  const auto start = header.find(std::string(name) + "=\"");
  if (start == std::string_view::npos) return "";
  const auto rest = header.substr(start + name.size() + 2);
  return std::string(rest.substr(0, rest.find('"')));
}

const form_part& wanted_part(const std::vector<form_part>& parts, std::string_view name, int code) {
  const auto found = std::ranges::find(parts, name, &form_part::name);
  if (found == parts.end() || found->content.empty()) {
    throw refusal{code, "The part `" + std::string(name) + "` is missing or empty."};
  }
  return *found;
}

} // namespace

judged_image judge_image(const std::string& bytes) {
  if (bytes.size() > image_bytes_limit) throw refusal{12038005, "The image is larger than 10 MB."};
  const auto format = format_of(bytes);
  if (format.empty()) throw refusal{12038015, "Unsupported image. Allowed formats: JPG, JPEG, PNG, WEBP, HEIC, BMP."};
  const auto image = decode(format, bytes);
  if (std::min(image.width, image.height) < 100 || std::max(image.width, image.height) > 20000) {
    throw refusal{12038014, "The image must be between 100 x 100 and 20000 x 20000 pixels."};
  }
  return image;
}

bool within_ratio(int width, int height) {
  return 4 * width >= 3 * height && 4 * height >= 3 * width;
}

std::vector<form_part> read_form(const std::string& content_type, const std::string& body) {
  const refusal malformed{11050001, "The upload request is malformed."};
  const auto start = content_type.find("boundary=");
  if (start == std::string::npos) throw malformed;
  auto boundary = content_type.substr(start + 9);
  boundary = boundary.substr(0, boundary.find(';'));
  if (boundary.size() > 1 && boundary.front() == '"') boundary = boundary.substr(1, boundary.size() - 2);
  const auto mark = "--" + boundary;
  std::vector<form_part> parts;
  auto at = body.find(mark);
  while (at != std::string::npos && body.compare(at + mark.size(), 2, "--") != 0) {
    const auto header_start = at + mark.size() + 2;
    const auto header_end = body.find("\r\n\r\n", header_start);
    const auto next = body.find("\r\n" + mark, header_start);
    if (header_end == std::string::npos || next == std::string::npos || header_end + 4 > next) throw malformed;
    const auto header = std::string_view(body).substr(header_start, header_end - header_start);
    parts.push_back({attribute(header, " name"), attribute(header, "filename"),
                     body.substr(header_end + 4, next - header_end - 4)});
    at = next + 2;
  }
  if (at == std::string::npos || parts.empty()) throw malformed;
  return parts;
}

json::value upload_image(call& asked) {
  static constexpr std::array<std::string_view, 6> use_cases = {"MAIN_IMAGE",        "ATTRIBUTE_IMAGE",
                                                                "DESCRIPTION_IMAGE", "CERTIFICATION_IMAGE",
                                                                "SIZE_CHART_IMAGE",  "CUSTOMIZATION_IMAGE"};
  const auto parts = read_form(asked.asked.header("content-type"), asked.asked.body);
  const auto& data = wanted_part(parts, "data", 12038002);
  const auto named = std::ranges::find(parts, "use_case", &form_part::name);
  const std::string use_case = named == parts.end() ? "MAIN_IMAGE" : named->content;
  if (!std::ranges::count(use_cases, use_case)) throw refusal{36009004, "Invalid request parameter `use_case`."};
  const auto judged = judge_image(data.content);
  if (use_case == "SIZE_CHART_IMAGE" && std::min(judged.width, judged.height) < 1024) {
    throw refusal{12038014, "The shorter side of a size chart must be at least 1024 pixels."};
  }
  image stored{"tos-maliva-i-sim-us/" + sha256(use_case + data.content).substr(0, 32), use_case, judged.width,
               judged.height};
  const bool shown = use_case == "MAIN_IMAGE" || use_case == "ATTRIBUTE_IMAGE";
  if (asked.state.setting.image_ratio == "convert" && shown && !within_ratio(stored.width, stored.height)) {
    stored.width = stored.height = std::max(stored.width, stored.height);
  }
  asked.state.images[stored.uri] = stored;
  // The official sample of `url` ends in a newline, so this one does.
  return json::object{{"uri", stored.uri},
                      {"url", "https://p16-oec-va.ibyteimg.com/" + stored.uri + "~tplv-origin-jpeg.jpeg\n"},
                      {"height", stored.height},
                      {"width", stored.width},
                      {"use_case", use_case}};
}

json::value upload_file(call& asked) {
  const auto parts = read_form(asked.asked.header("content-type"), asked.asked.body);
  const auto& data = wanted_part(parts, "data", 12019103);
  const auto name = wanted_part(parts, "name", 12019104).content;
  if (std::ranges::count(name, '.') != 1 || name.find(' ') != std::string::npos ||
      !std::isalnum(static_cast<unsigned char>(name.front()))) {
    throw refusal{12019105, "The file name needs exactly one dot, no spaces, and must not begin with a symbol."};
  }
  auto extension = name.substr(name.find('.') + 1);
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  const bool video = extension == "MP4" || extension == "MOV";
  if (!video && (extension != "PDF" || !data.content.starts_with("%PDF-"))) {
    throw refusal{12019105, "The format or content of the file is not supported."};
  }
  if (!video && data.content.size() > pdf_bytes_limit) throw refusal{12038005, "The file is larger than 20 MB."};
  const auto id = "v09e40f40000" + sha256(data.content).substr(0, 20);
  asked.state.files[id] = {id, name, extension};
  return json::object{
      {"id", id}, {"url", "https://p16-oec-va.ibyteimg.com/" + id}, {"name", name}, {"format", extension}};
}

} // namespace listingd::simulator
