// listingd: reads the command line, loads the configuration, runs one command.
#include "commands/commands.hpp"
#include "config/load.hpp"
#include "log/log.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <functional>
#include <iostream>

namespace {

using listingd::commands::options;
using command = std::function<int(listingd::config::settings)>;

struct command_line {
  CLI::App app{"Keeps TikTok Shop listings in step with a PIM.", "listingd"};
  options asked;
  command chosen;

  CLI::App* add(const std::string& name, const std::string& about,
                int (*run)(const listingd::config::settings&, const options&)) {
    auto* sub = app.add_subcommand(name, about);
    sub->add_option("--config", asked.config, "configuration file")->capture_default_str();
    sub->callback([this, run] {
      chosen = [this, run](const listingd::config::settings& settings) { return run(settings, asked); };
    });
    return sub;
  }
};

void describe_actions(command_line& line) {
  auto& asked = line.asked;
  namespace commands = listingd::commands;
  auto* serve = line.app.add_subcommand("serve", "run the daemon");
  serve->add_option("--config", asked.config, "configuration file")->capture_default_str();
  serve->callback([&line] {
    line.chosen = [](listingd::config::settings settings) { return commands::serve(std::move(settings)); };
  });
  line.add("migrate", "bring the database to this version's schema", commands::migrate);
  line.add("check", "say everything that is wrong with the configuration", commands::check);
  auto* connect = line.add("connect", "print the link by which a seller consents", commands::connect);
  connect->add_option("--app", asked.app, "which [[app]]");
  connect->add_option("--code", asked.code, "the code from the redirect, for machines without a browser");
  auto* sync = line.add("sync", "read a source now", commands::sync);
  sync->add_option("--source", asked.source, "which [[source]] (all when left out)");
  sync->add_flag("--full", asked.full, "from the beginning");
  auto* requeue = line.add("requeue", "put a product's listings back to work", commands::requeue);
  requeue->add_option("product", asked.product, "the product's key in the PIM")->required();
  requeue->add_option("--shop", asked.shop, "only in this shop");
}

void describe_reports(command_line& line) {
  auto& asked = line.asked;
  namespace commands = listingd::commands;
  const auto reporting = [&](CLI::App* sub) {
    sub->add_flag("--json", asked.json, "for machines");
    sub->add_option("--shop", asked.shop, "only this shop");
    return sub;
  };
  reporting(line.add("shops", "connected shops and their consents", commands::shops));
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

int run(const command_line& line) {
  auto settings = listingd::config::load_config(line.asked.config);
  if (!settings) {
    for (const auto& mistake : settings.error()) std::cerr << mistake.text() << '\n';
    std::cerr << settings.error().size() << (settings.error().size() == 1 ? " mistake\n" : " mistakes\n");
    return listingd::commands::misused;
  }
  if (const char* url = std::getenv("LISTINGD_DATABASE_URL"))
    settings->database_url = url; // NOLINT(concurrency-mt-unsafe)
  listingd::log::start(settings->log_level, settings->log_format);
  return line.chosen(std::move(*settings));
}

} // namespace

int main(int argc, char** argv) {
  command_line line;
  line.app.require_subcommand(1);
  describe_actions(line);
  describe_reports(line);
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return line.app.exit(problem) == 0 ? listingd::commands::done : listingd::commands::misused;
  }
  try {
    return run(line);
  } catch (const std::exception& problem) {
    std::cerr << "listingd: " << listingd::log::redacted(problem.what()) << '\n';
    return listingd::commands::failed;
  }
}
