#include "pim/gunzip.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <zlib.h>

namespace listingd::pim {

namespace {

constexpr int only_gzip = 15 + 16; // largest window; the header must be gzip's
constexpr std::size_t piece = 262'144;

uInt bounded(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

std::unexpected<error> invalid(const z_stream& stream) {
  return bad_data("", "gzip_invalid",
                  std::string("is not gzip, or is damaged") +
                      (stream.msg == nullptr ? "" : std::string(": ") + stream.msg));
}

} // namespace

void gunzip::closer::operator()(z_stream* stream) const {
  inflateEnd(stream);
  delete stream;
}

gunzip::gunzip() : stream_(new z_stream{}) {
  if (inflateInit2(stream_.get(), only_gzip) != Z_OK) throw std::runtime_error("zlib cannot be used");
}

/// Between members: false when the input holds none.
result<bool> gunzip::begin_member(std::string_view& input) {
  input.remove_prefix(std::min(input.size(), input.find_first_not_of('\0')));
  if (input.empty()) return false;
  if (inflateReset(stream_.get()) != Z_OK) return invalid(*stream_);
  inside_ = true;
  complete_ = false;
  return true;
}

result<std::string> gunzip::next(std::string_view& input, std::size_t most) {
  std::string out;
  while (out.empty()) {
    if (!inside_) {
      const auto begun = begin_member(input);
      if (!begun) return std::unexpected(begun.error());
      if (!*begun) break;
    }
    out.resize(most);
    stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data())); // zlib reads it only
    stream_->avail_in = bounded(input.size());
    stream_->next_out = reinterpret_cast<Bytef*>(out.data());
    stream_->avail_out = bounded(most);
    const auto offered = stream_->avail_in, room = stream_->avail_out;
    const auto state = inflate(stream_.get(), Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) return invalid(*stream_);
    input.remove_prefix(offered - stream_->avail_in);
    out.resize(room - stream_->avail_out);
    complete_ = state == Z_STREAM_END;
    inside_ = !complete_;
    if (inside_ && out.empty() && input.empty()) break;
    if (state == Z_BUF_ERROR && out.empty()) return invalid(*stream_); // no progress though there is input
  }
  return out;
}

result<std::string> gunzipped(std::string_view bytes, std::size_t most) {
  gunzip stream;
  std::string out;
  for (;;) {
    auto some = stream.next(bytes, std::min(piece, most - out.size() + 1));
    if (!some) return some;
    if (some->empty()) break;
    out += *some;
    if (out.size() > most) return bad_data("", "too_large", "holds more than " + std::to_string(most) + " bytes");
  }
  if (!stream.complete()) return bad_data("", "gzip_cut", "ends in the middle of its compressed data");
  return out;
}

} // namespace listingd::pim
