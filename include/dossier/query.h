// What Session::Find, Count and Export take and return.
//
//   auto page = session.Find("user", {.filter = "gender = 'female' and birthday < '1990-01-01'",
//                                     .sort_on = {"familyName", "-birthday"},
//                                     .attributes = {"email", "primaryAddress.city"},
//                                     .max_results = 20});
//   // page->records: [{"email":"..","primaryAddress":{"city":".."}},..]
//
// To go through many records, sort by id and ask for those behind the last one: each page costs the
// same, however many went before.
//
//   session.Find("user", {.filter = "id > 4711", .sort_on = {"id"}, .max_results = 1000});
//
// A filter compares attributes with literals or with each other, by = != < <= > >=, asks `is null` or
// `is not null`, and joins that by not, and, or and parentheses. engine/filter/filter.h has its grammar
// and what it means.
#ifndef DOSSIER_QUERY_H_
#define DOSSIER_QUERY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace dossier {

// Of Find.
struct FindOptions {
  std::string filter = {};  // empty: every record
  // Paths to attributes, none in a plural; "-" before one turns its order over. Nulls come last then
  // first. Records that are alike in all of them, and all without any, come by rising id.
  std::vector<std::string> sort_on = {};
  std::vector<std::string> attributes = {};    // what to return of each; empty: all
  int64_t max_results = 100;                   // 0 to kFindResultsMax
  int64_t first_result = 0;                    // how many of the records that match are left out
  bool show_total_count = false;               // how many match: looks at all of them
  absl::Duration timeout = absl::Seconds(10);  // more than 0; past kSearchSecondsMax is as that
};

// Of Count.
struct CountOptions {
  std::string filter = {};  // empty: every record
  absl::Duration timeout = absl::Seconds(10);
};

// Of Export.
struct ExportOptions {
  std::string filter = {};                   // empty: every record
  std::vector<std::string> attributes = {};  // what to show of each; empty: all
};

struct FoundRecords {
  std::string records = {};                            // a JSON array of what Get returns of each
  uint64_t count = 0;                                  // of the records in it
  std::optional<uint64_t> total_count = std::nullopt;  // with show_total_count
};

}  // namespace dossier

#endif  // DOSSIER_QUERY_H_
