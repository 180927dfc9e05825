// listingd: reads the command line, loads the configuration, runs one command.
#include "commands/commands.hpp"
#include "config/load.hpp"
#include "given_code.hpp"
#include "log/log.hpp"
#include "log/redact.hpp"
#include "mapping/nearest.hpp"
#include "process.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <optional>
#include <unistd.h>

namespace {

namespace commands = listingd::commands;
using commands::options;
using command = int (*)(const listingd::config::settings&, const options&);

/// How much of the configuration must be right before a command begins.
enum class needs { database, everything };

struct command_line {
  CLI::App app{"Keeps TikTok Shop listings in step with a PIM.", "listingd"};
  options asked;
  command chosen = nullptr;
  needs need = needs::database;

  command_line() {
    app.require_subcommand(1);
    app.set_version_flag("--version", "listingd " LISTINGD_VERSION);
    configured(&app);
    app.add_flag("--json", asked.json)->group(""); // hidden: they belong to commands, and may stand before them too
    app.add_option("--shop", asked.shop)->group("");
    app.add_option("--product", asked.product)->group("");
  }

  void configured(CLI::App* sub) {
    sub->add_option("--config", asked.config, "configuration file")->capture_default_str();
  }

  CLI::App* add(const std::string& name, const std::string& about, command run, needs much = needs::database) {
    auto* sub = app.add_subcommand(name, about);
    configured(sub);
    sub->callback([this, run, much] {
      chosen = run;
      need = much;
    });
    return sub;
  }
};

void describe_keys(command_line& line) {
  auto& asked = line.asked;
  auto* keys = line.add("keys", "master keys, and how many stored secrets each has sealed", commands::keys);
  keys->add_flag("--json", asked.json, "for machines");
  const auto action = [&](const std::string& name, const std::string& about, commands::key_action what) {
    auto* sub = keys->add_subcommand(name, about);
    line.configured(sub);
    sub->callback([&asked, what] { asked.keys = what; });
    return sub;
  };
  action("rotate", "make a new master key and seal every stored secret anew under it, while daemons serve",
         commands::key_action::rotate);
  action("reseal", "seal every stored secret anew under the newest key of the file", commands::key_action::reseal);
  auto* forget = action("forget", "give up what a lost master key has sealed; its sellers must consent again",
                        commands::key_action::forget);
  forget->add_option("key", asked.key, "the id of the lost key");
  forget->add_flag("--damaged", asked.damaged, "stored secrets that are damaged, too");
  forget->add_flag("--yes", asked.yes, "do not ask");
}

void describe_actions(command_line& line) {
  auto& asked = line.asked;
  line.add("serve", "run the daemon", commands::serve, needs::everything);
  line.add("migrate", "bring the database to this version's schema", commands::migrate);
  line.add("check", "say everything that is wrong with the configuration", commands::check, needs::everything)
      ->add_flag("--reference", asked.reference, "print every key there is, instead");
  auto* connect = line.add("connect", "print the link by which a seller consents", commands::connect);
  connect->add_option("--app", asked.app, "which [[app]]");
  connect->add_option("--market", asked.market, "the app of this market")->check(CLI::IsMember({"us", "row"}));
  connect->add_option("--confirm", asked.confirm, "connect this install from TikTok's App Store");
  connect->add_option("--decline", asked.decline, "forget this install from TikTok's App Store");
  connect->add_flag("--json", asked.json, "for machines, with --code and --confirm");
  connect->add_option("--code", asked.code,
                      "the code, or the address that the browser was sent to; - reads it from standard input, away "
                      "from the process list");
  auto* sync = line.add("sync", "read a source now", commands::sync);
  sync->add_option("--source", asked.source, "which [[source]] (all when left out)");
  sync->add_flag("--full", asked.full, "from the beginning, beside the changes");
  sync->add_flag("--wait", asked.wait, "follow a full reading to its end");
  sync->add_option("--product", asked.product, "only this product, by its key in the PIM");
  auto* requeue = line.add("requeue", "put a product's listings back to work", commands::requeue);
  requeue->add_option("product", asked.product, "the product's key in the PIM")->required();
  requeue->add_option("--shop", asked.shop, "only in this shop");
  describe_keys(line);
}

void describe_reports(command_line& line) {
  auto& asked = line.asked;
  const auto reporting = [&](CLI::App* sub) {
    sub->add_flag("--json", asked.json, "for machines");
    sub->add_option("--shop", asked.shop, "only this shop");
    return sub;
  };
  reporting(line.add("shops", "connected shops and their consents", commands::shops));
  auto* sources = line.add("sources", "where each source stands, and what was put aside", commands::sources);
  sources->add_flag("--json", asked.json, "for machines");
  sources->add_option("--source", asked.source, "only this source");
  auto* alerts = line.add("alerts", "what waits for a person", commands::alerts);
  alerts->add_flag("--json", asked.json, "for machines");
  alerts->add_flag("--all", asked.all, "settled ones too");
  reporting(line.add("status", "every listing's state", commands::status))
      ->add_option("--product", asked.product, "only this product");
  auto* violations = reporting(line.add("violations", "what blocks, and the fix", commands::violations));
  violations->add_option("--product", asked.product, "only this product");
  violations->add_flag("--all", asked.all, "closed ones too");
  reporting(line.add("remediations", "what rules have repaired", commands::remediations))
      ->add_option("--product", asked.product, "only this product");
  reporting(line.add("why", "the causal chain of a product", commands::why))
      ->add_option("product", asked.product, "the product's key in the PIM")
      ->required();
  auto* plan = reporting(line.add("plan", "what would be sent, as a field diff; writes nothing", commands::plan));
  plan->add_option("--product", asked.product, "only this product");
  plan->add_flag("--all", asked.all, "every product");
  auto* watch = line.add("watch", "events as they happen", commands::watch);
  watch->add_flag("--until-settled", asked.until_settled, "end when every listing is at rest");
  watch->add_option("--expect", asked.expect, "listings that must be known before it may end");
  watch->add_option_function<int>(
      "--timeout", [&asked](int seconds) { asked.timeout = std::chrono::seconds{seconds}; },
      "seconds after which it fails");
}

std::vector<std::string> names_of_commands(command_line& line) {
  std::vector<std::string> out;
  for (const auto* sub : line.app.get_subcommands({})) out.push_back(sub->get_name());
  return out;
}

/// What CLI11 says of a command line that it does not take; an unknown command is named with the nearest ones.
int misunderstood(command_line& line, const CLI::ParseError& problem) {
  if (problem.get_exit_code() == 0) return line.app.exit(problem); // --help, --version
  if (!line.app.get_subcommands().empty()) {
    line.app.exit(problem);
    return commands::misused;
  }
  const auto names = names_of_commands(line);
  const auto rest = line.app.remaining();
  const auto word = std::ranges::find_if(rest, [](const std::string& one) { return !one.starts_with('-'); });
  if (word == rest.end() && !rest.empty()) {
    line.app.exit(problem);
    return commands::misused;
  }
  if (word == rest.end())
    std::cerr << "listingd: name a command: " << listingd::mapping::joined(names) << '\n';
  else
    std::cerr << "listingd: there is no command '" << *word << "'; the nearest are "
              << listingd::mapping::joined(listingd::mapping::nearest(*word, names, 3)) << '\n';
  std::cerr << "See listingd --help.\n";
  return commands::misused;
}

/// An option that stood before a command which does not have it.
std::optional<std::string> misplaced_option(const command_line& line) {
  const auto* sub = line.app.get_subcommands().front();
  for (const auto* name : {"--json", "--shop", "--product"})
    if (line.app.count(name) > 0 && sub->get_option_no_throw(name) == nullptr)
      return "listingd: " + sub->get_name() + " takes no " + name;
  return std::nullopt;
}

/// The settings, as far as the command needs them; what is wrong goes to stderr either way.
std::optional<listingd::config::settings> settings_for(const command_line& line) {
  if (line.asked.reference) return listingd::config::settings{};
  auto read = listingd::config::read_config(line.asked.config);
  const bool enough = line.need == needs::database && !read.found.database_url.empty();
  for (const auto& mistake : read.mistakes) std::cerr << (enough ? "warning: " : "") << mistake.text() << '\n';
  if (read.mistakes.empty() || enough) return std::move(read.found);
  std::cerr << commands::counted(read.mistakes.size(), "mistake") << '\n';
  return std::nullopt;
}

/// The code of `connect`, taken from where it stands; false, said on stderr, when there is none.
bool code_taken(options& asked) {
  if (asked.code.empty()) return true;
  if (asked.code == "-" && isatty(STDIN_FILENO) != 0)
    std::cerr << "Paste the code, or the address that the browser was sent to:\n";
  auto given = listingd::take_code(std::move(asked.code), std::cin);
  if (!given) {
    std::cerr << "listingd: " << given.error() << '\n';
    return false;
  }
  asked.code = std::move(given->code);
  asked.state = std::move(given->state);
  asked.app_key = std::move(given->app_key);
  return true;
}

int run(const command_line& line) {
  const auto settings = settings_for(line);
  if (!settings) return commands::misused;
  listingd::log::start(settings->log_level, settings->log_format);
  return line.chosen(*settings, line.asked);
}

} // namespace

int main(int argc, char** argv) {
  listingd::keep_memory_private();
  command_line line;
  describe_actions(line);
  describe_reports(line);
  try {
    line.app.parse(argc, argv);
    listingd::hide_argument(argc, argv, line.asked.code);
  } catch (const CLI::ParseError& problem) {
    return misunderstood(line, problem);
  }
  if (const auto problem = misplaced_option(line)) {
    std::cerr << *problem << '\n';
    return commands::misused;
  }
  if (!code_taken(line.asked)) return commands::misused;
  try {
    return run(line);
  } catch (const std::exception& problem) {
    std::cerr << "listingd: " << listingd::log::redacted(problem.what()) << '\n';
    return commands::failed;
  }
}
