// ApplyDelta: of a delta from anywhere, whose base is the right one, comes no record but one that
// Verify takes, and nothing out of bounds.
#include <string>

#include "../tests/record/read_everything.h"
#include "check.h"
#include "record/delta.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dossier::fuzz;  // NOLINT(google-build-using-namespace): the target is one
                                  // function
  static dossier::testing::TestRecords records(dossier::testing::kRichShape);
  static const std::string base =
      *records.Create(R"({"name":"Ada","age":36,"extra":{"a":[1,2]},"home":{"city":"London"},)"
                      R"("statuses":[{"text":"a","replies":[{"text":"b"}]}],"tags":["x","y"]})");
  std::string delta = base.substr(dossier::format::kChecksumAt, 4);
  delta += TextOf(data, size);
  std::string record;
  if (!dossier::ApplyDelta(base, delta, record)) return 0;
  if (record.size() > dossier::format::kHeaderSize) dossier::testing::RepairHeader(record);
  if (!records.Verify(record).ok()) return 0;
  const std::string broken = dossier::testing::BrokenProperty(record, records);
  Check(broken.empty(), broken);
  return 0;
}
