// One call to TikTok's gateway: stamp, sign, send, take the envelope apart. Used by the calls of this room only; keeps
// the rules that hold for every endpoint in one place.
#pragma once

#include "tiktok/client.hpp"
#include "tiktok/signing.hpp"

#include <boost/json/value.hpp>
#include <optional>
#include <string>

namespace listingd::tiktok {

/// Where shop_cipher belongs: uploads, POST brands and /authorization/* refuse it with 36009004.
enum class cipher { send, leave_out };

struct api_call {
  std::string method = "GET";
  std::string path; ///< percent-encoded; signed as it stands
  query parameters; ///< empty values are not sent
  std::string body;
  cipher shop_cipher = cipher::send;
  bool write = false;         ///< a lost or broken answer leaves its effect unknown
  std::string multipart_type; ///< "multipart/form-data; boundary=..." for uploads, else JSON
};

struct api_answer {
  boost::json::value data; ///< null when TikTok sent none
  std::string request_id;
  std::optional<duration> skew; ///< TikTok's clock minus ours, as this very answer shows it
};

class gateway {
public:
  gateway(net::transport& wire, client_options options, app_book& apps, platform_clock& time)
      : wire_(wire), options_(std::move(options)), apps_(apps), time_(time) {}

  /// code 0, or the classified error. data.errors[] inside a code 0 is an error as well. A refused timestamp or
  /// signature has had no effect, so it is sent again, with a corrected time or another of the app's secrets, while
  /// there is one to try. Neither token nor signature ever comes back in an error.
  task<result<api_answer>> call(app_name app, std::string cipher_text, secret access_token, api_call asked);

  /// An unsigned GET of the token host in the app's name, over in 10 s. No secret of `parameters` ever comes back in an
  /// error.
  task<result<api_answer>> token_call(app_name app, std::string path, query parameters);

private:
  [[nodiscard]] net::http_request signed_request(const app_credentials& app, const secret& app_secret,
                                                 const std::string& cipher_text, const secret& access_token,
                                                 const api_call& asked) const;
  /// Sends, takes note of the answer's time, and takes its envelope apart.
  task<result<api_answer>> send(net::http_request request, std::string where, bool write,
                                std::optional<duration>& skew);

  net::transport& wire_;
  client_options options_;
  app_book& apps_;
  platform_clock& time_;
};

} // namespace listingd::tiktok
