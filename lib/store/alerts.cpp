// Alerts: what a person was told, each once while it is open.
#include "store/postgres_store.hpp"

#include <algorithm>

namespace listingd::store {

int close_alerts_about(pqxx::work& work, alert_kind kind, const std::string& subject, instant now) {
  return static_cast<int>(query(work, R"(
      update alert set closed_at = from_ms($3) where kind = $1 and subject = $2 and closed_at is null returning 1)",
                                args().text(name_of(kind)).text(subject).at(now))
                              .size());
}

namespace {

alert read_alert(const pqxx::row& row, alert_kind kind) {
  return {.kind = kind,
          .subject = text(row["subject"]),
          .level = static_cast<int>(number(row["level"])),
          .critical = text(row["severity"]) == "critical",
          .message = text(row["message"]),
          .fix = text(row["fix"])};
}

/// False when it was open already.
bool open_alert(pqxx::work& work, const alert& what, instant now) {
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
}

bool same(const alert& a, const alert& b) {
  return a.kind == b.kind && a.subject == b.subject && a.level == b.level;
}

} // namespace

task<bool> postgres_store::raise(alert what, instant now) {
  co_return co_await database_.transact([=](pqxx::work& work) { return open_alert(work, what, now); });
}

task<alert_changes> postgres_store::keep_alerts(std::vector<alert_kind> kinds, std::vector<alert> wanted, instant now) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    alert_changes out;
    std::vector<std::string> names;
    for (const auto kind : kinds) names.emplace_back(name_of(kind));
    for (const auto& row : query(work, R"(
        select * from alert where kind = any($1::text[]) and closed_at is null order by id)",
                                 args().list(names))) {
      const auto open = read_alert(row, alert_kind_from(text(row["kind"])).value_or(alert_kind::needs_reauth));
      if (std::ranges::any_of(wanted, [&](const alert& one) { return same(one, open); })) continue;
      query(work, "update alert set closed_at = from_ms($2) where id = $1::bigint and closed_at is null",
            args().number(number(row["id"])).at(now));
      out.closed.push_back(open);
    }
    for (const auto& one : wanted)
      if (open_alert(work, one, now)) out.opened.push_back(one);
    return out;
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
      static_cast<alert&>(one) = read_alert(row, *kind);
      one.id = number(row["id"]);
      one.opened_at = when(row["opened_ms"]).value_or(instant{});
      one.closed_at = when(row["closed_ms"]);
      out.push_back(std::move(one));
    }
    return out;
  });
}

} // namespace listingd::store
