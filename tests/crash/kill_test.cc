// A process that writes is killed again and again, and the store that it leaves goes on. A killed process
// loses nothing that it has acknowledged, synced or not; what was under way is there as a whole or not at
// all; and whatever leads to records leads to the right ones.
//
// DOSSIER_KILLS=20000 asks for that many killed processes instead of the few of an ordinary run.
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "crash/kill_check.h"
#include "crash/kill_ledger.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::crash_test::Ledger;
using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;

// Processes between two compactions: each that opens the store adds files to level 0, and none lives
// long enough to merge them.
constexpr int kKillsPerCompaction = 25;

int KillCount() {
  const char* const wanted = std::getenv("DOSSIER_KILLS");
  int count = 200;
  if (wanted != nullptr) {
    EXPECT_TRUE(absl::SimpleAtoi(wanted, &count));
  }
  return count;
}

class KillTest : public ::testing::Test {
 protected:
  KillTest() {
    file_ = ::memfd_create("ledger", 0);
    if (file_ < 0 || ::ftruncate(file_, sizeof(Ledger)) != 0) std::abort();
    ledger_ = &Ledger::Map(file_);
  }
  ~KillTest() override {
    ::munmap(ledger_, sizeof(Ledger));
    ::close(file_);
  }

  // A process that does this until it is killed: some microseconds after it began to write, or after it
  // was started.
  enum class From { kWriting, kStart };
  void RunAndKill(const char* what, From from, uint64_t micros) {
    ledger_->is_writing = false;
    const std::string directory = top_.Join("store");
    const std::string file = absl::StrCat(file_);
    const std::string seed = absl::StrCat(random_() >> 8);
    const pid_t process = ::fork();
    if (process == 0) {
      ::execl(DOSSIER_KILL_CHILD, DOSSIER_KILL_CHILD, directory.c_str(), file.c_str(), seed.c_str(),
              what, static_cast<char*>(nullptr));
      ::_exit(127);
    }
    int status = 0;
    bool is_over = false;
    while (from == From::kWriting && !ledger_->is_writing && !is_over) {
      ::usleep(200);
      is_over = ::waitpid(process, &status, WNOHANG) == process;
    }
    if (!is_over) {
      ::usleep(static_cast<useconds_t>(micros));
      ::kill(process, SIGKILL);
      ::waitpid(process, &status, 0);
    }
    ASSERT_STREQ(ledger_->failure.data(), "");
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "status " << status;
  }

  void Tell(int kill_count) const {
    const std::string text = absl::StrCat(kill_count, " kills in ", ledger_->write_count.load(),
                                          " writes, ", ledger_->synced_count.load(), " synced, ",
                                          ledger_->refused_count.load(), " refused; ");
    const std::string cut =
        absl::StrCat(ledger_->cut_count, " were cut, ", ledger_->cut_done_count, " of them done; ",
                     ledger_->compared_count, " records compared");
    std::printf("%s%s\n", text.c_str(), cut.c_str());
    std::fflush(stdout);
  }

  bool OneIn(uint64_t n) { return random_() % n == 0; }
  uint64_t MillisBelow(uint64_t millis) { return random_() % (millis * 1'000); }

  const TemporaryDirectory top_;
  int file_ = -1;
  Ledger* ledger_ = nullptr;
  std::mt19937_64 random_{17};
};

TEST_F(KillTest, LosesNothingAndLeavesNothingHalfDone) {
  for (int n = 1; n <= KillCount(); ++n) {
    const char* const what = OneIn(8) ? "compact" : "write";
    ASSERT_NO_FATAL_FAILURE(RunAndKill(what, From::kWriting, MillisBelow(OneIn(8) ? 300 : 20)))
        << "process " << n;
    // And while it takes over what the last one left.
    while (OneIn(4)) ASSERT_NO_FATAL_FAILURE(RunAndKill("open", From::kStart, MillisBelow(40)));
    if (n % kKillsPerCompaction != 0 && n != KillCount()) continue;
    const auto engine = crash_test::Open(top_.Join("store"), Durability::kBuffered);
    ASSERT_THAT(engine, IsOk());
    ASSERT_THAT(crash_test::CheckStore(**engine, *ledger_), IsOk()) << "process " << n;
    ASSERT_THAT((*engine)->Compact(), IsOk());
    if (n % 1'000 == 0 || n == KillCount()) Tell(n);
  }
  EXPECT_GT(ledger_->synced_count, KillCount() / 10);
  EXPECT_GT(ledger_->cut_count, KillCount());
}

}  // namespace
}  // namespace dossier
