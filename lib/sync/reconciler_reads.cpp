// The steps that read TikTok's verdict and draw the consequence: read-back, comparison, remediation.
#include "sync/reconciler.hpp"

#include "review/platform.hpp"
#include "review/rejection.hpp"

#include <algorithm>

namespace listingd::sync {

namespace {

bool approved_and_live(const listing_state& state) {
  return state.status == listing_status::activate &&
         (state.review == review_state::approved || state.review == review_state::none);
}

boost::json::array drift_json(const std::vector<drift>& differences) {
  boost::json::array out;
  for (const auto& one : differences)
    out.push_back(boost::json::object{{"field", one.field}, {"wanted", one.wanted}, {"found", one.found}});
  return out;
}

std::string verdict_text(const listing_state& state) {
  std::string text = state.raw_status.empty() ? std::string(name_of(state.status)) : state.raw_status;
  if (!state.raw_review.empty()) text += ", review " + state.raw_review;
  return text;
}

/// Ends the repairs that are still open: what the verdict complains of again has failed, the rest did its work and
/// stays.
void end_repairs(const claimed_listing& held, const std::vector<violation>& rejections, step_outcome& out) {
  for (auto one : held.remediations)
    if (one.outcome == "open") {
      one.outcome = review::still_complained_of(one.change, rejections) ? "failed" : "worked";
      out.remediations.push_back(one);
    }
}

} // namespace

task<result<observed_product>> reconciler::look(const turn& at) {
  const auto id = at.held.state.id;
  co_return co_await tokens_.call<observed_product>(
      at.held.ref.shop, [this, id](shop_access access) { return with_.tiktok.get(access, id, false); });
}

task<result<void>> reconciler::ask_for_skus(const turn& at) {
  constexpr std::size_t most_at_once = 10; // of one search
  constexpr int most_pages = 20;
  const auto skus = skus_of(*at.ready.wanted);
  std::vector<found_product> found;
  for (std::size_t from = 0; from < skus.size(); from += most_at_once) {
    product_query query;
    for (std::size_t i = from; i < std::min(skus.size(), from + most_at_once); ++i)
      query.seller_skus.push_back(skus[i]);
    for (int page = 0; page < most_pages; ++page) {
      auto answer = co_await tokens_.call<product_page>(
          at.held.ref.shop, [this, query](shop_access access) { return with_.tiktok.search(access, query); });
      if (!answer) co_return std::unexpected(answer.error());
      std::ranges::move(answer->products, std::back_inserter(found));
      query.page_token = answer->next_page_token;
      if (query.page_token.empty()) break;
    }
  }
  std::erase_if(found, [](const found_product& one) { return one.status == listing_status::deleted; });
  co_await with_.db.seen_with(at.held.ref.shop, skus, std::move(found));
  co_return result<void>{};
}

task<void> reconciler::read_back(turn& at) {
  auto seen = co_await look(at);
  if (seen) {
    take_in(at, std::move(*seen));
    co_return;
  }
  not_seen(at, seen.error());
}

void reconciler::not_seen(turn& at, const error& why) {
  if (why.kind != error_kind::fix_data && why.kind != error_kind::needs_human) {
    failed(at, why);
    return;
  }
  auto& state = at.out.state; // Get does not show frozen and deleted products
  state.observed_at = with_.time.now();
  state.hint_at.reset();
  state.status = listing_status::unknown;
  state.raw_status = why.code;
  at.out.notes.push_back({.who = "tiktok", .event = "unreadable", .message = why.text(), .evidence = nullptr});
}

void reconciler::take_in(turn& at, observed_product seen) {
  auto& state = at.out.state;
  const auto before = verdict_text(state);
  state.status = seen.status;
  state.review = seen.review;
  state.raw_status = seen.raw_status;
  state.raw_review = seen.raw_review;
  state.observed = seen.body;
  state.observed_at = with_.time.now();
  state.hint_at.reset();
  // Get may lag behind a switch that was just sent.
  const bool settled = !state.switched_at || *state.switched_at + with_.settings.policy.poll_every <= at.now;
  if (seen.status == listing_status::activate && settled) state.deactivated_by_us = false;
  state.failures = 0;
  state.retry_not_before.reset();
  if (at.out.skus)
    for (auto& link : *at.out.skus)
      for (const auto& sku : seen.skus)
        if (sku.seller_sku == link.seller_sku) link.sku = sku.id;
  if (const auto after = verdict_text(state); after != before)
    at.out.notes.push_back({.who = "tiktok",
                            .event = "status",
                            .message = after,
                            .evidence = boost::json::object{{"listing_id", state.id.text()}, {"before", before}}});
  at.out.platform = review::read_platform(seen);
  judge_review(at, seen);
  compare_live(at, seen);
}

void reconciler::judge_review(turn& at, const observed_product& seen) {
  auto& state = at.out.state;
  const bool rejected = state.review == review_state::failed || state.status == listing_status::failed;
  if (!rejected) {
    if (state.review != review_state::auditing) at.out.review = std::vector<violation>{};
    if (state.review == review_state::approved) end_repairs(at.held, {}, at.out);
    return;
  }
  at.out.review = review::read_rejection(seen.reasons);
  const bool told_before = at.held.state.review == review_state::failed && !at.held.violations.empty();
  if (!told_before) {
    end_repairs(at.held, *at.out.review, at.out);
    for (const auto& one : *at.out.review)
      at.out.notes.push_back(
          {.who = "tiktok",
           .event = "rejected",
           .message = one.position + ": " + one.reason + (one.suggestion.empty() ? "" : " " + one.suggestion),
           .evidence = nullptr});
  }
}

void reconciler::compare_live(turn& at, const observed_product& seen) {
  auto& state = at.out.state;
  if (!at.ready.wanted || !approved_and_live(state)) return;
  const auto wanted = at.ready.wanted->digests();
  const bool adopted = state.accepted.empty();
  if (!adopted) {
    auto facets = differing(wanted, state.accepted);
    std::erase(facets, facet::stock);
    if (!facets.empty()) return; // an edit is owed first
  }
  const auto differences = with_.tiktok.compare(*at.ready.wanted, seen);
  if (differences.empty()) {
    if (adopted) state.accepted = wanted;
    const auto fingerprint = accepted_fingerprint(state.accepted);
    if (state.verified_fingerprint != fingerprint)
      at.out.notes.push_back(
          {.event = "verified", .message = "what is live equals what was sent, field by field", .evidence = nullptr});
    state.verified_fingerprint = fingerprint;
    state.drift_fingerprint.clear();
    state.drift.clear();
    return;
  }
  if (adopted) return; // decide() will owe an edit
  const auto fingerprint = accepted_fingerprint(state.accepted);
  if (state.drift_fingerprint != fingerprint)
    at.out.notes.push_back(
        {.event = "drift",
         .message = "live differs in " + differences.front().field +
                    (differences.size() > 1 ? " and " + std::to_string(differences.size() - 1) + " more" : ""),
         .evidence = drift_json(differences)});
  state.drift_fingerprint = fingerprint;
  state.verified_fingerprint.clear();
  state.drift = drift_json(differences);
}

task<void> reconciler::remediate(turn& at) {
  const auto proposals = preparing_.proposals(at.held, at.setting, at.ready);
  for (const auto& proposal : proposals) {
    int attempt = 1;
    for (const auto& one : at.held.remediations) attempt += one.change.rule == proposal.change.rule ? 1 : 0;
    at.out.remediations.push_back(
        {.id = 0, .change = proposal.change, .attempt = attempt, .because = proposal.because, .outcome = "open"});
    at.out.notes.push_back({.event = "repaired",
                            .message = proposal.change.rule + ": " + proposal.because,
                            .evidence = proposal.change.change});
  }
  co_return;
}

} // namespace listingd::sync
