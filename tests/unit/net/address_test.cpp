#include "net/media_fetch.hpp"

#include "catch.hpp"

using listingd::net::is_forbidden_address;

TEST_CASE("addresses that are not public hosts are forbidden") {
  const auto* address =
      GENERATE("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1",
               "127.255.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1",
               "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1",
               "239.255.255.255", "240.0.0.1", "255.255.255.255",
               // IPv6: unspecified, loopback, unique-local, link-local, site-local, multicast, discard, documentation
               "::", "::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%lo", "fec0::1", "ff02::1", "100::1",
               "2001:db8::1", "3fff::1",
               // IPv4 in disguise: mapped, compatible, NAT64, 6to4, Teredo
               "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1",
               "64:ff9b:1::1", "2002:7f00:1::", "2001:0:4136:e378::1");
  CAPTURE(address);
  CHECK(is_forbidden_address(address));
}

TEST_CASE("public addresses are allowed, also the neighbours of forbidden ranges") {
  const auto* address = GENERATE("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
                                 "126.255.255.255", "128.0.0.1", "169.253.255.255", "172.15.255.255", "172.32.0.0",
                                 "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
                                 "2606:4700:4700::1111", "2a00:1450:4001::200e", "64:ff9b::808:808");
  CAPTURE(address);
  CHECK_FALSE(is_forbidden_address(address));
}

TEST_CASE("what is no address is forbidden") {
  const auto* text = GENERATE("", "localhost", "8.8.8", "8.8.8.8 ", "0x7f.0.0.1", "2130706433", "8.8.8.8:80", "[::1]");
  CAPTURE(text);
  CHECK(is_forbidden_address(text));
}
