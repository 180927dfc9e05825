// Webhooks of the simulated TikTok Shop: what is told to whom, when it is tried again (authorization reference, section
// 4). Queued by endpoints, review and control; sent by the sender coroutine of deliver.hpp.
#pragma once

#include "simulator/world.hpp"

namespace listingd::simulator {

/// Queues a notification for every subscriber of the type; `type` is the number of section 4.5.
void notify(world& state, const std::string& shop_id, int type, const json::object& data);

void notify_creation(world& state, const product& about);                        // 16
void notify_status(world& state, const product& about, const std::string& what); // 5
void notify_audit(world& state, const product& about);                           // 37
void notify_information(world& state, const product& about, const std::vector<std::string>& fields,
                        const std::string& source);                                    // 15
void notify_category(world& state, const product& about, const std::string& previous); // 18

/// Queues one delivery with a body of its own, for the control interface.
void queue_delivery(world& state, const application& app, const std::string& shop_id, const std::string& address,
                    int type, std::string body, bool bad_signature);

/// The deliveries that are due; they are marked as being sent. Each is named by its place in world::deliveries.
std::vector<std::pair<std::size_t, delivery>> take_due(world& state, std::int64_t now);

/// Records the outcome: 200 and 401 with an empty body settle it, anything else is tried again after 2 min, 30 min, 3 h
/// and 12 h (divided by time_scale). status 0 means no answer, with the problem in words.
void settle_delivery(world& state, std::size_t number, unsigned status, bool empty_body, const std::string& problem);

/// The address subscribed for a type, or "".
std::string subscribed_address(const world& state, const std::string& app_key, const std::string& shop_id, int type);

} // namespace listingd::simulator
