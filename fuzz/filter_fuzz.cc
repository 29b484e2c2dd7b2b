// ParseFilter: what it accepts prints as a text that it reads as the same filter, and asked of any bytes
// a filter answers or finds damage. Input: a filter, a zero byte, then a record: JSON, or bytes.
#include <string>

#include "../tests/record/test_records.h"
#include "check.h"
#include "dossier/limits.h"
#include "filter/filter.h"
#include "filter/filter_match.h"

namespace dossier::fuzz {
namespace {

using ::dossier::testing::kTestId;
using ::dossier::testing::kTestNow;
using ::dossier::testing::TestRecords;

absl::StatusOr<bool> Ask(const Filter& filter, const std::string& record) {
  static const MonotonicClock* const clock =
      new MonotonicClock([] { return absl::ZeroDuration(); });
  Deadline deadline(*clock, absl::InfiniteDuration());
  return Matches(filter, RecordView::Trusted(record), /*chunks=*/nullptr, deadline);
}

void CheckPrinted(const Filter& filter, const Shape& shape) {
  const std::string printed = ToText(filter.root);
  const auto again = ParseFilter(printed, shape, kTestNow, nullptr, "filter");
  // What is printed has blanks that the text may have lacked.
  if (!again.ok() && printed.size() > kFilterBytesMax) return;
  Check(again.ok(), "a printed filter is read: " + printed);
  Check(again->root == filter.root, "a printed filter is the same filter: " + printed);
  Check(ToText(again->root) == printed, "printing is stable: " + printed);
}

// Of a record that is whole.
void CheckAnswers(const Filter& filter, const std::string& record) {
  const absl::StatusOr<bool> holds = Ask(filter, record);
  Check(holds.ok(), "a filter can be asked of every record: " + ToText(filter.root));
  Filter negated;
  negated.root.kind = FilterNode::Kind::kNot;
  negated.root.parts.push_back(filter.root);
  Check(*Ask(negated, record) != *holds, "a filter holds or its negation does");
  const IdRange ids = IdsOf(filter.root);
  Check(!*holds || (kTestId >= ids.first && kTestId <= ids.last), "no record is out of the range");
  const bool rest = *Ask({WithoutIds(filter.root)}, record);
  const bool is_inside = kTestId >= ids.first && kTestId <= ids.last;
  Check((rest && is_inside) == *holds, "the range and the rest are the filter");
}

}  // namespace
}  // namespace dossier::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dossier::fuzz;  // NOLINT(google-build-using-namespace): the target is one
                                  // function
  const std::string_view input = TextOf(data, size);
  const size_t end = std::min(input.find('\0'), input.size());
  TestRecords records(dossier::testing::kRichShape);
  const auto filter =
      dossier::ParseFilter(input.substr(0, end), records.shape(), kTestNow, nullptr, "filter");
  if (!filter.ok()) return 0;
  CheckPrinted(*filter, records.shape());
  if (end == input.size()) return 0;
  const std::string_view rest = input.substr(end + 1);
  if (const auto record = records.Create(rest); record.ok()) {
    CheckAnswers(*filter, *record);
    return 0;
  }
  std::string record(rest);
  if (record.size() < dossier::format::kHeaderSize) return 0;
  dossier::testing::RepairHeader(record);
  const auto verified = records.Verify(record);
  if (verified.ok() && !verified->has_large()) {
    CheckAnswers(*filter, record);
  } else {
    const absl::StatusOr<bool> holds = Ask(*filter, record);
    Check(holds.ok() || absl::IsDataLoss(holds.status()), "damage is answered as such");
  }
  return 0;
}
