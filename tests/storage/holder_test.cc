// Stores and other processes: who holds one, and what a process without rights is told.
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::StatusIs;
using ::dossier::testing::TemporaryDirectory;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kDirectoryVariable[] = "DOSSIER_TEST_DIRECTORY";
constexpr char kUserVariable[] = "DOSSIER_TEST_USER";
constexpr int kNobody = 65534;

absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& directory) {
  return Store::Open({.directory = directory, .block_cache_bytes = 1u << 20});
}

// A second process: this program again, running one test of those below that are disabled.
class Peer {
 public:
  Peer(const std::string& mode, const std::string& directory, int user = 0) {
    int to[2], from[2];
    if (::pipe2(to, O_CLOEXEC) != 0 || ::pipe2(from, O_CLOEXEC) != 0) std::abort();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
    const std::string filter = "--gtest_filter=Peer.DISABLED_" + mode;
    const std::string directory_variable = absl::StrCat(kDirectoryVariable, "=", directory);
    const std::string user_variable = absl::StrCat(kUserVariable, "=", user);
    std::vector<const char*> arguments = {"peer", filter.c_str(), "--gtest_also_run_disabled_tests",
                                          nullptr};
    std::vector<const char*> environment = {directory_variable.c_str(), user_variable.c_str(),
                                            nullptr};
    if (::posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr,
                      const_cast<char**>(arguments.data()),
                      const_cast<char**>(environment.data())) != 0) {
      std::abort();
    }
    posix_spawn_file_actions_destroy(&actions);
    ::close(to[0]);
    ::close(from[1]);
    to_ = to[1];
    from_ = ::fdopen(from[0], "r");
  }

  ~Peer() {
    ::close(to_);  // the end of its input ends it
    int status = 0;
    ::waitpid(pid_, &status, 0);
    ::fclose(from_);
  }

  int pid() const { return pid_; }

  // The peer's next line that begins with "peer: ", without that; empty where it ended first.
  std::string Line() {
    char line[4096];
    while (::fgets(line, sizeof line, from_) != nullptr) {
      const std::string text = line;
      if (text.starts_with("peer: ")) return text.substr(6, text.size() - 7);
    }
    return "";
  }

  void Kill() { ::kill(pid_, SIGKILL); }

 private:
  pid_t pid_ = 0;
  int to_ = -1;
  FILE* from_ = nullptr;
};

// --- what the peer does
// ---------------------------------------------------------------------------

std::string PeerDirectory() {
  const char* user = std::getenv(kUserVariable);
  if (user != nullptr && std::atoi(user) != 0 &&
      ::setuid(static_cast<uid_t>(std::atoi(user))) != 0) {
    std::abort();
  }
  const char* directory = std::getenv(kDirectoryVariable);
  return directory == nullptr ? "" : directory;
}

TEST(Peer, DISABLED_OpensAndHolds) {
  const auto store = Open(PeerDirectory());
  std::printf("peer: %s\n", store.ok() ? "open" : store.status().ToString().c_str());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
}

// --- what is tested
// -------------------------------------------------------------------------------

TEST(StoreHolder, IsNamedByItsNumberAndProgram) {
  const TemporaryDirectory top;
  Peer peer("OpensAndHolds", top.path());
  ASSERT_EQ(peer.Line(), "open");
  std::string program;
  std::getline(std::ifstream(absl::StrCat("/proc/", peer.pid(), "/comm")), program);
  ASSERT_NE(program, "");
  for (int attempt = 0; attempt < 2; ++attempt) {  // the first takes nothing from the holder
    EXPECT_THAT(Open(top.path()),
                StatusIs(absl::StatusCode::kUnavailable,
                         AllOf(HasSubstr(absl::StrCat("process ", peer.pid(), " (", program, ")")),
                               HasSubstr(top.path()))));
  }
}

TEST(StoreHolder, LetsGoWhenItIsKilled) {
  const TemporaryDirectory top;
  {
    Peer peer("OpensAndHolds", top.path());
    ASSERT_EQ(peer.Line(), "open");
    peer.Kill();
  }
  EXPECT_THAT(Open(top.path()), IsOk());
}

// The first opening keeps its lock whatever is tried in its own process.
TEST(StoreHolder, KeepsItsLockThroughRefusedOpenings) {
  const TemporaryDirectory top;
  const auto store = Open(top.path());
  ASSERT_THAT(store, IsOk());
  std::filesystem::create_directory_symlink(top.path(), top.path() + "-link");
  for (const std::string& name : {top.path(), top.path() + "/.", top.path() + "-link"}) {
    EXPECT_THAT(Open(name), Not(IsOk())) << name;
    Peer peer("OpensAndHolds", top.path());
    EXPECT_THAT(peer.Line(), AllOf(StartsWith("UNAVAILABLE"),
                                   HasSubstr(absl::StrCat("process ", ::getpid(), " ("))))
        << name;
  }
  std::filesystem::remove(top.path() + "-link");
}

struct RightsRow {
  const char* name;
  mode_t mode;       // of the directory, which root owns
  bool is_store;     // whether there is a store in it
  std::string path;  // below the directory
};

TEST(StoreOpen, WithoutRightsIsUnavailableAndNamesNoHolder) {
  if (::getuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  const RightsRow rows[] = {
      {"a parent that nobody may write to", 0755, false, "/new"},
      {"a parent that nobody may enter", 0700, false, "/new"},
      {"an empty directory of somebody else", 0755, false, ""},
      {"a store of somebody else", 0755, true, ""},
      {"a store that nobody may enter", 0700, true, ""},
  };
  for (const RightsRow& row : rows) {
    const TemporaryDirectory top;
    ASSERT_EQ(::chmod(top.path().c_str(), 0755), 0);
    const std::string directory =
        top.Join("locks");  // the word in the path is no lock that is held
    std::filesystem::create_directory(directory);
    if (row.is_store) {
      ASSERT_THAT(Open(directory), IsOk());
    }
    ASSERT_EQ(::chmod(directory.c_str(), row.mode), 0);
    Peer peer("OpensAndHolds", directory + row.path, kNobody);
    EXPECT_THAT(peer.Line(), AllOf(StartsWith("UNAVAILABLE"), ContainsRegex("[Pp]ermi(ssion|tted)"),
                                   Not(HasSubstr("in use"))))
        << row.name;
  }
}

}  // namespace
}  // namespace dossier
