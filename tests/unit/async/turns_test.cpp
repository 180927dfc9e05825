#include "async/turns.hpp"
#include "catch.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <string>

namespace listingd::async {

namespace {

struct crowd {
  asio::io_context loop;
  turns at{2};
  int inside = 0, most = 0;
  std::string order;

  task<void> one(char name) {
    const auto right = co_await at.take();
    order += name;
    most = std::max(most, ++inside);
    co_await asio::post(asio::use_awaitable);
    --inside;
  }
};

} // namespace

TEST_CASE("no more than so many have a turn at once, and who came first is first") {
  crowd of;
  for (const char name : {'a', 'b', 'c', 'd', 'e'}) asio::co_spawn(of.loop, of.one(name), asio::detached);
  of.loop.run();
  CHECK(of.most == 2);
  CHECK(of.order == "abcde");
  CHECK(of.at.unused());
}

TEST_CASE("who is called off while waiting leaves the queue to those behind") {
  crowd of;
  asio::cancellation_signal off;
  auto held = std::optional<turns::turn>();
  auto other = std::optional<turns::turn>();
  asio::co_spawn(
      of.loop,
      [&]() -> task<void> {
        held.emplace(co_await of.at.take());
        other.emplace(co_await of.at.take());
      },
      asio::detached);
  of.loop.poll();
  bool called_off = false;
  asio::co_spawn(of.loop, of.one('x'), asio::bind_cancellation_slot(off.slot(), [&](const std::exception_ptr& why) {
                   called_off = why != nullptr;
                 }));
  asio::co_spawn(of.loop, of.one('y'), asio::detached);
  of.loop.poll();
  off.emit(asio::cancellation_type::terminal);
  of.loop.restart();
  of.loop.poll();
  held.reset();
  of.loop.restart();
  of.loop.poll();
  CHECK(called_off);
  CHECK(of.order == "y");
  other.reset();
  CHECK(of.at.unused());
}

} // namespace listingd::async
