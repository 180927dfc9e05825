// The review: it takes its time, then says yes or no in words (product reference, sections 10 and 11). Driven by the
// clock coroutine of the server.
#pragma once

#include "simulator/world.hpp"

namespace listingd::simulator {

/// Gives every verdict that is due.
void settle_reviews(world& state, std::int64_t now);

/// What a reviewer finds wrong with a content: rows of audit_failed_reasons, empty when it passes. The world's hidden
/// rules are among them, which no endpoint shows.
json::array review_findings(const world& state, const json::object& content);

/// The names type-15 webhooks use for what differs between two versions.
std::vector<std::string> changed_fields(const json::object& before, const json::object& after);

} // namespace listingd::simulator
