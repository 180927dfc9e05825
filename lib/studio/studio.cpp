#include "studio/studio.hpp"

#include "studio/correct.hpp"
#include "studio/judge.hpp"
#include "studio/open.hpp"
#include "studio/probe.hpp"

namespace listingd::studio {

namespace {

class vips_studio final : public sync::studio {
public:
  explicit vips_studio(options with) : with_(with) { start_vips(with.threads); }

  result<image_facts> probe(std::string_view bytes, const std::string& where) const override {
    return listingd::studio::probe(bytes, with_.max_pixels, where);
  }

  sync::judgement judge(const image_facts& facts, const image_limits& limits) const override {
    return listingd::studio::judge(facts, limits);
  }

  result<std::string> correct(std::string_view bytes, const std::vector<std::string>& operations,
                              const std::string& where) const override {
    const auto plan = parse_operations(operations);
    if (!plan) return std::unexpected(plan.error());
    return listingd::studio::correct(bytes, *plan, with_.max_pixels, where);
  }

private:
  options with_;
};

} // namespace

std::unique_ptr<sync::studio> make_studio(options with) {
  return std::make_unique<vips_studio>(with);
}

} // namespace listingd::studio
