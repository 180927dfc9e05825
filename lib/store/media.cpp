// Pictures and taxonomy: what is known of a file by its content, where a reference leads, what has been uploaded.
#include "store/postgres_store.hpp"

#include "model/digest.hpp"

namespace listingd::store {

namespace {

boost::json::object to_json(const image_facts& facts) {
  return {{"format", facts.format},
          {"width", facts.width},
          {"height", facts.height},
          {"bytes", facts.bytes},
          {"orientation", facts.orientation},
          {"alpha", facts.alpha},
          {"colour", facts.colour},
          {"profile", facts.profile},
          {"pages", facts.pages}};
}

image_facts facts_from(const boost::json::value& from) {
  const auto whole = [&](std::string_view name) { return static_cast<int>(integer_at(from, name).value_or(0)); };
  return {.format = text_at(from, "format"),
          .width = whole("width"),
          .height = whole("height"),
          .bytes = static_cast<std::uint64_t>(integer_at(from, "bytes").value_or(0)),
          .orientation = whole("orientation"),
          .alpha = flag_at(from, "alpha"),
          .colour = text_at(from, "colour"),
          .profile = flag_at(from, "profile"),
          .pages = whole("pages")};
}

} // namespace

task<std::optional<stored_media>> postgres_store::media_reference(source_name source, std::string ref) {
  co_return co_await database_.transact([=](pqxx::work& work) -> std::optional<stored_media> {
    const auto rows =
        query(work, "select sha256, validator, ms(checked_at) from media_reference where source = $1 and ref = $2",
              args().text(source.text()).text(ref));
    if (rows.empty()) return std::nullopt;
    return stored_media{text(rows[0][0]), text(rows[0][1]), when(rows[0][2])};
  });
}

task<void> postgres_store::put_media_reference(source_name source, std::string ref, stored_media media, instant now) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(
        insert into media_reference (source, ref, sha256, validator, checked_at) values ($1, $2, $3, $4, from_ms($5))
        on conflict (source, ref) do update
          set sha256 = excluded.sha256, validator = excluded.validator, checked_at = excluded.checked_at)",
          args().text(source.text()).text(ref).text(media.sha256).text(media.validator).at(now));
  });
}

task<std::optional<image_facts>> postgres_store::media_facts(std::string sha256) {
  co_return co_await database_.transact([=](pqxx::work& work) -> std::optional<image_facts> {
    const auto rows = query(work, "select facts from media_blob where sha256 = $1", args().text(sha256));
    if (rows.empty()) return std::nullopt;
    return facts_from(json_of(rows[0][0]));
  });
}

task<void> postgres_store::put_media_facts(std::string sha256, image_facts facts) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(
        insert into media_blob (sha256, bytes, facts) values ($1, $2::bigint, $3::jsonb)
        on conflict (sha256) do update set facts = excluded.facts)",
          args().text(sha256).number(static_cast<std::int64_t>(facts.bytes)).json(to_json(facts)));
  });
}

task<std::optional<std::string>> postgres_store::media_upload(shop_id shop, media_use use, std::string content_key) {
  co_return co_await database_.transact([=](pqxx::work& work) -> std::optional<std::string> {
    const auto rows =
        query(work, "select uri from media_upload where shop_id = $1 and use_case = $2 and content_key = $3",
              args().text(shop.text()).text(name_of(use)).text(content_key));
    if (rows.empty()) return std::nullopt;
    return text(rows[0][0]);
  });
}

task<void> postgres_store::put_media_upload(shop_id shop, media_use use, std::string content_key, std::string uri,
                                            instant now) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(
        insert into media_upload (shop_id, use_case, content_key, uri, uploaded_at) values ($1, $2, $3, $4, from_ms($5))
        on conflict (shop_id, use_case, content_key) do update
          set uri = excluded.uri, uploaded_at = excluded.uploaded_at)",
          args().text(shop.text()).text(name_of(use)).text(content_key).text(uri).at(now));
  });
}

task<void> postgres_store::forget_media_uploads(shop_id shop, std::vector<std::string> uris) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, "delete from media_upload where shop_id = $1 and uri = any($2::text[])",
          args().text(shop.text()).list(uris));
  });
}

task<std::optional<stored_snapshot>> postgres_store::snapshot(shop_id shop, std::string kind, std::string subject) {
  co_return co_await database_.transact([=](pqxx::work& work) -> std::optional<stored_snapshot> {
    const auto rows = query(work, R"(
        select payload, digest, ms(fetched_at) from taxonomy_snapshot
        where shop_id = $1 and kind = $2 and subject = $3)",
                            args().text(shop.text()).text(kind).text(subject));
    if (rows.empty()) return std::nullopt;
    return stored_snapshot{json_of(rows[0][0]), text(rows[0][1]), when(rows[0][2]).value_or(instant{})};
  });
}

task<void> postgres_store::put_snapshot(shop_id shop, std::string kind, std::string subject, boost::json::value payload,
                                        instant now) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(
        insert into taxonomy_snapshot (shop_id, kind, subject, digest, payload, fetched_at)
        values ($1, $2, $3, $4, $5::jsonb, from_ms($6))
        on conflict (shop_id, kind, subject) do update
          set digest = excluded.digest, payload = excluded.payload, fetched_at = excluded.fetched_at)",
          args().text(shop.text()).text(kind).text(subject).text(digest_of(payload)).json(payload).at(now));
  });
}

} // namespace listingd::store
