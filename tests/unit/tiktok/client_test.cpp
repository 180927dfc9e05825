#include "client_rig.hpp"

#include "model/digest.hpp"
#include "sample_product.hpp"
#include "tiktok/signing.hpp"

#include <array>

namespace listingd::tiktok {

using namespace test;

namespace {

sync::write_request edit_of_one() {
  return {.kind = sync::write_kind::edit,
          .method = "PUT",
          .path = "/product/202509/products/1",
          .body = R"({"title":"x"})"};
}

} // namespace

TEST_CASE("a call is stamped by the clock, signed over its decoded query and carries the token as a header") {
  client_rig at;
  at.wire.answer(200, ok(R"({"categories":[{"id":"1"}]})"));
  const auto data = run(at.shop->categories(at.access, "v2"));
  REQUIRE(data);
  CHECK(items_at(*data, "categories").size() == 1);
  CHECK(at.path() == "/product/202309/categories");
  CHECK(at.wire.parameter("app_key") == "key1");
  CHECK(at.wire.parameter("timestamp") == "1795507200");
  CHECK(at.wire.parameter("shop_cipher") == "CIPHER+1");
  const query signed_query{
      {"app_key", "key1"}, {"category_version", "v2"}, {"shop_cipher", "CIPHER+1"}, {"timestamp", "1795507200"}};
  CHECK(at.wire.parameter("sign") ==
        sign(secret(std::string(app_secret)), "/product/202309/categories", signed_query, ""));
  CHECK(net::header(at.wire.asked[0].headers, "X-TTS-Access-Token") == "TTP_token");
  CHECK(net::header(at.wire.asked[0].headers, "content-type") == "application/json");
  CHECK(at.wire.asked[0].url.find("TTP_token") == std::string::npos);
}

TEST_CASE("each send is stamped anew") {
  client_rig at;
  for (int i = 0; i < 2; ++i) at.wire.answer(200, ok("{}"));
  REQUIRE(run(at.shop->warehouses(at.access)));
  const auto first = at.wire.parameter("sign");
  at.time.advance(std::chrono::minutes(10));
  REQUIRE(run(at.shop->warehouses(at.access)));
  CHECK(at.wire.parameter("timestamp") == "1795507800");
  CHECK(at.wire.parameter("sign") != first);
}

TEST_CASE("empty parameters are not sent") {
  client_rig at;
  at.wire.answer(200, ok("{}"));
  REQUIRE(run(at.shop->attributes(at.access, category_id("600123"), "")));
  CHECK(at.path() == "/product/202309/categories/600123/attributes");
  CHECK(at.wire.asked[0].url.find("category_version") == std::string::npos);
}

TEST_CASE("an image goes as a form without shop_cipher, its body unsigned") {
  client_rig at;
  at.wire.answer(200, ok(R"({"uri":"tos/a","url":"https://x/a\n","width":800,"height":600})"));
  const auto up = run(at.shop->upload_image(at.access, media_use::variant_image, "\xFF\xD8 bytes \r\n--x", "a\"b.jpg"));
  REQUIRE(up);
  CHECK(up->uri == "tos/a");
  CHECK(up->url == "https://x/a");
  CHECK(up->width == 800);
  CHECK(at.wire.parameter("shop_cipher").empty());
  const query signed_query{{"app_key", "key1"}, {"timestamp", "1795507200"}};
  CHECK(at.wire.parameter("sign") ==
        sign(secret(std::string(app_secret)), "/product/202309/images/upload", signed_query, ""));
  const auto& sent = at.wire.asked[0];
  const std::string type(net::header(sent.headers, "content-type"));
  REQUIRE(type.starts_with("multipart/form-data; boundary="));
  const auto mark = "--" + type.substr(std::string_view("multipart/form-data; boundary=").size());
  CHECK(sent.body.starts_with(mark + "\r\n"));
  CHECK(sent.body.ends_with("\r\n" + mark + "--\r\n"));
  CHECK(sent.body.find("name=\"use_case\"\r\n\r\nATTRIBUTE_IMAGE\r\n") != std::string::npos);
  CHECK(sent.body.find("name=\"data\"; filename=\"a_b.jpg\"") != std::string::npos);
  CHECK(sent.body.find("\r\n\r\n\xFF\xD8 bytes \r\n--x\r\n") != std::string::npos);
}

TEST_CASE("a document is named as File Upload wants it") {
  client_rig at;
  at.wire.answer(200, ok(R"({"id":"f1","url":"u","name":"cpc-1.pdf","format":"PDF"})"));
  const auto up = run(at.shop->upload_document(at.access, "%PDF", "cpc 1.pdf"));
  REQUIRE(up);
  CHECK(up->uri == "f1");
  CHECK(at.wire.asked[0].body.find("name=\"name\"\r\n\r\ncpc-1.pdf\r\n") != std::string::npos);
}

TEST_CASE("a create is sent byte for byte as it was built and gives the new ids and warnings") {
  client_rig at;
  at.wire.answer(200, ok(R"({"product_id":"1730000000000000123","skus":[{"id":"17","seller_sku":"TEE-RED-M"}],
    "warnings":[{"message":"[brand_id]: cleared"}]})"));
  const auto request = at.shop->create_request(sample_draft(), "key");
  CHECK(request.method == "POST");
  const auto answer = run(at.shop->perform(at.access, request));
  REQUIRE(answer);
  CHECK(at.wire.asked[0].body == request.body);
  CHECK(answer->id == listing_id("1730000000000000123"));
  CHECK(answer->skus[0].seller_sku == seller_sku("TEE-RED-M"));
  CHECK(answer->warnings == std::vector<std::string>{"[brand_id]: cleared"});
  CHECK(answer->request_id == "req1");
}

TEST_CASE("a create without product id is not taken for done") {
  client_rig at;
  at.wire.answer(200, ok("{}"));
  const auto answer = run(at.shop->perform(at.access, at.shop->create_request(sample_draft(), "key")));
  REQUIRE_FALSE(answer);
  CHECK(answer.error().maybe_done);
}

TEST_CASE("warnings may be one object") {
  client_rig at;
  at.wire.answer(200, ok(R"({"warnings":{"message":"w"}})"));
  const auto answer = run(at.shop->perform(at.access, edit_of_one()));
  REQUIRE(answer);
  CHECK(answer->warnings == std::vector<std::string>{"w"});
}

TEST_CASE("errors inside a code 0 are errors, and the wrapped cause counts") {
  client_rig at;
  at.wire.answer(200, ok(R"({"errors":[{"code":12052990,"message":"check failed","detail":{"product_id":"1",
    "extra_errors":[{"code":12052700,"message":"seller inactive"}]}}]})"));
  const auto answer = run(at.shop->perform(at.access, at.shop->activate_request(listing_id("1"))));
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == "12052700");
  CHECK(answer.error().kind == error_kind::needs_human);
  CHECK(answer.error().whole_shop);
  CHECK(answer.error().request_id == "req1");
  CHECK(at.wire.asked[0].body == R"({"product_ids":["1"]})");
  CHECK(at.path() == "/product/202309/products/activate");
}

