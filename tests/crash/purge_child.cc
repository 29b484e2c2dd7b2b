// The process that is killed while it purges. This program has its own write and syncs, which the
// store calls: at the given step of the purge one of them fails, or the process ends there.
//
//   dossier-purge-child DIRECTORY beside SEED      writers and purges, until it is killed
//   dossier-purge-child DIRECTORY step N HOW       one purge; the step N and HOW it ends:
//     before, half, after    killed before it, when half is written, or right after it
//     fails, halfFails       no space, at once or when half is written; an error of a sync
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "crash/child.h"

namespace {

enum class How { kBefore, kHalf, kAfter, kFails, kHalfFails };

struct Fault {
  std::atomic<bool> is_armed = false;
  std::atomic<int> steps_left = 0;
  How how = How::kBefore;
};
Fault fault;

// Whether this is the step. The standard output and the log of messages are no steps.
bool IsTheStep(int descriptor) {
  if (!fault.is_armed || descriptor <= STDERR_FILENO) return false;
  char name[512];
  const std::string link = absl::StrCat("/proc/self/fd/", descriptor);
  const ssize_t size = ::readlink(link.c_str(), name, sizeof(name));
  const std::string_view path(name, size < 0 ? 0 : static_cast<size_t>(size));
  return path.starts_with('/') && !path.ends_with("/LOG") && fault.steps_left-- == 0;
}

[[noreturn]] void Die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

template <typename Function>
Function* Next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

template <typename Sync>
int SyncOrNot(int descriptor, Sync sync) {
  if (!IsTheStep(descriptor)) return sync(descriptor);
  if (fault.how == How::kBefore || fault.how == How::kHalf) Die();
  const int result = sync(descriptor);
  if (fault.how == How::kAfter) Die();
  errno = EIO;
  return result == 0 ? -1 : result;
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t size) {
  static auto* const kNext = Next<ssize_t(int, const void*, size_t)>("write");
  if (!IsTheStep(descriptor)) return kNext(descriptor, bytes, size);
  if (fault.how == How::kBefore) Die();
  if (fault.how == How::kFails) {
    errno = ENOSPC;
    return -1;
  }
  const ssize_t written = kNext(descriptor, bytes, fault.how == How::kAfter ? size : size / 2);
  if (fault.how != How::kHalfFails) Die();
  fault.how = How::kFails;  // the rest of it
  fault.steps_left = 0;
  return written;
}

int fdatasync(int descriptor) { return SyncOrNot(descriptor, Next<int(int)>("fdatasync")); }

int fsync(int descriptor) { return SyncOrNot(descriptor, Next<int(int)>("fsync")); }

}  // extern "C"

namespace dossier::crash_test {
namespace {

constexpr int kSlotCount = 60;

void Say(std::string line) {
  line += "\n";
  if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) Die();
}

std::string Record(const std::string& code, size_t slot) {
  std::string items;
  for (int i = 0; i < 6; ++i) {
    absl::StrAppend(&items, i == 0 ? "" : ",", R"({"key":")", code, "-", i, R"(","n":)", i, "}");
  }
  return absl::StrCat(R"({"code":")", code, R"(","slot":"s)", slot, R"(","counter":0,"items":[)",
                      items, "]}");
}

// Makes, changes and deletes records of its own for as long as the process lives.
class Writer {
 public:
  Writer(Session host, uint64_t seed, int number)
      : host_(std::move(host)),
        name_(absl::StrCat(seed, ".", number)),
        random_(seed * 16 + number) {}

  [[noreturn]] void Run() {
    for (;;) {
      const size_t n = random_() % 8;
      if (n < 3 || codes_.empty()) {
        Create();
      } else if (n == 3) {
        CreateSome();
      } else if (n < 7) {
        Update();
      } else {
        Delete();
      }
    }
  }

 private:
  std::string NewCode() { return absl::StrCat(name_, ".", ++count_); }
  static EntityKey ByCode(const std::string& code) {
    return EntityKey::Attribute("code", absl::StrCat("\"", code, "\""));
  }

  void Create() {
    const std::string code = NewCode();
    Say("create- " + code);
    const auto created = host_.Create(kType, Record(code, random_() % kSlotCount));
    if (created.ok()) Made(code, created->id);
  }

