// The rules that hold the source tree in shape, as functions of file names and file contents.
#ifndef DOSSIER_TESTS_TIDY_LAYER_RULES_H_
#define DOSSIER_TESTS_TIDY_LAYER_RULES_H_

#include <string>
#include <string_view>
#include <vector>

namespace dossier::tidy {

// A file of the checkout: its path from the top ("engine/record/view.h") and its text.
struct SourceFile {
  std::string path;
  std::string text;
};

// What is wrong with `file`, one "path:line: reason" each; empty where nothing is.
std::vector<std::string> Violations(const SourceFile& file);

// Whether the top level of the checkout may hold an entry of this name.
bool MayStandAtTop(std::string_view name);

}  // namespace dossier::tidy

#endif  // DOSSIER_TESTS_TIDY_LAYER_RULES_H_
