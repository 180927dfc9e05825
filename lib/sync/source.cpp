#include "sync/source.hpp"

namespace listingd::sync {

namespace {

std::unexpected<error> not_able(const source_name& name) {
  return our_bug("source " + name.text(), "unsupported", "a source of this kind cannot do that");
}

} // namespace

task<result<key_page>> source::keys(std::string) {
  co_return not_able(name());
}

task<result<bool>> source::is_gone(product_key) {
  co_return not_able(name());
}

task<result<source_item>> source::read_one(product_key) {
  co_return not_able(name());
}

} // namespace listingd::sync