TEST_CASE("several refused items are all told") {
  client_rig at;
  at.wire.answer(200, ok(R"({"errors":[{"code":12052055,"message":"quantity of A","detail":{"sku_id":"1"}},
    {"code":12052055,"message":"quantity of B","detail":{"sku_id":"2"}}]})"));
  const auto answer = run(at.shop->perform(at.access, edit_of_one()));
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == "12052055");
  CHECK(answer.error().message == "quantity of A; quantity of B");
}

struct doubt {
  int status;
  std::string_view body;
  bool maybe_done;
};

TEST_CASE("an answer that leaves a write open says so") {
  static const std::array cases{doubt{200, R"({"code":36009003,"message":"Internal error"})", true},
                                doubt{200, R"({"code":36009007,"message":"Request timeout"})", true},
                                doubt{503, "<html>overload</html>", true},
                                doubt{502, R"({"code":12052104,"message":"x"})", true},
                                doubt{200, "<html>captive</html>", true},
                                doubt{429, R"({"code":36009002,"message":"Too many requests"})", false},
                                doubt{200, R"({"code":12052104,"message":"x"})", false},
                                doubt{401, R"({"code":106001,"message":"x"})", false}};
  for (const auto& one : cases) {
    client_rig at;
    at.wire.answer(one.status, std::string(one.body));
    const auto answer = run(at.shop->perform(at.access, edit_of_one()));
    INFO(one.status << ' ' << one.body);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().maybe_done == one.maybe_done);
    CHECK(answer.error().where == "PUT /product/202509/products/1");
  }
}

