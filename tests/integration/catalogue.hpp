// The records of the sample catalogue, to be changed as a PIM would change them.
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace listingd::integration {

/// The product of deploy/sample/catalogue with this key.
boost::json::object sample(const std::string& key);

boost::json::object with_title(boost::json::object record, const std::string& title);
boost::json::object with_description(boost::json::object record, const std::string& html);
boost::json::object with_price(boost::json::object record, const std::string& dollars);
/// Of a product without variants.
boost::json::object with_stock(boost::json::object record, int pieces);
boost::json::object disabled(boost::json::object record);
boost::json::object tombstone(const std::string& key);

} // namespace listingd::integration
