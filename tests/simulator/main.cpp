// listingd_simulator: TikTok Shop on this machine, for tests and the quickstart. See README.md.
#include "simulator/server.hpp"

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <sstream>
#include <vips/vips8>

namespace {

using namespace listingd::simulator;

json::value read_json(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::stringstream content;
  content << file.rdbuf();
  boost::system::error_code problem;
  auto value = json::parse(content.str(), problem);
  if (problem) throw std::runtime_error(path + " is not JSON: " + problem.message());
  return value;
}

void set_listen(server_options& options, const std::string& listen) {
  const auto colon = listen.rfind(':');
  if (colon == std::string::npos) throw std::runtime_error("--listen wants ADDRESS:PORT");
  options.address = listen.substr(0, colon);
  options.port = static_cast<std::uint16_t>(std::stoul(listen.substr(colon + 1)));
}

/// Written beside and renamed, so that a reader never sees half a number.
void write_port(const std::string& path, std::uint16_t port) {
  if (path.empty()) return;
  std::ofstream(path + ".new") << port << '\n';
  if (std::rename((path + ".new").c_str(), path.c_str()) != 0) throw std::runtime_error("cannot write " + path);
}

} // namespace

int main(int argc, char** argv) {
  CLI::App line("A simulated TikTok Shop");
  world state;
  server_options options;
  std::string world_file, apps_file, listen = "127.0.0.1:0", port_file;
  bool verbose = false;
  line.add_option("--world", world_file, "shops, taxonomy and review rules (JSON)")->required();
  line.add_option("--apps", apps_file, "the apps and their secrets (JSON)")->required();
  line.add_option("--tls-certificate", options.certificate_file, "PEM; plain HTTP without it");
  line.add_option("--tls-private-key", options.private_key_file, "PEM");
  line.add_option("--ca-file", options.trust_file, "authorities trusted for webhook deliveries (PEM)");
  line.add_option("--listen", listen, "ADDRESS:PORT; port 0 takes a free one");
  line.add_option("--port-file", port_file, "written when listening");
  line.add_option("--record", options.record_file, "NDJSON of every request and reply");
  line.add_option("--review-ms", state.setting.review_ms, "how long a review takes");
  line.add_option("--time-scale", state.setting.time_scale, "divides the delays of webhook retries");
  line.add_option("--search-lag-ms", state.setting.search_lag_ms, "how far search lags behind writes");
  line.add_flag("--verbose", verbose, "a line an event on stderr");
  CLI11_PARSE(line, argc, argv);
  if (VIPS_INIT(argv[0]) != 0) return 1;
  try {
    load_world(state, read_json(world_file));
    load_applications(state, read_json(apps_file));
    set_listen(options, listen);
    if (verbose) options.log = [](const std::string& words) { std::cerr << words + "\n"; };
    server running(state, options);
    write_port(port_file, running.port());
    running.run(true);
  } catch (const std::exception& problem) {
    std::cerr << "listingd_simulator: " << problem.what() << '\n';
    return 1;
  }
  vips_shutdown();
  return 0;
}