TEST_CASE("a lost reply of a write is passed on as open, of a read it does not matter") {
  client_rig at;
  at.wire.lose("closed", true);
  const auto write = run(at.shop->perform(at.access, edit_of_one()));
  REQUIRE_FALSE(write);
  CHECK(write.error().maybe_done);
  CHECK(write.error().code == "closed");
  at.wire.lose("connect", false);
  CHECK_FALSE(run(at.shop->perform(at.access, edit_of_one())).error().maybe_done);
  at.wire.lose("closed", true);
  CHECK_FALSE(run(at.shop->warehouses(at.access)).error().maybe_done);
}

TEST_CASE("throttling hands on how long to wait") {
  client_rig at;
  at.wire.answer(429, R"({"code":36009002,"message":"Too many requests"})", {{"Retry-After", "12"}});
  const auto answer = run(at.shop->perform(at.access, edit_of_one()));
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == error_kind::retry);
  CHECK(answer.error().retry_after == std::chrono::seconds(12));
}

TEST_CASE("Get falls back to the plain product when nothing is under review") {
  client_rig at;
  at.wire.answer(200, R"({"code":12052547,"message":"no version"})");
  at.wire.answer(200, ok(json::serialize(live_body())));
  const auto seen = run(at.shop->get(at.access, listing_id("1730000000000000123"), true));
  REQUIRE(seen);
  CHECK(seen->status == listing_status::activate);
  REQUIRE(at.wire.asked.size() == 2);
  CHECK(net::query_value(at.wire.asked[0].url, "return_under_review_version") == "true");
  CHECK(net::query_value(at.wire.asked[1].url, "return_under_review_version").empty());
}

TEST_CASE("a search asks by seller_sku and time, and pages") {
  client_rig at;
  at.wire.answer(200, ok(R"({"products":[{"id":"1","status":"DELETED","title":"t","update_time":1767225600,
    "skus":[{"id":"2","seller_sku":"A"}]}],"next_page_token":"p+/2=="})"));
  sync::product_query wanted{.seller_skus = {seller_sku("A")},
                             .updated_since = instant_from_text("2026-01-01T00:00:00Z"),
                             .page_token = "p+/1==",
                             .page_size = 500};
  const auto page = run(at.shop->search(at.access, wanted));
  REQUIRE(page);
  CHECK(page->next_page_token == "p+/2==");
  REQUIRE(page->products.size() == 1);
  CHECK(page->products[0].status == listing_status::deleted);
  CHECK(page->products[0].skus[0].seller_sku == seller_sku("A"));
  CHECK(page->products[0].updated == instant_from_text("2026-01-01T00:00:00Z"));
  CHECK(at.path() == "/product/202502/products/search");
  CHECK(at.wire.parameter("page_size") == "100");
  CHECK(at.wire.parameter("page_token") == "p+/1==");
  CHECK(at.wire.asked[0].body == R"({"status":"ALL","seller_skus":["A"],"update_time_ge":1767225600})");
}

TEST_CASE("a search can be held to windows of creation and of change") {
  client_rig at;
  at.wire.answer(200, ok("{}"));
  sync::product_query wanted;
  wanted.created_since = instant_from_text("2026-01-01T00:00:00Z");
  wanted.created_until = instant_from_text("2026-01-01T00:00:01.999Z");
  wanted.updated_until = instant_from_text("2026-01-01T00:00:02Z");
  REQUIRE(run(at.shop->search(at.access, wanted)));
  CHECK(at.wire.asked[0].body ==
        R"({"status":"ALL","create_time_ge":1767225600,"create_time_le":1767225601,"update_time_le":1767225602})");
}

