// RecordView::Verify: bytes whose checksum says nothing against them are refused, or all of them is
// read, printed and merged within bounds.
#include <string>

#include "../tests/record/read_everything.h"
#include "check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dossier::fuzz;  // NOLINT(google-build-using-namespace): the target is one
                                  // function
  static dossier::testing::TestRecords records(dossier::testing::kRichShape);
  records.set_next_id(
      0xd055'1e50'0000'0000);  // above those of any element that was not aimed at it
  std::string record(TextOf(data, size));
  dossier::testing::RepairHeader(record);
  if (!records.Verify(record).ok()) return 0;
  const std::string broken = dossier::testing::BrokenProperty(record, records);
  Check(broken.empty(), broken);
  return 0;
}
