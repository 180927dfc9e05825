// Which leaf of the shop's category tree a record belongs to. Called by lib/sync before anything else is mapped, since
// the leaf decides which attributes and certificates are asked.
#pragma once

#include "mapping/profile.hpp"
#include "model/record.hpp"
#include "model/taxonomy.hpp"
#include "model/violation.hpp"

#include <expected>
#include <string_view>

namespace listingd::mapping {

/// The leaf named by the first of these that has an answer: the record's own value (profile.category: an id or a path),
/// the table by family, the table by the PIM's categories (in the record's order). Never a default.
/// A violation (origin preflight, class category) otherwise: category_unmapped, category_unknown (with the nearest
/// names), category_ambiguous (with the choices), category_not_leaf (with its leaves), category_unavailable
/// (permission_statuses without AVAILABLE, except INVITE_ONLY in the US, which TikTok lets wait).
[[nodiscard]] std::expected<category_id, violation>
resolve_category(const record& from, const profile& by, const category_tree& tree, std::string_view region);

} // namespace listingd::mapping
