#include "net/listen.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <systemd/sd-daemon.h>
#include <unistd.h>
#include <utility>

namespace listingd::net {

namespace {

constexpr mode_t unix_mode = 0660; // the reverse proxy's group gets in, others do not

[[noreturn]] void give_up(const std::string& text, const std::string& problem) {
  throw std::runtime_error("cannot listen on " + text + ": " + problem);
}

std::string system_words(int number) {
  return std::generic_category().message(number);
}

/// Closes what was not handed on.
class owned {
public:
  explicit owned(int descriptor) : descriptor_(descriptor) {}
  owned(const owned&) = delete;
  owned& operator=(const owned&) = delete;
  ~owned() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

private:
  int descriptor_;
};

int port_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<sockaddr_in*>(&address)->sin_port);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6*>(&address)->sin6_port);
  return 0;
}

int family_of(int descriptor) {
  int family = 0;
  socklen_t size = sizeof(family);
  return ::getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &family, &size) == 0 ? family : 0;
}

/// "host:port" or "[v6]:port"; empty parts when it is neither.
std::pair<std::string, std::string> host_and_port(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return {};
  auto host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string::npos)
    return {};
  return {host, text.substr(colon + 1)};
}

using address_list = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

address_list addresses_of(const std::string& text) {
  const auto [host, port] = host_and_port(text);
  if (host.empty() || port.empty() || port.find_first_not_of("0123456789") != std::string::npos || port.size() > 5 ||
      std::stoul(port) > 65535)
    give_up(text, "expected host:port, [v6]:port, unix:/path or systemd");
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int problem = ::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found);
  if (problem != 0) give_up(text, ::gai_strerror(problem));
  return {found, &::freeaddrinfo};
}

listening_socket listen_tcp(const std::string& text) {
  const auto all = addresses_of(text);
  owned made(::socket(all->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (made.get() < 0) give_up(text, system_words(errno));
  const int on = 1;
  const int off = 0;
  ::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (all->ai_family == AF_INET6) ::setsockopt(made.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  if (::bind(made.get(), all->ai_addr, all->ai_addrlen) != 0 || ::listen(made.get(), SOMAXCONN) != 0)
    give_up(text, system_words(errno));
  return {.descriptor = made.release(), .family = all->ai_family, .port = 0, .path = {}};
}

sockaddr_un unix_address(const std::string& text, const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) give_up(text, "the path is empty or too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

/// A socket file that nobody listens on is left over from a process that was killed.
void remove_stale(const std::string& text, const std::string& path, const sockaddr_un& address) {
  struct stat what{};
  if (::lstat(path.c_str(), &what) != 0) return;
  if (!S_ISSOCK(what.st_mode)) give_up(text, "the file exists and is no socket");
  const owned probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0)
    give_up(text, "another process listens there");
  ::unlink(path.c_str());
}

listening_socket listen_unix(const std::string& text, const std::string& path) {
  const auto address = unix_address(text, path);
  remove_stale(text, path, address);
  owned made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (made.get() < 0) give_up(text, system_words(errno));
  if (::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    give_up(text, system_words(errno));
  // Nobody can connect before listen(), so the mode is in place in time.
  if (::chmod(path.c_str(), unix_mode) != 0 || ::listen(made.get(), SOMAXCONN) != 0) give_up(text, system_words(errno));
  return {.descriptor = made.release(), .family = AF_UNIX, .port = 0, .path = path};
}

listening_socket listen_systemd(const std::string& text) {
  if (::sd_listen_fds(0) < 1) give_up(text, "no socket was passed (start through a systemd socket unit)");
  if (::sd_is_socket(SD_LISTEN_FDS_START, AF_UNSPEC, SOCK_STREAM, 1) < 1)
    give_up(text, "the first passed descriptor is no listening stream socket");
  // A copy: systemd's own stays open, so that connections queue up in it whatever becomes of ours.
  const int copy = ::fcntl(SD_LISTEN_FDS_START, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) give_up(text, system_words(errno));
  return {.descriptor = copy, .family = family_of(copy), .port = 0, .path = {}};
}

listening_socket open_socket(const std::string& text) {
  constexpr std::string_view unix_prefix = "unix:";
  if (text == "systemd") return listen_systemd(text);
  if (text.starts_with(unix_prefix)) return listen_unix(text, text.substr(unix_prefix.size()));
  return listen_tcp(text);
}

} // namespace

listening_socket listen_on(const std::string& text) {
  auto out = open_socket(text);
  out.port = port_of(out.descriptor);
  return out;
}

} // namespace listingd::net
