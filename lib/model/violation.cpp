#include "model/violation.hpp"

#include "model/digest.hpp"

namespace listingd {

std::string_view name_of(violation_origin origin) {
  switch (origin) {
  case violation_origin::preflight:
    return "preflight";
  case violation_origin::refusal:
    return "refusal";
  case violation_origin::review:
    return "review";
  case violation_origin::platform:
    return "platform";
  }
  return "platform";
}

std::string_view name_of(actor who) {
  switch (who) {
  case actor::product_team:
    return "product team";
  case actor::shop_owner:
    return "shop owner";
  case actor::operator_:
    return "operator";
  case actor::machine:
    return "machine";
  }
  return "operator";
}

violation_origin origin_from(std::string_view name) {
  for (const auto origin : {violation_origin::preflight, violation_origin::refusal, violation_origin::review})
    if (name_of(origin) == name) return origin;
  return violation_origin::platform;
}

actor actor_from(std::string_view name) {
  for (const auto who : {actor::product_team, actor::shop_owner, actor::machine})
    if (name_of(who) == name) return who;
  return actor::operator_;
}

std::string violation::fingerprint() const {
  return sha256_hex(std::string(name_of(origin)) + '\n' + code + '\n' + position + '\n' + reason);
}

} // namespace listingd
