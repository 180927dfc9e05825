// What this process shows of itself to others on the machine: no core dump, and no secret in the process list. Used by
// main before and right after it reads the command line.
#pragma once

#include <string_view>

namespace listingd {

/// Keys and tokens stand in this process's memory in the clear: no core dump, neither as a file nor through a handler,
/// and no debugger of the same user.
void keep_memory_private();

/// Overwrites an option's value where the kernel shows it (/proc/PID/cmdline, ps): the argument itself, or what stands
/// behind its "=".
void hide_argument(int argc, char** argv, std::string_view value);

} // namespace listingd
