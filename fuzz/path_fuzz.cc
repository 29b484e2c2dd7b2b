// Path::Parse and ParseSchemaPath: what they accept prints as a text that they read alike.
#include <string>

#include "../tests/record/test_shape.h"
#include "check.h"
#include "record/path.h"

namespace dossier::fuzz {
namespace {

bool AreEqual(const Path& a, const Path& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].attribute != b[i].attribute || a[i].element != b[i].element) return false;
  }
  return true;
}

void CheckPath(const absl::StatusOr<Path>& path, const absl::StatusOr<Path>& again,
               const std::string& printed) {
  Check(again.ok(), "a printed path is read: " + printed);
  Check(AreEqual(*path, *again), "a printed path is the same path: " + printed);
  Check(ToText(*again) == printed, "printing is stable: " + printed);
}

}  // namespace
}  // namespace dossier::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using dossier::Path;
  using namespace dossier::fuzz;  // NOLINT(google-build-using-namespace): the target is one
                                  // function
  static const dossier::Shape shape = dossier::testing::MakeShape(dossier::testing::kRichShape);
  const std::string_view text = TextOf(data, size);
  const auto path = Path::Parse(text, shape, "attribute_name");
  if (path.ok()) {
    const std::string printed = ToText(*path);
    CheckPath(path, Path::Parse(printed, shape, "attribute_name"), printed);
  }
  const auto schema_path = Path::ParseSchemaPath(text, shape, "attribute_name");
  if (schema_path.ok()) {
    const std::string printed = ToText(*schema_path);
    Check(printed.find('#') == std::string::npos, "a schema path has no id: " + printed);
    CheckPath(schema_path, Path::ParseSchemaPath(printed, shape, "attribute_name"), printed);
  }
  return 0;
}
