// Beast's non-template parts, compiled once for the simulator (BOOST_BEAST_SEPARATE_COMPILATION).
#include <boost/beast/src.hpp>
