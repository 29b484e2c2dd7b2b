// A process that purges is killed, or its disk fails, at every moment: what is there when the store is
// opened again must be what the process can have left.
//
// DOSSIER_CRASHES=1000 asks for that many killed processes instead of the few of an ordinary run.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "crash/child.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::crash_test::kType;
using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;

using Lines = std::vector<std::string>;

// When a child is killed: having said so many lines, or begun so many purges.
struct Until {
  size_t line_count = SIZE_MAX;
  size_t purge_count = SIZE_MAX;
};

size_t CountOf(std::string_view text, std::string_view what) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(what, at)) != text.npos; at += what.size()) ++count;
  return count;
}

// Runs the child until it ends or is killed. Returns all it said.
Lines RunChild(std::vector<std::string> arguments, const Until& until) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
  arguments.insert(arguments.begin(), DOSSIER_PURGE_CHILD);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const pid_t process = ::fork();
  if (process == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::execv(DOSSIER_PURGE_CHILD, pointers.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string said;
  char some[4096];
  for (ssize_t size = 0; (size = ::read(ends[0], some, sizeof(some))) > 0;) {
    said.append(some, static_cast<size_t>(size));
    if (CountOf(said, "\n") >= until.line_count || CountOf(said, "purge-") >= until.purge_count) {
      ::kill(process, SIGKILL);
    }
  }
  int status = 0;
  ::waitpid(process, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << said;
  ::close(ends[0]);
  Lines lines = absl::StrSplit(said, '\n');
  lines.pop_back();  // what was cut, or nothing
  return lines;
}

struct Stored {
  uint64_t id = 0;
  int64_t counter = 0;
};
using Records = std::map<std::string, Stored>;  // by code

int64_t NumberIn(std::string_view json, std::string_view member) {
  const size_t at = json.find(absl::StrCat("\"", std::string(member), "\":"));
  return std::strtoll(json.data() + at + member.size() + 3, nullptr, 10);
}

// Of a sound store, in which each record is found by its code and by an index.
Records RecordsIn(Engine& engine) {
  Session host = engine.HostSession();
  Records records;
  const absl::Status exported =
      host.Export(kType, {.attributes = {"id", "code", "counter"}}, [&](std::string_view record) {
        const size_t begin = record.find(R"("code":")") + 8;
        const std::string code(record.substr(begin, record.find('"', begin) - begin));
        records[code] = {static_cast<uint64_t>(NumberIn(record, "id")),
                         NumberIn(record, "counter")};
        return absl::OkStatus();
      });
  EXPECT_THAT(exported, IsOk());
  for (const auto& [code, stored] : records) {
    const EntityKey key = EntityKey::Attribute("code", absl::StrCat("\"", code, "\""));
    EXPECT_THAT(host.Get(kType, key, {.path = "id"}),
                testing::IsOkAndHolds(absl::StrCat(stored.id)));
  }
  for (const char* filter : {"counter >= 0", "code >= ''"}) {
    EXPECT_THAT(host.Count(kType, {.filter = filter}), testing::IsOkAndHolds(records.size()));
  }
  const auto found = engine.Verify();
  EXPECT_THAT(found, IsOk());
  EXPECT_TRUE(found->is_sound()) << found->findings.front();
  EXPECT_EQ(found->record_count, records.size());
  return records;
}

// What a process said of one record: places among its lines.
struct Told {
  size_t begun = 0;
  std::optional<size_t> created = std::nullopt;
  bool may_be_deleted = false;
  bool is_deleted = false;
  int64_t counter_least = 0;
  int64_t counter_most = 0;
};

struct Purge {
  size_t begun = 0;
  size_t ended = SIZE_MAX;
};

// Whether `after` is what a process that said `lines` can have left of `before`.
class Judgement {
 public:
  Judgement(const Records& before, const Lines& lines) {
    for (const auto& [code, stored] : before) {
      told_[code] = {.created = 0, .counter_least = stored.counter, .counter_most = stored.counter};
    }
    for (size_t i = 0; i < lines.size(); ++i) Read(lines[i], i + 1);
  }

  void Judge(const Records& after) const {
    for (const auto& [code, stored] : after) EXPECT_TRUE(told_.contains(code)) << code;
    int kept = 0;
    int gone = 0;
    for (const auto& [code, told] : told_) {
      const auto found = after.find(code);
      const bool is_there = found != after.end();
      if (is_there) {
        EXPECT_FALSE(told.is_deleted || IsPurged(told)) << code << " is back";
        EXPECT_GE(found->second.counter, told.counter_least) << code;
        EXPECT_LE(found->second.counter, told.counter_most) << code;
      }
      if (!told.created || told.may_be_deleted) continue;
      EXPECT_TRUE(is_there || MayBePurged(told)) << code << " is lost";
      if (IsOfTheLast(told)) ++(is_there ? kept : gone);
    }
    EXPECT_TRUE(kept == 0 || gone == 0) << kept << " are left of a purge that took " << gone;
  }

  bool is_cut_short() const { return !purges_.empty() && purges_.back().ended == SIZE_MAX; }

 private:
  void Read(const std::string& line, size_t at) {
    const Lines words = absl::StrSplit(line, ' ');
    const std::string& what = words[0];
    if (what == "purge-") purges_.push_back({.begun = at});
    if (what == "purge+") purges_.back().ended = at;
    if (what == "purge-" || what == "purge+" || words.size() < 2) return;
    Told& told = told_[words[1]];
    int64_t number = 0;
    EXPECT_TRUE(words.size() == 2 || absl::SimpleAtoi(words[2], &number)) << line;
    if (what == "create-") told.begun = at;
    if (what == "create+") told.created = at;
    if (what == "update-") told.counter_most = number;
    if (what == "update+") told.counter_least = number;
    if (what == "delete-") told.may_be_deleted = true;
    if (what == "delete+") told.is_deleted = true;
  }

  bool IsPurged(const Told& told) const {
    return told.created && std::any_of(purges_.begin(), purges_.end(), [&](const Purge& purge) {
             return purge.begun > *told.created && purge.ended != SIZE_MAX;
           });
  }
  bool MayBePurged(const Told& told) const {
    return std::any_of(purges_.begin(), purges_.end(),
                       [&](const Purge& purge) { return purge.ended > told.begun; });
  }
  // Whether nothing can have taken it but a purge that was cut short, for which it was there.
  bool IsOfTheLast(const Told& told) const {
    if (!is_cut_short() || *told.created > purges_.back().begun) return false;
    return std::none_of(purges_.begin(), purges_.end() - 1,
                        [&](const Purge& purge) { return purge.ended > told.begun; });
  }

  std::map<std::string, Told> told_;
  std::vector<Purge> purges_;
};

size_t CrashCount() {
  const char* const wanted = std::getenv("DOSSIER_CRASHES");
  size_t count = 20;
  if (wanted != nullptr) {
    EXPECT_TRUE(absl::SimpleAtoi(wanted, &count));
  }
  return count;
}

TEST(PurgeCrash, KilledBesideWriters) {
  const TemporaryDirectory top;
  std::mt19937_64 random(7);
  Records records;
  size_t cut_short = 0;
  for (size_t n = 1; n <= CrashCount(); ++n) {
    const Until until = n % 3 == 0 ? Until{.line_count = 1 + random() % 3'000}
                                   : Until{.purge_count = 2 + random() % 5};
    const Lines lines = RunChild({top.Join("store"), "beside", absl::StrCat(n)}, until);
    const auto engine = crash_test::Open(top.Join("store"), Durability::kBuffered);
    ASSERT_THAT(engine, IsOk());
    const Records after = RecordsIn(**engine);
    const Judgement judgement(records, lines);
    judgement.Judge(after);
    if (HasFailure()) FAIL() << "process " << n << "\n" << absl::StrJoin(lines, "\n");
    cut_short += judgement.is_cut_short();
    records = after;
  }
  EXPECT_GT(cut_short, CrashCount() / 10);
}

class PurgeStepTest : public ::testing::TestWithParam<const char*> {};

TEST_P(PurgeStepTest, LeavesAllOrNothing) {
  int taken = 0;
  for (int step = 0;; ++step) {
    ASSERT_LT(step, 200);
    const TemporaryDirectory top;
    const Lines lines = RunChild({top.Join("store"), "step", absl::StrCat(step), GetParam()}, {});
    const std::string said = absl::StrJoin(lines, "\n");
    const auto engine = crash_test::Open(top.Join("store"), Durability::kBuffered);
    ASSERT_THAT(engine, IsOk()) << said;
    const Records after = RecordsIn(**engine);
    Judgement({}, lines).Judge(after);
    // What the process saw itself is what is there, and the access to a record goes with it.
    const bool is_there = after.contains("before0");
    taken += !is_there;
    // 14: kUnavailable, after which nothing was done.
    EXPECT_FALSE(absl::StrContains(said, "refused 14") && !is_there);
    EXPECT_FALSE(absl::StrContains(said, "left 0") && is_there);
    EXPECT_TRUE(!absl::StrContains(said, "left") || absl::StrContains(said, "left 12") ||
                absl::StrContains(said, "left 0"));
    const size_t token = said.find("token ") + 6;
    const auto session =
        (*engine)->TokenSession(said.substr(token, said.find('\n', token) - token));
    if (is_there) {
      EXPECT_THAT(session, IsOk());
    } else {
      EXPECT_THAT(session, HasError(413));
    }
    if (HasFailure()) FAIL() << "step " << step << "\n" << said;
    if (!absl::StrContains(said, "unreached")) continue;
    EXPECT_GT(step, 2);
    break;
  }
  EXPECT_GT(taken, 0);
}

INSTANTIATE_TEST_SUITE_P(Step, PurgeStepTest,
                         ::testing::Values("before", "half", "after", "fails", "halfFails"),
                         [](const auto& how) { return std::string(how.param); });

}  // namespace
}  // namespace dossier