TEST_CASE("more seller_skus than a search takes are refused before any call") {
  client_rig at;
  const auto page = run(at.shop->search(at.access, {.seller_skus = std::vector<seller_sku>(11, seller_sku("A"))}));
  REQUIRE_FALSE(page);
  CHECK(page.error().code == "too_many_skus");
  CHECK(at.wire.asked.empty());
}

TEST_CASE("listing_check tells its reasons, or none") {
  client_rig at;
  at.wire.answer(200, ok(R"({"check_result":"PASS","warnings":{}})"));
  at.wire.answer(200, ok(R"({"check_result":"FAILED","fail_reasons":[{"code":12052104,"message":"m"}]})"));
  at.wire.answer(200, ok(R"({"check_result":"FAILED"})"));
  CHECK(run(at.shop->listing_check(at.access, sample_draft()))->empty());
  const auto failed = run(at.shop->listing_check(at.access, sample_draft()));
  REQUIRE(failed);
  CHECK(failed->front().code == "12052104");
  CHECK(run(at.shop->listing_check(at.access, sample_draft()))->size() == 1);
}

TEST_CASE("requests for edits leave the price of a live product to its own endpoint") {
  client_rig at;
  auto live = sample_live();
  const auto edit = at.shop->edit_request(sample_draft(), live);
  CHECK(edit.method == "PUT");
  CHECK(edit.path == "/product/202509/products/1730000000000000123");
  CHECK(edit.body.find("\"amount\"") == std::string::npos);
  live.status = listing_status::failed;
  CHECK(at.shop->edit_request(sample_draft(), live).body.find("\"amount\"") != std::string::npos);
  CHECK(at.shop->partial_edit_request(sample_draft(), live.id, {facet::details}).path ==
        "/product/202509/products/1730000000000000123/partial_edit");
  CHECK(at.shop->price_request(sample_draft(), live).path ==
        "/product/202309/products/1730000000000000123/prices/update");
  CHECK(at.shop->stock_request(sample_draft(), live).path ==
        "/product/202309/products/1730000000000000123/inventory/update");
}

TEST_CASE("webhooks are read and subscribed") {
  client_rig at;
  at.wire.answer(200,
                 ok(R"({"total_count":1,"webhooks":[{"event_type":"PRODUCT_CREATION","address":"https://h/x"}]})"));
  at.wire.answer(200, ok("null"));
  const auto have = run(at.shop->webhooks(at.access));
  REQUIRE(have);
  CHECK(have->front().event_type == "PRODUCT_CREATION");
  REQUIRE(run(at.shop->subscribe(at.access, {.event_type = "PRODUCT_CREATION", .address = "https://h/y"})));
  CHECK(at.wire.asked[1].method == "PUT");
  CHECK(at.wire.asked[1].body == R"({"address":"https://h/y","event_type":"PRODUCT_CREATION"})");
}

TEST_CASE("an app that is not configured is refused before any call") {
  client_rig at;
  at.access.app = app_name("other");
  CHECK(run(at.shop->warehouses(at.access)).error().code == "app_unknown");
  CHECK(run(at.consent->exchange(app_name("other"), "c")).error().code == "app_unknown");
  CHECK(at.wire.asked.empty());
}

TEST_CASE("no error of a call holds the token or the signature") {
  client_rig at;
  at.wire.answer(200, ok("{}"));
  REQUIRE(run(at.shop->warehouses(at.access))); // the clock stands still: the same call is signed alike
  const auto quoted = "x-tts-access-token TTP_token, sign " + at.wire.parameter("sign");
  at.wire.lose("closed", true, quoted);
  at.wire.answer(200, R"({"code":36009004,"message":"Invalid credentials: )" + quoted + R"("})");
  at.wire.answer(200, ok(R"({"errors":[{"code":12052260,"message":")" + quoted + R"("}]})"));
  for (int i = 0; i < 3; ++i) {
    const auto answer = run(at.shop->warehouses(at.access));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().message.contains("x-tts-access-token ***, sign ***"));
  }
}

} // namespace listingd::tiktok
