// The table of lib/review/README.md is what decide() does: every row is put to it.
#include "catch.hpp"
#include "situations.hpp"

#include <fstream>
#include <set>

namespace listingd::review::test {

namespace {

struct row {
  std::string facts, step;
};

std::vector<row> drawn_rows() {
  std::ifstream file(std::string(LISTINGD_ROOT) + "/lib/review/README.md");
  std::vector<row> out;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line == "| facts | step |") inside = true;
    if (!inside || !line.starts_with("| ") || line == "| facts | step |") continue;
    const auto middle = line.find(" | ");
    const auto end = line.rfind(" |");
    if (middle == std::string::npos || end <= middle) continue;
    out.push_back({line.substr(2, middle - 2), line.substr(middle + 3, end - middle - 3)});
  }
  return out;
}

} // namespace

TEST_CASE("every row of the drawing is what decide() answers") {
  const auto rows = drawn_rows();
  REQUIRE(rows.size() > 50);
  for (const auto& [text, step] : rows) {
    INFO(text);
    const auto known = situation(text);
    REQUIRE(known);
    CHECK(name_of(decide(*known, now, rules).kind) == step);
  }
}

TEST_CASE("every kind of step is drawn, and no other") {
  std::set<std::string_view> kinds;
  for (const auto kind : all_steps) kinds.insert(name_of(kind));
  CHECK(kinds.size() == std::size(all_steps));

  const auto rows = drawn_rows();
  std::set<std::string_view> drawn;
  for (const auto& one : rows) drawn.insert(one.step);
  CHECK(drawn == kinds);
}

TEST_CASE("no situation is drawn twice, and every status and review state is drawn") {
  std::set<std::string> seen;
  std::string all;
  for (const auto& one : drawn_rows()) {
    INFO(one.facts);
    CHECK(seen.insert(one.facts).second);
    all += one.facts + ",";
  }
  for (const auto status :
       {listing_status::draft, listing_status::pending, listing_status::failed, listing_status::activate,
        listing_status::seller_deactivated, listing_status::platform_deactivated, listing_status::freeze,
        listing_status::deleted, listing_status::unknown})
    CHECK(all.find("status " + std::string(name_of(status)) + ",") != std::string::npos);
  for (const auto state : {review_state::auditing, review_state::failed, review_state::pre_approved,
                           review_state::approved, review_state::unknown})
    CHECK(all.find("review " + std::string(name_of(state)) + ",") != std::string::npos);
}

} // namespace listingd::review::test
