# Compares where each product ended with where expected.json says it must. One line a difference; nothing when all is well.
($status[0] | map({key: .product, value: .}) | from_entries) as $found
| ($violations[0] | group_by(.product) | map({key: .[0].product, value: .}) | from_entries) as $open
| ($repairs[0] | group_by(.product) | map({key: .[0].product, value: map(.rule)}) | from_entries) as $rules
| ($expected[0] | to_entries[] | .key as $product | .value as $want | $found[$product] as $row
   | if $row == null then "\($product): no listing row"
     else
       (if $want.state == "absent" then "idle" else $want.state end) as $state
       | (if $row.state != $state then "\($product): state \($row.state), expected \($state) (\($row.reason // ""))" else empty end),
         (if $row.listing_status != $want.listing_status
          then "\($product): listing_status \($row.listing_status), expected \($want.listing_status)" else empty end),
         (if $row.review_state != $want.review_state
          then "\($product): review_state \($row.review_state), expected \($want.review_state)" else empty end),
         (if $want.code and ([$open[$product][]? | select(.code == $want.code and .origin == $want.origin)] | length) == 0
          then "\($product): no violation \($want.code) of origin \($want.origin), but \([$open[$product][]? | .code])" else empty end),
         (if ($want.code | not) and ([$open[$product][]?] | length) > 0
          then "\($product): open violations \([$open[$product][] | .code])" else empty end),
         (if (($rules[$product] // []) | unique) != ($want.repairs | unique)
          then "\($product): repairs \($rules[$product] // []), expected \($want.repairs)" else empty end)
     end),
  ($found | keys[] | select($expected[0][.] == null) | "\(.): not expected at all"),
  ($tiktok[0].duplicates[]? | "TikTok holds a duplicate: \(.)")