  void CreateSome() {
    std::vector<std::string> codes;
    std::string records;
    for (int i = 0; i < 5; ++i) {
      codes.push_back(NewCode());
      Say("create- " + codes.back());
      absl::StrAppend(&records, i == 0 ? "[" : ",", Record(codes.back(), random_() % kSlotCount));
    }
    const auto created = host_.BulkCreate(kType, records + "]");
    if (!created.ok()) return;
    for (size_t i = 0; i < codes.size(); ++i) {
      if ((*created)[i].ok()) Made(codes[i], (*created)[i]->id);
    }
  }

  void Made(const std::string& code, uint64_t id) {
    Say(absl::StrCat("create+ ", code, " ", id));
    codes_.push_back(code);
  }

  void Update() {
    const std::string& code = codes_[random_() % codes_.size()];
    const std::string line = absl::StrCat(code, " ", ++count_);
    Say("update- " + line);
    const auto updated =
        host_.Update(kType, ByCode(code),
                     absl::StrCat(R"({"counter":)", count_, R"(,"items":[{"n":)", count_, "}]}"));
    if (updated.ok()) Say("update+ " + line);
  }

  void Delete() {
    const std::string code = codes_.back();
    codes_.pop_back();
    Say("delete- " + code);
    if (host_.Delete(kType, ByCode(code)).ok()) Say("delete+ " + code);
  }

  Session host_;
  const std::string name_;
  std::mt19937_64 random_;
  uint64_t count_ = 0;
  std::vector<std::string> codes_;  // of what it made, there or purged
};

int RunBeside(Engine& engine, uint64_t seed) {
  std::vector<std::thread> threads;
  for (int number = 0; number < 3; ++number) {
    threads.emplace_back(
        [&engine, seed, number] { Writer(engine.HostSession(), seed, number).Run(); });
  }
  for (uint64_t n = seed;; ++n) {
    Say("purge-");
    const absl::Status status = engine.HostSession().Purge(kType);
    Say(status.ok() ? "purge+" : absl::StrCat("refused ", static_cast<int>(status.code())));
    // Now and then at once again, or while what is left is given back.
    if (n % 3 == 0) engine.HostSession().ReclaimSpace().IgnoreError();
  }
}

int RunStep(Engine& engine, int step, How how) {
  Session host = engine.HostSession();
  const auto create = [&](const std::string& code, size_t slot) {
    Say("create- " + code);
    const auto created = host.Create(kType, Record(code, slot));
    if (created.ok()) Say(absl::StrCat("create+ ", code, " ", created->id));
    return created;
  };
  const auto client = host.AddClient("", {"owner"});
  if (!client.ok()) return 2;
  for (size_t i = 0; i < 12; ++i) {
    const auto created = create(absl::StrCat("before", i), i);
    if (!created.ok()) return 2;
    if (i > 0) continue;
    const auto token =
        host.IssueAccessToken(kType, EntityKey::Id(created->id), {.client_id = client->client_id});
    if (!token.ok()) return 2;
    Say("token " + *token);
  }
  fault.steps_left = step;
  fault.how = how;
  Say("purge-");
  fault.is_armed = true;
  const absl::Status purged = host.Purge(kType);
  Say(purged.ok() ? "purge+" : absl::StrCat("refused ", static_cast<int>(purged.code())));
  if (const auto count = host.Count(kType); count.ok()) Say(absl::StrCat("left ", *count));
  if (purged.ok()) {
    for (size_t i = 0; i < 4; ++i) create(absl::StrCat("after", i), i).IgnoreError();
    host.ReclaimSpace().IgnoreError();
  }
  fault.is_armed = false;
  if (fault.steps_left >= 0) Say("unreached");
  Die();
}

}  // namespace
}  // namespace dossier::crash_test

int main(int count, char** arguments) {
  using namespace dossier;
  if (count < 4) return 2;
  const std::string_view mode = arguments[2];
  auto engine =
      crash_test::Open(arguments[1], mode == "step" ? Durability::kSynced : Durability::kBuffered);
  if (!engine.ok()) return 2;
  if (mode == "beside") {
    return crash_test::RunBeside(**engine, std::strtoull(arguments[3], nullptr, 10));
  }
  const std::pair<std::string_view, How> kHows[] = {{"before", How::kBefore},
                                                    {"half", How::kHalf},
                                                    {"after", How::kAfter},
                                                    {"fails", How::kFails},
                                                    {"halfFails", How::kHalfFails}};
  for (const auto& [name, how] : kHows) {
    if (count == 5 && name == arguments[4]) {
      return crash_test::RunStep(**engine, std::atoi(arguments[3]), how);
    }
  }
  return 2;
}
