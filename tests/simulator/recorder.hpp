// Writes every request and reply of API and token host as one JSON line, for the contract test. Called by the server.
#pragma once

#include "simulator/wire.hpp"

#include <fstream>
#include <mutex>

namespace listingd::simulator {

class recorder {
public:
  /// An empty path records nothing. Throws std::runtime_error when the file cannot be opened.
  explicit recorder(const std::string& path);

  /// `fault` is the kind of an injected fault, or "". A reply that was not sent has status 0.
  void record(const request& asked, const reply& answered, const std::string& fault);

private:
  std::mutex mutex;
  std::ofstream file;
};

} // namespace listingd::simulator
