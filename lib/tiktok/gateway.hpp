// One call to TikTok's gateway: stamp, sign, send, take the envelope apart. Used by the calls of this room only; keeps
// the rules that hold for every endpoint in one place.
#pragma once

#include "tiktok/client.hpp"
#include "tiktok/signing.hpp"

#include <boost/json/value.hpp>
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
};

class gateway {
public:
  gateway(net::transport& wire, client_options options, const clock& time)
      : wire_(wire), options_(std::move(options)), time_(time) {}

  /// code 0, or the classified error. data.errors[] inside a code 0 is an error as well.
  task<result<api_answer>> call(app_name app, std::string cipher_text, secret access_token, api_call asked);

  /// An unsigned GET of the token host. What goes out in `parameters` never comes back in an error.
  task<result<api_answer>> token_call(std::string path, query parameters);

  [[nodiscard]] const app_credentials* app(const app_name& name) const;

  /// What is added to our clock for the timestamp. Learnt from the Date header of an answer that refused our timestamp.
  [[nodiscard]] duration skew() const { return skew_; }

private:
  [[nodiscard]] net::http_request signed_request(const app_credentials& app, const std::string& cipher_text,
                                                 const secret& access_token, const api_call& asked) const;
  bool learn_skew(const net::http_response& answer);

  net::transport& wire_;
  client_options options_;
  const clock& time_;
  duration skew_{0};
};

} // namespace listingd::tiktok
