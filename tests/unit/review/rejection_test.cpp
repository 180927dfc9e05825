#include "review/rejection.hpp"

#include "catch.hpp"
#include "review/rejection_words.hpp"

#include <map>
#include <set>

namespace listingd::review {

namespace {

violation read_one(std::string position, std::string reason, std::string suggestion = {}) {
  audit_reason entry{
      .position = std::move(position), .reasons = {std::move(reason)}, .suggestions = {}, .platform = {}};
  if (!suggestion.empty()) entry.suggestions = {std::move(suggestion)};
  const auto found = read_rejection({entry});
  REQUIRE(found.size() == 1);
  return found[0];
}

std::string first_of(std::string_view alternatives) {
  return std::string(alternatives.substr(0, alternatives.find('|')));
}

} // namespace

TEST_CASE("each row of words is reachable: its own words give its own code") {
  for (const auto& row : all_rejection_words()) {
    const auto text = first_of(row.subject) + " " + first_of(row.complaint);
    INFO(row.language << ' ' << row.code << ": " << text);
    CHECK(read_one("", text).code == row.code);
  }
}

TEST_CASE("each row names a kind that exists, in a language that says the important things") {
  std::map<std::string_view, std::set<std::string_view>> codes;
  for (const auto& row : all_rejection_words()) {
    INFO(row.language << ' ' << row.code);
    CHECK(kind_of(row.code).code == row.code);
    codes[row.language].insert(row.code);
  }
  CHECK(codes.size() == 11);
  for (const auto& [language, known] : codes)
    for (const auto* code : {"image_quality", "certificate_missing", "description_insufficient", "title_rejected",
                             "category_wrong", "brand_authorization", "intellectual_property", "product_prohibited"}) {
      INFO(language << ' ' << code);
      CHECK(known.contains(code));
    }
}

TEST_CASE("sentences as reviews write them are understood") {
  struct sentence {
    std::string position, reason, code;
  };
  static const sentence cases[] = {
      {"Main image", "Image quality is too low", "image_quality"},
      {"Certification", "Missing certification", "certificate_missing"},
      {"Product", "Insufficient or incomplete product information", "description_insufficient"},
      {"Product Name", "Insufficient or Incomplete Product Information", "description_insufficient"},
      {"Product Image", "The picture contains a watermark", "image_content"},
      {"Brand", "Brand authorization is missing", "brand_authorization"},
      {"", "Possible infringement of intellectual property", "intellectual_property"},
      {"product", "This is a prohibited product", "product_prohibited"},
      {"Category", "The product does not match the category", "category_wrong"},
      {"Title", "Contains promotional words", "title_rejected"},
      {"Certification", "The certificate has expired, please upload a new one", "certificate_invalid"},
      {"Hauptbild", "Die Auflösung des Bildes ist zu gering", "image_quality"},
      {"Zertifizierung", "Zertifikat fehlt", "certificate_missing"},
      {"Produkt", "Unvollständige Produktinformationen", "description_insufficient"},
      {"Imagen principal", "La calidad de la imagen es demasiado baja", "image_quality"},
      {"Certificación", "Falta el certificado", "certificate_missing"},
      {"Image principale", "La résolution est trop faible", "image_quality"},
      {"Certificat", "Certificat manquant", "certificate_missing"},
      {"Immagine principale", "La qualità è troppo bassa", "image_quality"},
      {"Imagem principal", "A imagem é muito pequena", "image_quality"},
      {"Gambar utama", "Kualitas gambar terlalu rendah", "image_quality"},
      {"Produk", "Informasi produk tidak lengkap", "description_insufficient"},
      {"Hình ảnh chính", "CHẤT LƯỢNG quá thấp", "image_quality"},
      {"รูปภาพหลัก", "ความละเอียดต่ำเกินไป", "image_quality"},
      {"メイン画像", "解像度が低すぎます", "image_quality"},
      {"product", "breaks listing rules", "review_other"},
      {"", "γενική παραβίαση", "review_other"},
  };
  for (const auto& one : cases) {
    INFO(one.position << " / " << one.reason);
    const auto found = read_one(one.position, one.reason);
    CHECK(found.code == one.code);
    CHECK(found.origin == violation_origin::review);
    CHECK(found.reason == one.reason);
    CHECK(found.position == one.position);
    CHECK_FALSE(found.suggestion.empty());
  }
}

TEST_CASE("what no row knows goes to a person, with the words kept") {
  const auto found = read_one("product", "breaks listing rules", "see the rules");
  CHECK(found.klass == "other");
  CHECK(found.who == actor::shop_owner);
  CHECK(found.suggestion == "see the rules");
  CHECK(found.evidence.is_null());
}

TEST_CASE("a suggestion decides only when position and reason say nothing") {
  CHECK(read_one("Product", "Insufficient information", "Add pictures of good quality").code ==
        "description_insufficient");
  CHECK(read_one("product", "not accepted", "Upload a larger image of good quality").code == "image_quality");
}

TEST_CASE("a demanded size becomes evidence only when it is certain") {
  struct size_case {
    std::string text;
    std::optional<int> side;
  };
  static const size_case cases[] = {
      {"Upload images of at least 800 x 800 pixels.", 800},
      {"at least 800x600 px", 800},
      {"mindestens 1000×1000 Pixel", 1000},
      {"au moins 600 px x 600 px", 600},
      {"minimal 600 piksel", 600},
      {"600ピクセル以上", 600},
      {"อย่างน้อย 600 พิกเซล", 600},
      {"At least 800 x 800 pixels, best 800 x 800 pixels", 800},
      {"use a larger image", std::nullopt},
      {"at most 4000 x 4000 pixels", std::nullopt},
      {"from 300 x 300 to 4000 x 4000 pixels", std::nullopt},
      {"your image has 250 x 250, 800 x 800 pixels are needed", std::nullopt},
      {"wait 24 hours", std::nullopt},
      {"aspect ratio 3 x 4", std::nullopt},
      {"999999999999 px", std::nullopt},
  };
  for (const auto& one : cases) {
    INFO(one.text);
    const auto found = read_one("Main image", "Image quality is too low", one.text);
    if (one.side)
      CHECK(found.evidence == boost::json::value{{"min_short_side", *one.side}});
    else
      CHECK(found.evidence.is_null());
  }
}

TEST_CASE("a demanded certificate is named by its quotes, whatever their shape") {
  for (const auto* text : {R"(Upload the certification "Cosmetic Product Listing" and submit)",
                           "Laden Sie „Cosmetic Product Listing“ hoch", "Envie «Cosmetic Product Listing»",
                           "「Cosmetic Product Listing」が必要です"}) {
    INFO(text);
    const auto found = read_one("Certification", "Missing certification", text);
    CHECK(found.code == "certificate_missing");
    CHECK(found.evidence == boost::json::value{{"certificate", "Cosmetic Product Listing"}});
  }
  CHECK(read_one("Certification", "Missing certification", "Upload it").evidence.is_null());
}

TEST_CASE("every reason is a violation; suggestions are joined; two platforms saying the same are one") {
  const audit_reason shop{.position = "Main image",
                          .reasons = {"Image is blurred", "Image has a watermark"},
                          .suggestions = {"Take a new one.", "Use a tripod."},
                          .platform = "TIKTOK_SHOP"};
  auto other = shop;
  other.platform = "TOKOPEDIA";
  const auto found = read_rejection({shop, other});
  REQUIRE(found.size() == 2);
  CHECK(found[0].code == "image_quality");
  CHECK(found[1].code == "image_content");
  CHECK(found[0].suggestion == "Take a new one. Use a tripod.");
}

TEST_CASE("the same words with another suggestion are another finding") {
  const audit_reason one{.position = "Certification",
                         .reasons = {"Missing certification"},
                         .suggestions = {"Upload \"A\""},
                         .platform = ""};
  auto two = one;
  two.suggestions = {"Upload \"B\""};
  const auto found = read_rejection({one, two, one});
  REQUIRE(found.size() == 2);
  CHECK(found[0].position == "Certification");
  CHECK(found[1].position == "Certification #2");
  CHECK(found[0].fingerprint() != found[1].fingerprint());
}

TEST_CASE("a rejection without reasons is still a violation") {
  CHECK(read_rejection({}).size() == 1);
  const auto found =
      read_rejection({{.position = "p", .reasons = {}, .suggestions = {"Upload a certificate"}, .platform = ""}});
  REQUIRE(found.size() == 1);
  CHECK(found[0].code == "certificate_missing");
}

} // namespace listingd::review
