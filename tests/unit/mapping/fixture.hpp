// What the tests of mapping share: profiles written to a folder that goes away, records from JSON text, a small leaf.
#pragma once

#include "catch.hpp"
#include "mapping/map.hpp"
#include "mapping/profile.hpp"
#include "model/json.hpp"
#include "model/record.hpp"
#include "model/taxonomy.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace listingd::mapping::test {

inline json::value json_of(std::string_view text) {
  auto value = parse_json(text, "test");
  INFO(text);
  REQUIRE(value);
  return *value;
}

inline record record_of(std::string_view text) {
  auto made = parse_record(json_of(text), "test");
  REQUIRE(made);
  return *made;
}

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// A folder for the files of one test.
class folder {
public:
  folder() {
    std::string form = (std::filesystem::temp_directory_path() / "listingd-mapping-XXXXXX").string();
    REQUIRE(::mkdtemp(form.data()) != nullptr);
    path_ = form;
  }
  ~folder() { std::filesystem::remove_all(path_); }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;

  std::filesystem::path write(const std::string& name, std::string_view text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

inline profile profile_of(std::string_view text) {
  const folder place;
  auto made = load_profile(place.write("test.toml", text));
  if (!made)
    for (const auto& one : made.error()) UNSCOPED_INFO(one.text());
  REQUIRE(made);
  made->file = "test.toml";
  return std::move(*made);
}

inline std::string codes_of(const std::vector<violation>& all) {
  std::string out;
  for (const auto& one : all) out += (out.empty() ? "" : " ") + one.code;
  return out;
}

} // namespace listingd::mapping::test
