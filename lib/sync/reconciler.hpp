// The controller: leases a due listing, gathers the facts, decides the one next step, performs it, records the outcome.
// There is no other way to act on TikTok.
#pragma once

#include "review/refusal.hpp"
#include "sync/preparation.hpp"

namespace listingd::sync {

class reconciler {
public:
  reconciler(services& with, token_keeper& tokens, preparation& preparing, media_cabinet& media)
      : with_(with), tokens_(tokens), preparing_(preparing), media_(media) {}

  /// One worker: takes due listings until the daemon stops. Several may run.
  task<void> run();

  /// Leases and advances one due listing by one step; false when none is due. For workers and tests.
  task<bool> advance_one();

private:
  /// A step in the making: what is known, and what will be recorded.
  struct turn {
    claimed_listing held;
    connected_shop shop;
    shop_setting setting; ///< its own copy: a SIGHUP may replace the list
    prepared ready;
    review::step step;
    step_outcome out;
    instant now{};
  };

  task<std::vector<shop_id>> active_shops();
  task<void> advance(claimed_listing held);
  task<void> take_step(turn& at);
  /// What the shop holds under this draft's seller_skus, asked now: the adopt scan was one look, perhaps long ago.
  task<result<void>> ask_for_skus(const turn& at);
  task<void> perform(turn& at);
  task<void> settle(turn& at);

  // one function a kind of step
  task<void> rest(turn& at);
  task<void> upload_media(turn& at);
  task<void> adopt(turn& at);
  task<void> create(turn& at);
  task<void> edit(turn& at);
  task<void> set_offers(turn& at, write_kind kind);
  task<void> switch_live(turn& at, write_kind kind);
  task<void> resolve_uncertain(turn& at);
  task<void> read_back(turn& at);
  task<void> remediate(turn& at);

  /// Intent, call, answer. `wanted` is what will count as accepted.
  task<void> submit(turn& at, write_request request, facet_digests wanted, std::string id);
  task<void> answered(turn& at, write_kind kind, const facet_digests& wanted, const std::string& id,
                      result<write_answer> answer);
  /// TikTok did not take a write (or listing_check): a quota, a refusal of the content, or trouble.
  task<void> not_taken(turn& at, write_kind kind, const error& why);
  task<void> refused(turn& at, const error& why);
  /// TikTok does not know pictures that it has taken: all are uploaded again, once. False when they were.
  task<bool> upload_again(turn& at, std::string why);
  void failed(turn& at, const error& why);
  [[nodiscard]] review::advice_source advice() const {
    return [this](std::string_view code) { return with_.tiktok.advice(code); };
  }
  task<result<observed_product>> look(const turn& at);
  /// Get Product failed: later again, or a product that cannot be read any more.
  void not_seen(turn& at, const error& why);
  void take_in(turn& at, observed_product seen);
  void judge_review(turn& at, const observed_product& seen);
  void compare_live(turn& at, const observed_product& seen);

  services& with_;
  token_keeper& tokens_;
  preparation& preparing_;
  media_cabinet& media_;
};

} // namespace listingd::sync
