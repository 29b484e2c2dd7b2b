// Makes the stores of damage_sweep_test, or damages copies of them and looks at these, in a process of
// its own: whatever damage does to it, the test goes on.
//
//   make DIRECTORY              the stores and their history
//   look DIRECTORY FIRST END    the damages of these numbers
//
// Says of each damage on the standard output, in a line each, before and behind the look:
//
//   case NUMBER TEXT
//   ended NUMBER FILE_KIND OUTCOME TEXT
//   mended NUMBER FILE_KIND OUTCOME TEXT    of some: what a repair makes of the damaged store
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "damage/damages.h"
#include "damage/history.h"
#include "damage/look.h"

namespace dossier::damage_test {
namespace {

// Of one damage: far more than it takes.
constexpr unsigned kSecondsMax = 60;

void Say(std::string line) {
  for (char& c : line) {
    if (c == '\n') c = ' ';
  }
  std::puts(line.c_str());
  std::fflush(stdout);
}

void SayEnd(const char* what, size_t n, const Damage& damage, const Look& look) {
  Say(absl::StrCat(what, " ", n, " ", damage.FileKind(), " ", static_cast<int>(look.outcome), " ",
                   look.what));
}

void LookAtAll(const std::string& directory, size_t first, size_t end) {
  const absl::StatusOr<History> history = ReadHistory(directory);
  if (!history.ok()) std::abort();
  const Past past(*history);
  const Damages damages(directory);
  const std::string copy = absl::StrCat(directory, "/copy");
  const std::string mended = absl::StrCat(directory, "/mended");
  for (size_t n = first; n < end; ++n) {
    const Damage damage = damages.Number(n);
    Say(absl::StrCat("case ", n, " ", damage.Text()));
    ::alarm(kSecondsMax);
    Copy(directory, damage, copy);
    Terms terms{.writes_on = n % 5 == 0};
    SayEnd("ended", n, damage, LookAt(copy, past, terms));
    if (n % 3 != 0) continue;
    ::alarm(kSecondsMax);
    Copy(directory, damage, copy);
    std::filesystem::remove_all(mended);
    terms.may_be_earlier = MayLoseTheEnd(damage);
    SayEnd("mended", n, damage, LookAtRepaired(copy, mended, past, terms));
  }
}

}  // namespace
}  // namespace dossier::damage_test

int main(int argc, char** argv) {
  using namespace dossier::damage_test;
  if (argc == 3 && std::string(argv[1]) == "make") {
    const absl::Status made = MakeStores(argv[2]);
    if (!made.ok()) std::fprintf(stderr, "%s\n", std::string(made.ToString()).c_str());
    return made.ok() ? 0 : 1;
  }
  if (argc != 5 || std::string(argv[1]) != "look") return 2;
  LookAtAll(argv[2], std::strtoull(argv[3], nullptr, 10), std::strtoull(argv[4], nullptr, 10));
  return 0;
}
