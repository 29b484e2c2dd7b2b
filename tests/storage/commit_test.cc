// Who waits for the disk. This program has an fdatasync of its own, which the store calls.
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "storage/store.h"
#include "support/disk_gate.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using testing::DiskGate;
using testing::IsOk;

absl::Status PutTwo(Store& store, char value, auto commit) {
  Batch batch(store);
  batch.Put(Family::kMeta, std::string(1, value), std::string(1, value));
  batch.Put(Family::kIndex, std::string(1, value), std::string(1, value));
  return commit(batch);
}

TEST(Commit, AsideHoldsUpNobody) {
  const testing::TemporaryDirectory top;
  auto store = Store::Open({.directory = top.path(), .block_cache_bytes = 1u << 20});
  ASSERT_THAT(store, IsOk());
  Store& open = **store;
  DiskGate().Close();
  std::thread aside([&] {
    EXPECT_THAT(PutTwo(open, 'a', [&](Batch& batch) { return open.CommitAside(batch); }), IsOk());
    EXPECT_TRUE(DiskGate().is_open()) << "it came back before the disk did";
  });
  EXPECT_TRUE(DiskGate().AwaitSomebody()) << "CommitAside did not ask the disk";
  const auto buffered = [&](Batch& batch) { return open.Commit(batch, Durability::kBuffered); };
  EXPECT_THAT(PutTwo(open, 'b', buffered), IsOk());
  EXPECT_FALSE(DiskGate().is_open()) << "the other write waited for the disk";
  DiskGate().Open();
  aside.join();
  for (const char value : {'a', 'b'}) {
    for (const Family family : {Family::kMeta, Family::kIndex}) {
      const auto got = open.Get(family, std::string(1, value));
      ASSERT_THAT(got, IsOk());
      ASSERT_NE(*got, nullptr);
      EXPECT_EQ(**got, std::string(1, value));
    }
  }
}

}  // namespace
}  // namespace dossier

extern "C" int fdatasync(int file) {
  if (!dossier::testing::DiskGate().Pass()) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(syscall(SYS_fdatasync, file));
}
