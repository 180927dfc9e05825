// The configured sources as what lib/pim makes of them.
#pragma once

#include "config/settings.hpp"
#include "model/clock.hpp"
#include "net/transport.hpp"
#include "sync/source.hpp"

#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>
#include <vector>

namespace listingd {

/// What the kinds themselves find wrong with the settings, a sentence each; asks nobody.
[[nodiscard]] std::vector<std::string> source_mistakes(const config::source& from);

/// Touches nothing yet. Transport, clock and pool must outlive the source.
[[nodiscard]] std::unique_ptr<sync::source> make_source(const config::source& from, net::transport& wire,
                                                        const clock& time, boost::asio::thread_pool& pool);

} // namespace listingd
