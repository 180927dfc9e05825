#include "store/forgetting.hpp"

#include "store/postgres_store.hpp"

#include <optional>
#include <spdlog/fmt/fmt.h>

namespace listingd::store {

namespace {

class search {
public:
  /// Without `now` nothing is changed.
  search(const std::string& url, const sealer& sealing, const lost_secrets& which, std::optional<instant> now)
      : connection_(open_connection(url)), sealing_(sealing), which_(which), now_(now) {}

  given_up run() {
    given_up out;
    for (const auto id : ids(R"("authorization")")) alone([&](pqxx::work& work) { authorization(work, id, out); });
    for (const auto id : ids("install")) alone([&](pqxx::work& work) { install(work, id, out); });
    return out;
  }

private:
  std::vector<std::int64_t> ids(const std::string& table) {
    pqxx::work work(*connection_);
    bound(work);
    std::vector<std::int64_t> out;
    for (const auto& row : query(work, "select id from " + table + " order by id")) out.push_back(number(row[0]));
    return out;
  }

  /// In a transaction of its own: a daemon waits for one row and no longer.
  template <class Look>
  void alone(Look look) {
    pqxx::work work(*connection_);
    bound(work);
    look(work);
    if (now_) work.commit();
  }

  /// Why what the column holds is lost; nothing when it is not.
  [[nodiscard]] std::string why(const pqxx::row& row, const char* column, std::string_view what) const {
    if (row[column].is_null()) return "";
    const auto sealed = bytes(row[column]);
    if (!which_.key.empty() && key_id_of(sealed) == which_.key)
      return fmt::format("master key '{}', which the tokens were sealed under, is lost", which_.key);
    const bool broken =
        which_.damaged && damaged(sealing_, sealed, purpose_of(what, text(row["app"]), text(row["open_id"])));
    return broken ? "the stored tokens are damaged" : "";
  }

  void authorization(pqxx::work& work, std::int64_t id, given_up& out) const {
    const auto rows =
        query(work, R"(select * from "authorization" where id = $1::bigint for update)", args().number(id));
    if (rows.empty()) return;
    const auto access = why(rows[0], "access_token", access_purpose);
    const auto refresh = why(rows[0], "refresh_token", refresh_purpose);
    const auto previous = why(rows[0], "previous_refresh_token", refresh_purpose);
    for (const auto* one : {&access, &refresh, &previous}) out.secrets += one->empty() ? 0 : 1;
    if (!access.empty() || !refresh.empty()) {
      out.sellers.push_back(seller_of(rows[0]));
      if (now_) end(work, rows[0], access.empty() ? refresh : access);
    } else if (!previous.empty() && now_) {
      query(work, R"(update "authorization" set previous_refresh_token = null where id = $1::bigint)",
            args().number(id));
    }
  }

  void end(pqxx::work& work, const pqxx::row& row, const std::string& reason) const {
    const auto app = text(row["app"]), open_id = text(row["open_id"]);
    const auto none = [&](std::string_view what) { return sealing_.seal(secret(), purpose_of(what, app, open_id)); };
    query(work, R"(
        update "authorization" set state = 'needs_reauth', state_reason = $2, lost_by_refresh = false,
          access_token = $3::bytea, refresh_token = $4::bytea, previous_refresh_token = null, fence = fence + 1,
          committed_fence = fence + 1, pair_proven = false, lease_token = null, lease_until = null, updated_at = now()
        where id = $1::bigint)",
          args().number(number(row["id"])).text(reason).bytes(none(access_purpose)).bytes(none(refresh_purpose)));
    std::vector<shop_id> shops;
    for (const auto& one :
         query(work, "select id from shop where authorization_id = $1::bigint", args().number(number(row["id"]))))
      shops.emplace_back(text(one[0]));
    wake_shops(work, shops, *now_);
  }

  void install(pqxx::work& work, std::int64_t id, given_up& out) const {
    const auto rows = query(work, "select * from install where id = $1::bigint for update", args().number(id));
    if (rows.empty() || why(rows[0], "tokens", install_purpose).empty()) return;
    ++out.secrets;
    out.installs.push_back(seller_of(rows[0]));
    if (!now_) return;
    query(work, "delete from install where id = $1::bigint", args().number(id));
    close_alerts_about(work, alert_kind::install_waits, "install " + std::to_string(id), *now_);
  }

  static std::string seller_of(const pqxx::row& row) {
    const auto name = text(row["seller_name"]);
    return fmt::format("{} (app {})", name.empty() ? text(row["open_id"]) : name, text(row["app"]));
  }

  std::unique_ptr<pqxx::connection> connection_;
  const sealer& sealing_;
  const lost_secrets& which_;
  std::optional<instant> now_;
};

} // namespace

given_up find_lost(const std::string& url, const sealer& sealing, const lost_secrets& which) {
  return search(url, sealing, which, std::nullopt).run();
}

given_up forget(const std::string& url, const sealer& sealing, const lost_secrets& which, instant now) {
  return search(url, sealing, which, now).run();
}

} // namespace listingd::store
