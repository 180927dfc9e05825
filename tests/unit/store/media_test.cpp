#include "stage.hpp"

namespace listingd::store::test {

TEST_CASE("a media reference leads to its last content") {
  stage at;
  CHECK_FALSE(run(at.db->media_reference(pim, "images/a.jpg")));
  run(at.db->put_media_reference(pim, "images/a.jpg", {"hash-1", "etag-1", {}}, noon));
  run(at.db->put_media_reference(pim, "images/a.jpg", {"hash-2", "etag-2", {}}, noon + 1s));
  const auto known = run(at.db->media_reference(pim, "images/a.jpg"));
  REQUIRE(known);
  CHECK(known->sha256 == "hash-2");
  CHECK(known->validator == "etag-2");
  CHECK(known->checked_at == noon + 1s);
  CHECK_FALSE(run(at.db->media_reference(source_name("other"), "images/a.jpg")));
}

TEST_CASE("what a probe learnt comes back whole") {
  stage at;
  CHECK_FALSE(run(at.db->media_facts("hash")));
  const image_facts facts{.format = "png",
                          .width = 1200,
                          .height = 900,
                          .bytes = 5'000'000'000,
                          .orientation = 6,
                          .alpha = true,
                          .colour = "cmyk",
                          .profile = true,
                          .pages = 3};
  run(at.db->put_media_facts("hash", facts));
  const auto known = run(at.db->media_facts("hash"));
  REQUIRE(known);
  CHECK(known->format == "png");
  CHECK(known->width == 1200);
  CHECK(known->height == 900);
  CHECK(known->bytes == 5'000'000'000);
  CHECK(known->orientation == 6);
  CHECK(known->alpha);
  CHECK(known->colour == "cmyk");
  CHECK(known->profile);
  CHECK(known->pages == 3);
}

TEST_CASE("an upload is known by shop, use and content, until TikTok forgets it") {
  stage at;
  run(at.db->put_media_upload(us, media_use::main_image, "hash|srgb", "tos/1", noon));
  run(at.db->put_media_upload(us, media_use::main_image, "hash|srgb", "tos/2", noon));
  run(at.db->put_media_upload(us, media_use::variant_image, "hash|srgb", "tos/3", noon));
  CHECK(run(at.db->media_upload(us, media_use::main_image, "hash|srgb")) == "tos/2");
  CHECK(run(at.db->media_upload(us, media_use::variant_image, "hash|srgb")) == "tos/3");
  CHECK_FALSE(run(at.db->media_upload(us, media_use::main_image, "hash|")));
  CHECK_FALSE(run(at.db->media_upload(uk, media_use::main_image, "hash|srgb")));
  run(at.db->forget_media_uploads(us, {"tos/2", "tos/9"}));
  CHECK_FALSE(run(at.db->media_upload(us, media_use::main_image, "hash|srgb")));
  CHECK(run(at.db->media_upload(us, media_use::variant_image, "hash|srgb")));
}

TEST_CASE("a snapshot carries the digest of what TikTok sent") {
  stage at;
  at.connect();
  CHECK_FALSE(run(at.db->snapshot(us, "categories", "v2")));
  const boost::json::value one{{"categories", {{{"id", "1"}, {"limit", 1.999E1}}}}};
  const boost::json::value two{{"categories", {{{"id", "2"}}}}};
  run(at.db->put_snapshot(us, "categories", "v2", one, noon));
  auto kept = run(at.db->snapshot(us, "categories", "v2"));
  REQUIRE(kept);
  CHECK(kept->digest == digest_of(one));
  CHECK(kept->payload == one);
  CHECK(kept->fetched_at == noon);
  run(at.db->put_snapshot(us, "categories", "v2", two, noon + 1s));
  kept = run(at.db->snapshot(us, "categories", "v2"));
  CHECK(kept->digest == digest_of(two));
  CHECK(kept->fetched_at == noon + 1s);
  CHECK_FALSE(run(at.db->snapshot(us, "categories", "v1")));
  CHECK_FALSE(run(at.db->snapshot(uk, "categories", "v2")));
}

TEST_CASE("JSON as deep as it may come from outside is read again") {
  stage at;
  at.connect();
  boost::json::value deep = "bottom";
  for (int i = 0; i < 80; ++i) deep = boost::json::object{{"in", deep}};
  run(at.db->put_snapshot(us, "rules", "deep", deep, noon));
  CHECK(run(at.db->snapshot(us, "rules", "deep"))->payload == deep);
}

} // namespace listingd::store::test
