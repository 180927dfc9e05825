// The upload gate, judged on images made here.
#include "simulator/media.hpp"

#include "catch.hpp"

#include <vips/vips8>

using namespace listingd::simulator;

namespace {

std::string picture(int width, int height, const char* format) {
  static const bool started = VIPS_INIT("simulator_tests") == 0;
  REQUIRE(started);
  const auto grey = vips::VImage::black(width, height, vips::VImage::option()->set("bands", 3))
                        .linear(1, 120)
                        .cast(VIPS_FORMAT_UCHAR);
  void* data = nullptr;
  std::size_t size = 0;
  grey.write_to_buffer(format, &data, &size);
  std::string bytes(static_cast<char*>(data), size);
  g_free(data);
  return bytes;
}

int code_of(const std::string& bytes) {
  try {
    judge_image(bytes);
    return 0;
  } catch (const refusal& why) {
    return why.code;
  }
}

} // namespace

TEST_CASE("the formats of the upload gate are told apart and measured") {
  for (const auto& [suffix, format] : {std::pair{".jpg", "JPEG"}, {".png", "PNG"}, {".webp", "WEBP"}}) {
    const auto image = judge_image(picture(640, 480, suffix));
    CHECK(image.format == format);
    CHECK(image.width == 640);
    CHECK(image.height == 480);
  }
}

TEST_CASE("images outside the gate are refused with the code of the reference") {
  CHECK(code_of(picture(99, 400, ".png")) == 12038014);
  CHECK(code_of(picture(100, 100, ".png")) == 0);
  CHECK(code_of(picture(20001, 100, ".png")) == 12038014);
  CHECK(code_of("GIF89a not accepted") == 12038015);
  CHECK(code_of(std::string(10UL * 1024 * 1024 + 1, 'x')) == 12038005);
}

TEST_CASE("a truncated image does not decode") {
  const auto whole = picture(600, 600, ".jpg");
  CHECK(code_of(whole) == 0);
  CHECK(code_of(whole.substr(0, whole.size() / 2)) == 12038004);
}

TEST_CASE("the ratio runs from 3:4 to 4:3") {
  CHECK(within_ratio(600, 800));
  CHECK(within_ratio(800, 600));
  CHECK_FALSE(within_ratio(599, 800));
  CHECK_FALSE(within_ratio(1200, 400));
}

TEST_CASE("a form is split into its parts, byte for byte") {
  const std::string content("\x00\r\n--not\xFF", 9);
  const auto body = "--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.png\"\r\n"
                    "Content-Type: image/png\r\n\r\n" +
                    content +
                    "\r\n--b\r\nContent-Disposition: form-data; name=\"use_case\"\r\n\r\nMAIN_IMAGE\r\n--b--\r\n";
  const auto parts = read_form("multipart/form-data; boundary=b", body);
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].content == content);
  CHECK(parts[0].file_name == "a.png");
  CHECK(parts[1].content == "MAIN_IMAGE");
  CHECK_THROWS_AS(read_form("multipart/form-data; boundary=b", body.substr(0, body.size() - 10)), refusal);
}
