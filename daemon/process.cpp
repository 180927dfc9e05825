#include "process.hpp"

#include <algorithm>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace listingd {

void keep_memory_private() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  setrlimit(RLIMIT_CORE, &none);
#ifndef LISTINGD_SANITIZED            // LeakSanitizer traces its own process at the end, which this forbids
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); // a core_pattern with a pipe ignores the limit; also keeps /proc/PID/mem shut
#endif
}

void hide_argument(int argc, char** argv, std::string_view value) {
  if (value.empty()) return;
  const auto behind_equals = "=" + std::string(value);
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument(argv[i]);
    if (argument != value && !(argument.starts_with("--") && argument.ends_with(behind_equals))) continue;
    std::fill_n(argv[i] + (argument.size() - value.size()), value.size(), '*');
  }
}

} // namespace listingd
