// Image and file upload (product reference, sections 2.1 and 2.2): multipart, its body unsigned, no shop_cipher.
#include "model/digest.hpp"
#include "model/json.hpp"
#include "tiktok/product_wire.hpp"
#include "tiktok/shop_client.hpp"

#include <span>

namespace listingd::tiktok {

namespace {

struct form_part {
  std::string name;
  std::string file_name; ///< empty for a plain field
  std::string_view content;
};

/// A boundary that does not occur in the content: a digest of it, lengthened until it fits.
std::string boundary_for(std::string_view content) {
  auto boundary = "listingd-" + sha256_hex(content).substr(0, 24);
  while (content.find(boundary) != std::string_view::npos) boundary += 'x';
  return boundary;
}

/// Quotes and line ends would end the header early.
std::string in_quotes(std::string_view name) {
  std::string out;
  for (const char c : name) out += c == '"' || c == '\r' || c == '\n' || c == '\\' ? '_' : c;
  return out;
}

std::string form(std::span<const form_part> parts, const std::string& boundary) {
  std::string out;
  for (const auto& part : parts) {
    out += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + part.name + '"';
    if (!part.file_name.empty())
      out += "; filename=\"" + in_quotes(part.file_name) + "\"\r\nContent-Type: application/octet-stream";
    out += "\r\n\r\n";
    out += part.content;
    out += "\r\n";
  }
  return out + "--" + boundary + "--\r\n";
}

api_call upload(std::string path, std::span<const form_part> parts, std::string_view bytes) {
  const auto boundary = boundary_for(bytes);
  return {.method = "POST",
          .path = std::move(path),
          .body = form(parts, boundary),
          .shop_cipher = cipher::leave_out,
          .multipart_type = "multipart/form-data; boundary=" + boundary};
}

/// An upload without its id is of no use; asking again costs nothing.
result<sync::uploaded_media> uploaded(const json::value& data, std::string_view id, const std::string& where) {
  sync::uploaded_media out{.uri = text_at(data, id),
                           .url = text_at(data, "url"),
                           .width = static_cast<int>(integer_at(data, "width").value_or(0)),
                           .height = static_cast<int>(integer_at(data, "height").value_or(0))};
  if (out.uri.empty()) return try_again(where, "upload_answer", "the answer to an upload names no " + std::string(id));
  return out;
}

} // namespace

task<result<sync::uploaded_media>> shop_client::upload_image(shop_access access, media_use use, std::string bytes,
                                                             std::string file_name) {
  const std::string path = "/product/202309/images/upload";
  const form_part parts[] = {{"use_case", "", name_of(use)},
                             {"data", file_name.empty() ? "image" : std::move(file_name), bytes}};
  auto asked = upload(path, parts, bytes);
  const auto answer = co_await call(std::move(access), std::move(asked));
  if (!answer) co_return std::unexpected(answer.error());
  co_return uploaded(answer->data, "uri", "POST " + path);
}

task<result<sync::uploaded_media>> shop_client::upload_document(shop_access access, std::string bytes,
                                                                std::string file_name) {
  const std::string path = "/product/202309/files/upload";
  const auto name = file_name_for_upload(file_name);
  const form_part parts[] = {{"name", "", name}, {"data", name, bytes}};
  auto asked = upload(path, parts, bytes);
  const auto answer = co_await call(std::move(access), std::move(asked));
  if (!answer) co_return std::unexpected(answer.error());
  co_return uploaded(answer->data, "id", "POST " + path);
}

} // namespace listingd::tiktok
