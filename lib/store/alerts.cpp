// Alerts: what a person was told, each once while it is open.
#include "store/postgres_store.hpp"

namespace listingd::store {

int close_alerts_about(pqxx::work& work, alert_kind kind, const std::string& subject, instant now) {
  return static_cast<int>(query(work, R"(
      update alert set closed_at = from_ms($3) where kind = $1 and subject = $2 and closed_at is null returning 1)",
                                args().text(name_of(kind)).text(subject).at(now))
                              .size());
}

task<bool> postgres_store::raise(alert what, instant now) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    return !query(work, R"(
        insert into alert (kind, subject, level, severity, message, fix, opened_at)
        values ($1, $2, $3::int, $4, $5, $6, from_ms($7))
        on conflict (kind, subject, level) where closed_at is null do nothing returning 1)",
                  args()
                      .text(name_of(what.kind))
                      .text(what.subject)
                      .number(what.level)
                      .text(what.critical ? "critical" : "warning")
                      .text(what.message)
                      .text(what.fix)
                      .at(now))
                .empty();
  });
}

task<int> postgres_store::close_alerts(alert_kind kind, std::string subject, instant now) {
  co_return co_await database_.transact([=](pqxx::work& work) { return close_alerts_about(work, kind, subject, now); });
}

task<std::vector<stored_alert>> postgres_store::alerts(bool closed_too) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    std::vector<stored_alert> out;
    for (const auto& row : query(work, R"(
        select *, ms(opened_at) as opened_ms, ms(closed_at) as closed_ms from alert
        where $1::boolean or closed_at is null order by opened_at, id)",
                                 args().flag(closed_too))) {
      const auto kind = alert_kind_from(text(row["kind"]));
      if (!kind) continue; // of a later version
      stored_alert one;
      one.kind = *kind;
      one.subject = text(row["subject"]);
      one.level = static_cast<int>(number(row["level"]));
      one.critical = text(row["severity"]) == "critical";
      one.message = text(row["message"]);
      one.fix = text(row["fix"]);
      one.id = number(row["id"]);
      one.opened_at = when(row["opened_ms"]).value_or(instant{});
      one.closed_at = when(row["closed_ms"]);
      out.push_back(std::move(one));
    }
    return out;
  });
}

} // namespace listingd::store
