// Pictures and documents of drafts: fetched through the source, known by content, judged, corrected and uploaded once.
// Originals lie under [media] directory by hash; the directory can be lost and is filled again. A file is looked at
// every time, a URL once a day; while the source cannot be reached, what is known stands.
#pragma once

#include "model/draft.hpp"
#include "sync/token_keeper.hpp"

namespace listingd::sync {

/// The draft's media after preparing: what blocks, and whether everything is at TikTok already.
struct media_state {
  std::vector<violation> violations;
  bool uploaded = true;
  int smallest_short_side = 0; ///< pixels, of the main images' originals; 0 when there are none
};

class media_cabinet {
public:
  media_cabinet(services& with, token_keeper& tokens) : with_(with), tokens_(tokens) {}

  /// Fills in hash, operations and known uri of every medium of the draft. Refused only when something may work later
  /// (kind retry); what a person must mend comes as violations.
  task<result<media_state>> prepare(const listing_ref& about, const shop_setting& setting, std::string region,
                                    const std::vector<repair>& repairs, draft& wanted);

  /// Uploads the first medium without uri whose content the shop does not have yet, and fills in what others have
  /// uploaded since prepare(); true when there was one.
  task<result<bool>> upload_next(const listing_ref& about, draft& wanted);

private:
  /// Hash of the original behind a reference.
  task<result<std::string>> original_of(const listing_ref& about, std::string ref);
  task<std::string> keep(source_name from, std::string ref, fetched_media fetched);
  task<bool> holds(std::string sha256);
  /// Whether what is known of a URL stands without asking: it is fresh, or its host did not answer just now.
  [[nodiscard]] bool stands(const stored_media& known, const std::string& url) const;
  void give_up_for_now(const std::string& ref, const error& why);
  task<result<image_facts>> facts_of(std::string sha256, std::string ref);
  [[nodiscard]] std::filesystem::path path_of(const std::string& sha256) const;
  services& with_;
  token_keeper& tokens_;
  std::map<std::string, instant> silent_; ///< hosts of URLs that did not answer, and until when they are left alone
};

} // namespace listingd::sync
