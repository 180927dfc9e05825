#include "store/resealing.hpp"

#include "store/purposes.hpp"
#include "store/sql.hpp"

#include <algorithm>
#include <array>
#include <spdlog/fmt/fmt.h>
#include <string_view>

namespace listingd::store {

namespace {

/// A sealed column. Its table has the columns id, app and open_id.
struct sealed_column {
  std::string_view table, column, purpose;
};
constexpr std::array sealed_columns = {
    sealed_column{R"("authorization")", "access_token", access_purpose},
    sealed_column{R"("authorization")", "refresh_token", refresh_purpose},
    sealed_column{R"("authorization")", "previous_refresh_token", refresh_purpose},
    sealed_column{"install", "tokens", install_purpose},
};

constexpr std::int64_t batch_size = 100;
constexpr std::size_t most_problems = 10;

struct sealed_row {
  std::int64_t id;
  std::string app, open_id, sealed;
};

/// What a pass over one column came to.
struct pass {
  std::int64_t sealed = 0;
  std::int64_t overtaken = 0; ///< changed between our look and our word
  std::vector<std::string> problems;
};

enum class of { other_keys, every_key };

class worker {
public:
  worker(const std::string& url, const sealer& sealing) : connection_(open_connection(url)), sealing_(sealing) {}

  /// What of a column is damaged.
  void add_damaged(const sealed_column& where, std::vector<std::string>& out) {
    for (std::int64_t last = 0;;) {
      const auto rows = next(where, of::every_key, last);
      for (const auto& row : rows) {
        const auto purpose = purpose_of(where.purpose, row.app, row.open_id);
        if (!damaged(sealing_, row.sealed, purpose)) continue;
        out.push_back(named(where, row, sealing_.open(row.sealed, purpose).error()));
        if (out.size() >= most_problems) return;
      }
      if (std::ssize(rows) < batch_size) return;
      last = rows.back().id;
    }
  }

  /// `told` after each secret that was sealed.
  pass over(const sealed_column& where, const std::function<void()>& told) {
    pass out;
    for (std::int64_t last = 0;;) {
      const auto rows = next(where, of::other_keys, last);
      for (const auto& row : rows) seal_anew(where, row, out, told);
      if (std::ssize(rows) < batch_size) return out;
      last = rows.back().id;
    }
  }

private:
  static std::string named(const sealed_column& where, const sealed_row& row, const error& why) {
    return fmt::format("{} of app {}, seller {}: {}", where.column, row.app, row.open_id, why.message);
  }

  std::vector<sealed_row> next(const sealed_column& where, of keys, std::int64_t last) {
    pqxx::work work(*connection_);
    bound(work);
    const auto found =
        query(work,
              fmt::format(R"(
        select id, app, open_id, {1} from {0}
        where id > $1::bigint and {1} is not null
          and ($4::boolean or substring({1} for octet_length($2::bytea)) <> $2::bytea)
        order by id limit $3::bigint)",
                          where.table, where.column),
              args().number(last).bytes(sealing_.newest() + '\0').number(batch_size).flag(keys == of::every_key));
    std::vector<sealed_row> out;
    for (const auto& row : found) out.push_back({number(row[0]), text(row[1]), text(row[2]), bytes(row[3])});
    return out;
  }

  /// In a transaction of its own: no lock is held for longer than one statement, and none while another is waited for.
  void seal_anew(const sealed_column& where, const sealed_row& row, pass& out, const std::function<void()>& told) {
    const auto purpose = purpose_of(where.purpose, row.app, row.open_id);
    const auto opened = sealing_.open(row.sealed, purpose);
    if (!opened) {
      if (out.problems.size() < most_problems) out.problems.push_back(named(where, row, opened.error()));
      return;
    }
    pqxx::work work(*connection_);
    bound(work);
    const auto done = query(work,
                            fmt::format("update {0} set {1} = $3::bytea where id = $1::bigint and {1} = $2::bytea "
                                        "returning 1",
                                        where.table, where.column),
                            args().number(row.id).bytes(row.sealed).bytes(sealing_.seal(*opened, purpose)));
    work.commit();
    if (done.empty()) {
      ++out.overtaken;
      return;
    }
    ++out.sealed;
    told();
  }

  std::unique_ptr<pqxx::connection> connection_;
  const sealer& sealing_;
};

std::int64_t under_others(const std::string& url, const std::string& newest) {
  std::int64_t out = 0;
  for (const auto& [id, number] : sealed_under(url))
    if (id != newest) out += number;
  return out;
}

} // namespace

std::map<std::string, std::int64_t> sealed_under(const std::string& url) {
  const auto connection = open_connection(url);
  pqxx::work work(*connection);
  bound(work);
  std::map<std::string, std::int64_t> out;
  for (const auto& where : sealed_columns)
    for (const auto& row : query(work, fmt::format(R"(
        select substring({1} for greatest(position('\x00'::bytea in {1}) - 1, 0)), count(*)
        from {0} where {1} is not null group by 1)",
                                                   where.table, where.column))) {
      const auto id = bytes(row[0]);
      out[clean_text(id) == id ? id : ""] += number(row[1]);
    }
  return out;
}

std::vector<std::string> damaged_secrets(const std::string& url, const sealer& sealing) {
  worker at_work(url, sealing);
  std::vector<std::string> out;
  for (const auto& where : sealed_columns)
    if (out.size() < most_problems) at_work.add_damaged(where, out);
  return out;
}

resealing reseal(const std::string& url, const sealer& sealing, const resealing_progress& progress, int passes) {
  const auto all = under_others(url, sealing.newest());
  resealing out;
  worker at_work(url, sealing);
  const auto told = [&] { progress(++out.sealed, std::max(all, out.sealed)); };
  for (int round = 0; round < passes; ++round) {
    pass sum;
    for (const auto& where : sealed_columns) {
      auto one = at_work.over(where, told);
      sum.sealed += one.sealed;
      sum.overtaken += one.overtaken;
      sum.problems.insert(sum.problems.end(), one.problems.begin(), one.problems.end());
    }
    out.problems = std::move(sum.problems);
    if (sum.sealed + sum.overtaken == 0) break;
  }
  out.left = under_others(url, sealing.newest());
  return out;
}

} // namespace listingd::store
