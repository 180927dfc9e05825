// What PostgreSQL and libpq say, as errors of ours; nothing of the URL is repeated, since what libpq stumbles over may
// be a piece of the password. Used by pq.cpp alone.
#pragma once

#include "model/error.hpp"
#include "model/secret.hpp"

#include <libpq-fe.h>
#include <string>

namespace listingd::pim::pq {

/// needs_human/database_url when it is no libpq URI and no key=value text, or reads as one by mistake.
[[nodiscard]] result<void> check_url(const secret& url, const std::string& where);

/// What libpq last said of this connection, in one line: only what the server or the system answered.
[[nodiscard]] std::string said_by(const PGconn* connection);

/// Why there is no connection.
[[nodiscard]] std::unexpected<error> not_connected(const PGconn* connection, const std::string& where);

/// An error of the server, classified by its SQLSTATE.
[[nodiscard]] std::unexpected<error> refused(const PGresult* answer, const std::string& where);

} // namespace listingd::pim::pq
