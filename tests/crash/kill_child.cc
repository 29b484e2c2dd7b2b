// The process that is killed while it writes; before and after each call it notes in the ledger what it
// does.
//
//   dossier-kill-child DIRECTORY FILE SEED write     checks what the last one left, and writes until it
//                                                    is killed
//   dossier-kill-child DIRECTORY FILE SEED compact   and compacts the store meanwhile
//   dossier-kill-child DIRECTORY FILE SEED open      opens the store and waits
//
// FILE is the number of the open file of the ledger.
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "crash/kill_check.h"
#include "crash/kill_ledger.h"
#include "dossier/errors.h"

namespace dossier::crash_test {
namespace {

constexpr size_t kItemsMax = 40;  // in one record, about

[[noreturn]] void Fail(Ledger& ledger, const std::string& why) {
  std::strncpy(ledger.failure.data(), why.c_str(), ledger.failure.size() - 1);
  ::_exit(1);
}

class Writer {
 public:
  Writer(Session host, Ledger& ledger, uint64_t seed, size_t number)
      : host_(std::move(host)),
        ledger_(ledger),
        random_(seed * kWriterCount + number),
        first_key_(number * kKeysPerWriter),
        count_(static_cast<int64_t>(random_() % 1'000'000'000) * 1'000) {}

  [[noreturn]] void Run() {
    for (;;) Write(first_key_ + random_() % kKeysPerWriter);
  }

 private:
  void Write(size_t key) {
    Entry& entry = ledger_.entries[key];
    const EntityKey by_code = EntityKey::Attribute("code", CodeOf(key));
    const WriteOptions options{.durability =
                                   OneIn(4) ? Durability::kSynced : Durability::kBuffered};
    ++ledger_.write_count;
    absl::Status status;
    if (!entry.known.is_there) {
      const std::string record = Compose(key, {.is_there = true}, /*is_whole=*/true);
      Try(entry);
      const auto created = host_.Create(kType, record, {.durability = options.durability});
      status = created.status();
      if (created.ok()) tried_.id = created->id;
      if (created.ok() && created->id <= ledger_.highest_id) Fail(ledger_, "an id came again");
    } else if (OneIn(10)) {
      tried_ = {};
      Try(entry);
      status = host_.Delete(kType, by_code, options);
    } else if (OneIn(3) || entry.known.item_count > kItemsMax) {
      const std::string record =
          Compose(key, {.is_there = true, .id = entry.known.id}, /*is_whole=*/true);
      Try(entry);
      status = host_.Replace(kType, by_code, record, options).status();
    } else {
      const std::string change = Compose(key, entry.known, /*is_whole=*/false);
      Try(entry);
      status = host_.Update(kType, by_code, change, options).status();
    }
    Settle(entry, status);
    ledger_.synced_count += status.ok() && options.durability == Durability::kSynced;
  }

  // Makes `tried_` what a write makes of `before`. Returns its JSON.
  std::string Compose(size_t key, const RecordState& before, bool is_whole) {
    tried_ = before;
    tried_.counter = ++count_;
    std::string json = absl::StrCat("{\"code\":", CodeOf(key), ",\"counter\":", count_);
    if (is_whole || OneIn(2)) {
      tried_.slot = OneIn(4) ? -1 : static_cast<int>(random_() % kSlotCount);
      absl::StrAppend(&json, ",\"slot\":", tried_.slot < 0 ? "null" : SlotName(tried_.slot));
    }
    json += ",\"items\":[";
    for (uint64_t left = random_() % 5; left > 0; --left) {
      tried_.Append(++count_);
      absl::StrAppend(&json, "{\"key\":\"", key, "-", count_, "\",\"n\":", count_,
                      left > 1 ? "}," : "}");
    }
    return json + "]}";
  }

  void Try(Entry& entry) {
    entry.tried = tried_;
    entry.phase.store(Entry::kTrying, std::memory_order_release);
  }

  // Of a write that was answered.
  void Settle(Entry& entry, const absl::Status& status) {
    if (status.ok()) {
      entry.tried.id = tried_.id;
      entry.phase.store(Entry::kDone, std::memory_order_release);
      entry.known = tried_;
    } else {
      const auto detail = DetailOf(status);
      if (!detail || detail->code != 361) Fail(ledger_, status.ToString());
      ++ledger_.refused_count;
    }
    entry.phase.store(Entry::kIdle, std::memory_order_release);
  }

  bool OneIn(uint64_t n) { return random_() % n == 0; }

  Session host_;
  Ledger& ledger_;
  std::mt19937_64 random_;
  const size_t first_key_;
  int64_t count_;  // no two writes have one, in whatever process
  RecordState tried_;
};

[[noreturn]] void Write(Engine& engine, Ledger& ledger, uint64_t seed, bool compacts) {
  std::vector<std::thread> threads;
  for (size_t number = 0; number < kWriterCount; ++number) {
    threads.emplace_back([&engine, &ledger, seed, number] {
      Writer(engine.HostSession(), ledger, seed, number).Run();
    });
  }
  ledger.is_writing = true;
  while (compacts) {
    if (const absl::Status status = engine.Compact(); !status.ok()) Fail(ledger, status.ToString());
  }
  for (;;) ::pause();
}

int Run(char** arguments) {
  Ledger& ledger = Ledger::Map(std::atoi(arguments[2]));
  const uint64_t seed = std::strtoull(arguments[3], nullptr, 10);
  const std::string_view what = arguments[4];
  const bool is_gone =
      ledger.highest_id > 0 && !std::filesystem::exists(std::string(arguments[1]) + "/CURRENT");
  if (is_gone) Fail(ledger, "there is no store any more");
  const auto engine = Open(arguments[1], Durability::kBuffered);
  if (!engine.ok()) Fail(ledger, engine.status().ToString());
  if (what == "open") {
    for (;;) ::pause();
  }
  if (const absl::Status status = CheckStore(**engine, ledger); !status.ok()) {
    Fail(ledger, status.ToString());
  }
  Write(**engine, ledger, seed, what == "compact");
}

}  // namespace
}  // namespace dossier::crash_test

int main(int count, char** arguments) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  return count == 5 ? dossier::crash_test::Run(arguments) : 2;
}
