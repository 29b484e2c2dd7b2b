// One file of a store is damaged, in every way and everywhere, and the store opened again: what was stored
// is there, or is said to be damaged. Never is another record answered, or one missing without a word.
//
// DOSSIER_DAMAGES=20000 asks for that many damages instead of the few of an ordinary run. Each has a
// number, which tells all of it: the same comes again each time.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "support/temporary_directory.h"

extern char** environ;

namespace dossier {
namespace {

using ::dossier::testing::TemporaryDirectory;

// As damage/look.h numbers them.
constexpr std::array kOutcomes = {"refused", "told", "harmless", "earlier", "wrong"};
constexpr size_t kRefused = 0;
constexpr size_t kWrong = 4;

size_t DamageCount() {
  const char* const wanted = std::getenv("DOSSIER_DAMAGES");
  size_t count = 200;
  if (wanted != nullptr) {
    EXPECT_TRUE(absl::SimpleAtoi(wanted, &count));
  }
  return count;
}

// A process of dossier-damage-child. What it says is read to its end.
class Child {
 public:
  explicit Child(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), DOSSIER_DAMAGE_CHILD);
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    if (::posix_spawn(&process_, DOSSIER_DAMAGE_CHILD, &actions, nullptr, pointers.data(),
                      environ) != 0) {
      std::abort();
    }
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    said_ = ::fdopen(ends[0], "r");
  }
  ~Child() { std::fclose(said_); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  bool ReadLine(std::string& line) {
    line.clear();
    for (int c = 0; (c = std::fgetc(said_)) != EOF && c != '\n';) {
      line.push_back(static_cast<char>(c));
    }
    return !line.empty();
  }

  // As waitpid has it: 0 where it did what it was to.
  int Wait() const {
    int status = 0;
    ::waitpid(process_, &status, 0);
    return status;
  }

 private:
  pid_t process_ = 0;
  std::FILE* said_ = nullptr;
};

// What became of all damages.
class Tally {
 public:
  void Note(const std::string& of_file, size_t outcome) {
    ++by_file_[of_file][outcome];
    ++all_[outcome];
  }

  void Print() const {
    for (const auto& [file, counts] : by_file_) Print(file, counts);
    Print("all", all_);
  }
  size_t count() const {
    size_t count = 0;
    for (const size_t outcome : all_) count += outcome;
    return count;
  }
  size_t of(size_t outcome) const { return all_[outcome]; }

 private:
  using Counts = std::array<size_t, kOutcomes.size()>;
  static void Print(const std::string& file, const Counts& counts) {
    std::printf("%-10s", file.c_str());
    for (size_t i = 0; i < counts.size(); ++i) std::printf(" %7zu %s", counts[i], kOutcomes[i]);
    std::printf("\n");
  }

  std::map<std::string, Counts> by_file_;
  Counts all_{};
};

TEST(DamageSweep, IsToldOrHarmless) {
  const TemporaryDirectory top;
  ASSERT_EQ(Child({"make", top.path()}).Wait(), 0);
  const size_t end = DamageCount();
  Tally tally;
  Tally mended;
  for (size_t next = 0; next < end;) {
    Child child({"look", top.path(), absl::StrCat(next), absl::StrCat(end)});
    std::string looked_at;
    for (std::string line; child.ReadLine(line);) {
      const std::vector<std::string> words = absl::StrSplit(line, absl::MaxSplits(' ', 4));
      if (words[0] == "case") {
        looked_at = line;
        ASSERT_TRUE(absl::SimpleAtoi(words[1], &next)) << line;
        ++next;
        continue;
      }
      size_t outcome = 0;
      ASSERT_TRUE(words.size() == 5 && absl::SimpleAtoi(words[3], &outcome)) << line;
      (words[0] == "mended" ? mended : tally).Note(words[2], outcome);
      EXPECT_NE(outcome, kWrong) << looked_at << ": " << words[4];
      EXPECT_FALSE(outcome == kRefused && words[4].empty()) << looked_at << ": no reason";
    }
    const int status = child.Wait();
    EXPECT_EQ(status, 0) << looked_at << ": the process ended, by signal " << WTERMSIG(status);
    if (status != 0) tally.Note("crashed", kWrong);
  }
  tally.Print();
  std::printf("repaired:\n");
  mended.Print();
  EXPECT_EQ(tally.count(), end);
}

}  // namespace
}  // namespace dossier
