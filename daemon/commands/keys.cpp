// `listingd keys`: which master keys the stored secrets need, a new key for the old ones, everything sealed anew under
// it while daemons serve, and what a lost key has sealed given up.
#include "commands/commands.hpp"

#include "config/master_key_file.hpp"
#include "log/log.hpp"
#include "mapping/nearest.hpp"
#include "master_keys.hpp"
#include "model/json.hpp"
#include "model/printable.hpp"
#include "store/forgetting.hpp"
#include "store/migrations.hpp"
#include "store/resealing.hpp"

#include <algorithm>
#include <iostream>
#include <unistd.h>

namespace listingd::commands {

namespace {

int refused(const std::string& why) {
  std::cerr << "listingd: " << why << '\n';
  return failed;
}

/// One key and how many stored secrets it has sealed.
struct key_use {
  std::string id; ///< "" for what is too damaged to tell
  bool in_file = false;
  std::int64_t secrets = 0;
};

/// The keys of the file, newest first; then those that are needed and not there.
std::vector<key_use> uses_of(const config::settings& settings) {
  auto sealed = store::sealed_under(settings.database_url);
  std::vector<key_use> out;
  for (const auto& [id, bytes] : settings.master_keys) {
    out.push_back({.id = id, .in_file = true, .secrets = sealed[id]});
    sealed.erase(id);
  }
  for (const auto& [id, number] : sealed) out.push_back({.id = id, .in_file = false, .secrets = number});
  return out;
}

std::string note_on(const key_use& key, bool newest) {
  if (key.id.empty()) return "too damaged to tell the key; to give them up: listingd keys forget --damaged";
  if (!key.in_file)
    return "missing: put its line back into the master key file; when it is lost: listingd keys forget " + key.id;
  if (newest) return "the newest: seals";
  return key.secrets == 0 ? "no stored secret needs it" : "until everything is sealed anew: listingd keys reseal";
}

/// The ids that stored secrets need and the file lacks.
std::vector<std::string> missing_among(const std::vector<key_use>& keys) {
  std::vector<std::string> out;
  for (const auto& key : keys)
    if (!key.in_file && !key.id.empty()) out.push_back("'" + key.id + "'");
  return out;
}

std::string missing_text(const config::settings& settings, const std::vector<std::string>& missing) {
  return "stored secrets need master key " + mapping::joined(missing) + ", which " + settings.master_key_file.string() +
         " lacks: put the line back, or, when it is lost for good, run: listingd keys forget " +
         (missing.size() == 1 ? missing.front() : "ID");
}

int list(const config::settings& settings, const options& asked) {
  const auto keys = uses_of(settings);
  json::array out;
  std::vector<std::vector<std::string>> rows;
  for (const auto& key : keys) {
    const bool newest = &key == keys.data();
    out.push_back(json::object{{"key", key.id.empty() ? json::value(nullptr) : json::value(key.id)},
                               {"newest", newest},
                               {"in_file", key.in_file},
                               {"secrets", key.secrets}});
    rows.push_back({key.id.empty() ? "?" : key.id, std::to_string(key.secrets), note_on(key, newest)});
  }
  if (asked.json)
    print_json(out);
  else
    print_table({"KEY", "SECRETS", "NOTE"}, rows);
  const auto damaged = store::damaged_secrets(settings.database_url, *make_sealer(settings, log::writer()));
  for (const auto& problem : damaged) std::cerr << printable(problem) << '\n';
  if (const auto missing = missing_among(keys); !missing.empty()) return refused(missing_text(settings, missing));
  if (damaged.empty()) return done;
  return refused("these secrets are damaged; to give them up, run: listingd keys forget --damaged");
}

/// A running daemon takes the newest key first: it would fail to open what is sealed under one that it cannot read.
result<void> daemon_takes(const config::settings& settings, const std::string& newest) {
  const auto answer = ask_daemon(settings, "/api/keys/reread", json::object{});
  if (!answer && answer.error().code == "daemon_silent") return {};
  if (!answer) return bad_data("", "", "the running daemon has not taken the keys: " + answer.error().text());
  const auto theirs = text_at(*answer, "newest");
  if (theirs != newest)
    return bad_data("", "",
                    "the running daemon seals with master key '" + theirs + "' and not with '" + newest +
                        "': it reads another file, or a systemd credential as it was at its start; restart it");
  std::cout << "the running daemon seals with " << newest << '\n';
  return {};
}

store::resealing_progress shown_to_a_person() {
  if (isatty(STDERR_FILENO) == 0) return [](std::int64_t, std::int64_t) {};
  return [](std::int64_t number, std::int64_t all) {
    std::cerr << "\r\033[K" << number << '/' << all << " sealed anew" << (number == all ? "\n" : "") << std::flush;
  };
}

/// What became of it, and what to do about it.
int told(const config::settings& settings, const std::string& newest, const store::resealing& outcome) {
  std::cout << counted(static_cast<std::size_t>(outcome.sealed), "secret") << " sealed anew under " << newest << '\n';
  if (outcome.left > 0) {
    for (const auto& problem : outcome.problems) std::cerr << problem << '\n';
    return refused(
        counted(static_cast<std::size_t>(outcome.left), "secret") +
        " left under other keys; keep those (listingd keys shows them)" +
        (outcome.problems.empty() ? ", have every daemon reread its keys (SIGHUP) and run: listingd keys reseal" : ""));
  }
  std::vector<std::string> older;
  for (const auto& [id, bytes] : settings.master_keys)
    if (id != newest) older.push_back(id);
  if (!older.empty())
    std::cout << "nothing in the database needs an older key; remove " << mapping::joined(older) << " from "
              << settings.master_key_file.string() << " when no backup of the database needs "
              << (older.size() == 1 ? "it" : "them") << '\n';
  return done;
}

int reseal(const config::settings& settings) {
  const auto sealing = make_sealer(settings, log::writer());
  const auto newest = sealing->newest();
  if (const auto taken = daemon_takes(settings, newest); !taken)
    return refused(taken.error().text() + "; then run: listingd keys reseal");
  return told(settings, newest, store::reseal(settings.database_url, *sealing, shown_to_a_person()));
}

int rotate(config::settings settings) {
  const auto& file = settings.master_key_file;
  const auto keys = uses_of(settings);
  if (const auto missing = missing_among(keys); !missing.empty()) return refused(missing_text(settings, missing));
  std::set<std::string> taken;
  for (const auto& key : keys) taken.insert(key.id);
  const auto id = config::add_master_key(file, taken, system_clock().now());
  if (!id)
    return refused(id.error() + "; put a line id:$(openssl rand -base64 32) first in it by hand, then run: "
                                "listingd keys reseal");
  std::cout << "master key " << *id << " made; it stands first in " << file.string() << '\n';
  auto fresh = config::load_master_keys(file);
  if (!fresh) return refused(fresh.error());
  settings.master_keys = std::move(*fresh);
  return reseal(settings);
}

/// False when it was not meant; a person is asked, a script has said it.
bool meant(const options& asked, const store::given_up& lost) {
  std::cerr << counted(static_cast<std::size_t>(lost.secrets), "stored secret") << " will be given up for good.\n";
  for (const auto& one : lost.sellers) std::cerr << "  " << printable(one) << " must consent again\n";
  for (const auto& one : lost.installs) std::cerr << "  the install of " << printable(one) << " is forgotten\n";
  if (asked.yes) return true;
  if (isatty(STDIN_FILENO) == 0) {
    refused("this cannot be undone: say --yes");
    return false;
  }
  std::cerr << "This cannot be undone. Type yes: " << std::flush;
  std::string answer;
  return std::getline(std::cin, answer) && answer == "yes";
}

int forget(const config::settings& settings, const options& asked) {
  if (asked.key.empty() && !asked.damaged) {
    refused("name the key that is lost (listingd keys shows them), or say --damaged");
    return misused;
  }
  const auto held = [&](const auto& key) { return key.first == asked.key; };
  if (std::ranges::any_of(settings.master_keys, held))
    return refused("master key '" + asked.key + "' is in " + settings.master_key_file.string() +
                   ": what it has sealed opens; to have it under the newest key, run: listingd keys reseal");
  const auto sealing = make_sealer(settings, log::writer());
  const store::lost_secrets which{.key = asked.key, .damaged = asked.damaged};
  const auto lost = store::find_lost(settings.database_url, *sealing, which);
  if (lost.secrets == 0)
    return refused(asked.key.empty() ? "no stored secret is damaged"
                                     : "no stored secret is sealed under master key '" + asked.key + "'" +
                                           (asked.damaged ? ", and none is damaged" : ""));
  if (!meant(asked, lost)) return isatty(STDIN_FILENO) == 0 ? misused : failed;
  const auto gone = store::forget(settings.database_url, *sealing, which, system_clock().now());
  std::cout << counted(static_cast<std::size_t>(gone.secrets), "secret") << " given up; "
            << counted(gone.sellers.size(), "seller")
            << " must consent again (listingd shops shows who; listingd connect prints the link)\n";
  return done;
}

} // namespace

int keys(const config::settings& settings, const options& asked) {
  if (asked.keys == key_action::rotate && settings.master_key_is_credential)
    return refused("the master key is a systemd credential, which is copied when the service starts: put a line "
                   "id:$(openssl rand -base64 32) first in its source, restart the service, then run: listingd keys "
                   "reseal");
  if (asked.json && asked.keys != key_action::list) {
    refused("--json is for keys alone");
    return misused;
  }
  if (settings.master_keys.empty()) {
    refused("there is no master key to work with before the mistakes of [secrets] are mended");
    return misused;
  }
  if (const auto good = store::check_schema(settings.database_url, store::embedded_migrations()); !good)
    return refused(good.error().text());
  switch (asked.keys) {
  case key_action::list:
    return list(settings, asked);
  case key_action::rotate:
    return rotate(settings);
  case key_action::reseal:
    return reseal(settings);
  case key_action::forget:
    return forget(settings, asked);
  }
  return misused;
}

} // namespace listingd::commands
