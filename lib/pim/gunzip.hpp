// Gzip (RFC 1952) back to bytes, in pieces whose size the caller bounds, whatever the input claims to hold. For files
// of a folder and for answers of a feed.
#pragma once

#include "model/error.hpp"

#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;

namespace listingd::pim {

class gunzip {
public:
  gunzip();

  /// What comes next, at most `most` bytes. Takes the bytes that it used off the front of `input`. An empty outcome
  /// means that all of `input` is used and more of it is needed, or that the end has come: see complete(). Members in a
  /// row are one text; zero bytes after the last are padding. Code gzip_invalid for what is not gzip or is damaged; the
  /// error has no `where`.
  [[nodiscard]] result<std::string> next(std::string_view& input, std::size_t most);

  /// True when the input may end here: not in the middle of a member.
  [[nodiscard]] bool complete() const { return complete_; }

private:
  struct closer {
    void operator()(z_stream_s* stream) const;
  };
  result<bool> begin_member(std::string_view& input);

  std::unique_ptr<z_stream_s, closer> stream_;
  bool inside_ = true; ///< a member is being read, or the first one is awaited
  bool complete_ = false;
};

/// All of it. Codes gzip_invalid, gzip_cut (it ends too early) and too_large (more than `most` bytes come out).
[[nodiscard]] result<std::string> gunzipped(std::string_view bytes, std::size_t most);

} // namespace listingd::pim
