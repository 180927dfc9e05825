// The steps that change something at TikTok: intent first, then the call, then the answer.
#include "sync/reconciler.hpp"

#include "model/digest.hpp"
#include "model/json.hpp"

#include <algorithm>

namespace listingd::sync {

namespace {

constexpr std::string_view image_uri_codes[] = {"12052300", "12052722", "12052520", "12052650"};
constexpr std::string_view external_id_used = "12052996";
constexpr std::string_view key_used = "12052910"; // also every other invalid parameter
constexpr int most_searches = 10;                 // for a create that TikTok says was there before

bool about_image_uri(std::string_view code) {
  return std::ranges::find(image_uri_codes, code) != std::end(image_uri_codes);
}

std::string names_of(const std::vector<facet>& facets) {
  std::string out;
  for (const auto one : facets) {
    if (!out.empty()) out += ", ";
    out += name_of(one);
  }
  return out;
}

bool carries_variant_images(const draft& wanted) {
  return std::ranges::any_of(wanted.skus, [](const draft_sku& sku) { return sku.image.has_value(); });
}

/// What a create was answered leaves open whether the product is there: TikTok has seen one of it before, or the create
/// that was sent again (`open`) did not get through, which says nothing of the first time. Not for ever: the search may
/// never show the product that stands in the way, and then a person must look.
bool still_uncertain(const error& why, const std::optional<stored_submission>& open) {
  if (open && (why.kind == error_kind::retry || why.kind == error_kind::auth)) return true;
  if (open && open->absent_searches >= most_searches) return false;
  return why.code == external_id_used || (open && why.code == key_used);
}

/// A refusal of this very content, which is not sent again unchanged; anything else may heal by itself.
bool about_the_product(const error& why) {
  const bool for_good =
      why.kind == error_kind::fix_data || why.kind == error_kind::needs_human || why.kind == error_kind::bug;
  return for_good && !why.whole_shop;
}

/// Partial edit sends whole top-level properties; SKUs, category and price need the full form (design section 4).
bool needs_full_edit(const std::vector<facet>& facets, const draft& wanted) {
  return std::ranges::any_of(facets, [&](facet one) {
    return one == facet::structure || one == facet::offers || (one == facet::media && carries_variant_images(wanted));
  });
}

} // namespace

task<void> reconciler::upload_media(turn& at) {
  int uploads = 0;
  for (;;) {
    auto done = co_await media_.upload_next(at.held.ref, *at.ready.wanted);
    if (!done) {
      if (done.error().kind == error_kind::fix_data)
        co_await refused(at, done.error());
      else
        failed(at, done.error());
      co_return;
    }
    if (!*done) break;
    ++uploads;
  }
  std::size_t corrected = 0;
  for (const auto* medium : at.ready.wanted->media()) corrected += medium->operations.empty() ? 0 : 1;
  at.out.notes.push_back({.event = "uploaded",
                          .message = std::to_string(uploads) + " files uploaded, " + std::to_string(corrected) +
                                     " of the draft's pictures corrected",
                          .evidence = nullptr});
}

task<void> reconciler::adopt(turn& at) {
  const auto existing = co_await with_.db.existing_with(at.held.ref.shop, skus_of(*at.ready.wanted));
  if (existing.size() != 1) co_return; // changed meanwhile; decided again at once
  auto& state = at.out.state;
  state.id = existing.front();
  state.status = listing_status::unknown;
  state.observed_at.reset();
  at.out.notes.push_back({.event = "adopted",
                          .message = "tied to the shop's product " + state.id.text() + " by seller_sku",
                          .evidence = nullptr});
}

task<void> reconciler::create(turn& at) {
  const auto wanted = std::make_shared<const draft>(*at.ready.wanted);
  const auto checked = co_await tokens_.call<std::vector<check_failure>>(
      at.held.ref.shop, [this, wanted](shop_access access) { return with_.tiktok.listing_check(access, *wanted); });
  if (!checked) {
    co_await not_taken(at, write_kind::create, checked.error());
    co_return;
  }
  if (!checked->empty()) {
    const auto unknown = std::ranges::find_if(*checked, about_image_uri, &check_failure::code);
    if (unknown != checked->end() && co_await upload_again(at, unknown->message)) co_return;
    const auto& first = checked->front();
    at.out.refusal = review::read_check_failures(*checked, advice());
    at.out.state.refused_fingerprint = at.ready.fingerprint;
    at.out.notes.push_back({.who = "tiktok",
                            .event = "check_failed",
                            .message = "listing_check: " + first.message + " (" + first.code + ")",
                            .evidence = nullptr});
    co_return;
  }
  const auto id = random_uuid();
  auto request = with_.tiktok.create_request(*wanted, id);
  co_await submit(at, std::move(request), wanted->digests(), id);
}

task<void> reconciler::edit(turn& at) {
  const auto& wanted = *at.ready.wanted;
  auto digests = wanted.digests();
  // Stock of existing SKUs is no part of an edit: what was accepted stays accepted.
  if (const auto stock = at.held.state.accepted.find("stock"); stock != at.held.state.accepted.end())
    digests["stock"] = stock->second;
  const bool live = at.held.state.status == listing_status::activate;
  // Nor are the prices of a live product's SKUs: an adopted one still owes them.
  if (live) {
    const auto offers = at.held.state.accepted.find("offers");
    if (offers != at.held.state.accepted.end())
      digests["offers"] = offers->second;
    else
      digests.erase("offers");
  }
  at.out.notes.push_back({.event = "edit", .message = "changed: " + names_of(at.step.facets), .evidence = nullptr});
  if (!needs_full_edit(at.step.facets, wanted)) {
    co_await submit(at, with_.tiktok.partial_edit_request(wanted, at.held.state.id, at.step.facets), digests,
                    random_uuid());
    co_return;
  }
  auto seen = co_await look(at);
  if (!seen) {
    not_seen(at, seen.error());
    co_return;
  }
  co_await submit(at, with_.tiktok.edit_request(wanted, *seen), digests, random_uuid());
}

task<void> reconciler::set_offers(turn& at, write_kind kind) {
  auto seen = co_await look(at);
  if (!seen) {
    not_seen(at, seen.error());
    co_return;
  }
  const auto& wanted = *at.ready.wanted;
  auto digests = at.held.state.accepted;
  const std::string facet_name(name_of(kind == write_kind::price ? facet::offers : facet::stock));
  digests[facet_name] = wanted.digests()[facet_name];
  auto request =
      kind == write_kind::price ? with_.tiktok.price_request(wanted, *seen) : with_.tiktok.stock_request(wanted, *seen);
  co_await submit(at, std::move(request), digests, random_uuid());
}

task<void> reconciler::switch_live(turn& at, write_kind kind) {
  const auto& id = at.held.state.id;
  auto request = kind == write_kind::activate ? with_.tiktok.activate_request(id) : with_.tiktok.deactivate_request(id);
  // Noted before the answer, which may be lost.
  if (kind == write_kind::deactivate) at.out.state.deactivated_by_us = true;
  at.out.state.switched_at = at.now;
  co_await submit(at, std::move(request), at.held.state.accepted, random_uuid());
}

task<void> reconciler::submit(turn& at, write_request request, facet_digests wanted, std::string id) {
  const auto kind = request.kind;
  const stored_submission intent{.id = id,
                                 .request = request,
                                 .wanted = wanted,
                                 .fingerprint = at.ready.fingerprint,
                                 .absent_searches = 0,
                                 .last_search_at = {},
                                 .skus = at.out.skus.value_or(std::vector<sku_link>{})};
  if (!co_await with_.db.begin_submission(at.held, intent, with_.time.now())) {
    at.out.state.reason = "not sent: the lease was lost, or another product has taken a seller_sku meanwhile";
    co_return;
  }
  const auto sent = std::make_shared<const write_request>(std::move(request));
  auto answer = co_await tokens_.call<write_answer>(
      at.held.ref.shop, [this, sent](shop_access access) { return with_.tiktok.perform(access, *sent); });
  co_await answered(at, kind, wanted, id, std::move(answer));
}

task<void> reconciler::answered(turn& at, write_kind kind, const facet_digests& wanted, const std::string& id,
                                result<write_answer> answer) {
  const auto now = with_.time.now();
  auto& state = at.out.state;
  if (answer) {
    co_await with_.db.finish_submission(at.held.ref, id, submission_state::accepted, *answer, std::nullopt, now);
    if (!answer->id.empty()) state.id = answer->id;
    if (at.out.skus)
      for (auto& link : *at.out.skus)
        for (const auto& sku : answer->skus)
          if (sku.seller_sku == link.seller_sku) link.sku = sku.id;
    state.accepted = wanted;
    // A new verdict is due on new content: what the last one said must not be taken for it.
    if (kind == write_kind::create || kind == write_kind::edit || kind == write_kind::partial_edit) {
      state.review = review_state::unknown;
      state.raw_review.clear();
    }
    state.refused_fingerprint.clear();
    state.failures = 0;
    state.retry_not_before.reset();
    state.hint_at = now;
    at.out.refusal = std::vector<violation>{};
    note done{.event = std::string(name_of(kind)),
              .message = kind == write_kind::create ? "created as " + state.id.text() : "accepted by TikTok",
              .evidence = boost::json::object{{"request_id", answer->request_id}}};
    at.out.notes.push_back(std::move(done));
    for (const auto& warning : answer->warnings)
      at.out.notes.push_back({.who = "tiktok", .event = "warning", .message = warning, .evidence = nullptr});
    co_return;
  }
  const auto& why = answer.error();
  const bool uncertain = why.maybe_done || (kind == write_kind::create && still_uncertain(why, at.held.open));
  if (uncertain) {
    co_await with_.db.finish_submission(at.held.ref, id, submission_state::uncertain, {}, why, now);
    at.out.notes.push_back(
        {.event = "uncertain", .message = "what became of a write is not known: " + why.text(), .evidence = nullptr});
    if (why.retry_after) state.retry_not_before = now + *why.retry_after;
    co_return;
  }
  co_await with_.db.finish_submission(
      at.held.ref, id, about_the_product(why) ? submission_state::refused : submission_state::failed, {}, why, now);
  co_await not_taken(at, kind, why);
}

task<void> reconciler::not_taken(turn& at, write_kind kind, const error& why) {
  auto& state = at.out.state;
  if (why.kind == error_kind::wait_quota) {
    const auto until = with_.time.now() + with_.settings.policy.slow_poll;
    if (kind == write_kind::create || kind == write_kind::activate)
      co_await with_.db.set_quota(at.held.ref.shop, until); // the others of the shop go on
    else
      state.due_at = state.retry_not_before = until;
    at.out.notes.push_back({.who = "tiktok", .event = "quota", .message = why.text(), .evidence = nullptr});
  } else if (about_the_product(why)) {
    co_await refused(at, why);
  } else {
    failed(at, why);
  }
}

task<void> reconciler::refused(turn& at, const error& why) {
  auto& state = at.out.state;
  at.out.notes.push_back({.who = "tiktok",
                          .event = "refused",
                          .message = why.text(),
                          .evidence = boost::json::object{{"code", why.code}, {"request_id", why.request_id}}});
  if (about_image_uri(why.code) && co_await upload_again(at, why.text())) co_return;
  at.out.refusal = review::read_refusal(why, advice());
  state.refused_fingerprint = at.ready.fingerprint;
}

task<bool> reconciler::upload_again(turn& at, std::string why) {
  if (at.out.state.failures > 0) co_return false; // counted until a write is accepted
  std::vector<std::string> uris;
  for (const auto* medium : at.ready.wanted->media()) uris.push_back(medium->uri);
  co_await with_.db.forget_media_uploads(at.held.ref.shop, std::move(uris));
  at.out.state.failures = 1;
  at.out.notes.push_back(
      {.who = "tiktok", .event = "upload_forgotten", .message = std::move(why), .evidence = nullptr});
  co_return true;
}

task<void> reconciler::resolve_uncertain(turn& at) {
  const auto& open = *at.held.open;
  const auto now = with_.time.now();
  if (open.request.kind != write_kind::create) { // repeatable by nature: look, and decide again
    co_await with_.db.finish_submission(at.held.ref, open.id, submission_state::superseded, {}, std::nullopt, now);
    at.out.state.hint_at = now;
    at.out.notes.push_back(
        {.event = "resolved",
         .message = "a lost " + std::string(name_of(open.request.kind)) + " is decided again after a look",
         .evidence = nullptr});
    co_return;
  }
  std::vector<seller_sku> skus;
  const auto body = parse_json(open.request.body, "stored create");
  if (body)
    for (const auto& sku : items_at(*body, "skus"))
      if (auto code = text_at(sku, "seller_sku"); !code.empty() && skus.size() < 10) skus.emplace_back(code);
  const auto ours = body ? text_at(*body, "external_product_id") : std::string{};
  product_query query;
  query.seller_skus = skus;
  auto found = co_await tokens_.call<product_page>(
      at.held.ref.shop, [this, query](shop_access access) { return with_.tiktok.search(access, query); });
  if (!found) {
    failed(at, found.error());
    co_return;
  }
  for (const auto& candidate : found->products) {
    if (candidate.status == listing_status::deleted) continue;
    const auto id = candidate.id;
    auto seen = co_await tokens_.call<observed_product>(
        at.held.ref.shop, [this, id](shop_access access) { return with_.tiktok.get(access, id, false); });
    if (!seen && (seen.error().kind == error_kind::fix_data || seen.error().kind == error_kind::needs_human))
      continue; // frozen, say: whether it is ours shows when the create is sent again
    if (!seen) {
      failed(at, seen.error());
      co_return;
    }
    if (seen->external_product_id != ours) continue;
    const write_answer answer{.id = id, .skus = seen->skus, .warnings = {}, .request_id = {}};
    co_await answered(at, write_kind::create, open.wanted, open.id, answer);
    at.out.notes.push_back({.event = "resolved", .message = "the lost create had worked", .evidence = nullptr});
    co_return;
  }
  co_await with_.db.searched_in_vain(open.id, now);
  if (open.absent_searches + 1 < 2) co_return; // decide() waits, then searches again
  if (!at.step.may_resend) {                   // nobody wants it any more, or the shop only observes
    co_await with_.db.finish_submission(at.held.ref, open.id, submission_state::superseded, {}, std::nullopt, now);
    at.out.notes.push_back(
        {.event = "resolved", .message = "a lost create did not happen and is not sent again", .evidence = nullptr});
    co_return;
  }
  if (!co_await with_.db.extend_lease(at.held)) co_return;
  const auto request = std::make_shared<const write_request>(open.request);
  at.out.notes.push_back(
      {.event = "resend", .message = "absent twice: the same create is sent again under its key", .evidence = nullptr});
  auto answer = co_await tokens_.call<write_answer>(
      at.held.ref.shop, [this, request](shop_access access) { return with_.tiktok.perform(access, *request); });
  co_await answered(at, write_kind::create, open.wanted, open.id, std::move(answer));
}

} // namespace listingd::sync
