// A disk without space: a small file system in memory, mounted where the test may.
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;

constexpr char kDefs[] = R"([{"name":"code","type":"string","constraints":["unique"]},
                            {"name":"text","type":"string"}])";

class FullDiskTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::getuid() != 0 ||
        ::mount("none", top_.path().c_str(), "tmpfs", 0, "size=8m,mode=0700") != 0) {
      GTEST_SKIP() << "no file system can be mounted here";
    }
    is_mounted_ = true;
    ASSERT_NO_FATAL_FAILURE(Open());
    ASSERT_THAT(engine_->HostSession().CreateEntityType("user", kDefs), IsOk());
  }
  void TearDown() override {
    engine_.reset();
    if (is_mounted_) ::umount2(top_.path().c_str(), MNT_DETACH);
  }

  void Open() {
    engine_.reset();
    auto engine = Engine::Open({.directory = top_.Join("store"), .block_cache_bytes = 1u << 20});
    ASSERT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
  }

  absl::StatusOr<Created> Create(int number) {
    return engine_->HostSession().Create(
        "user",
        absl::StrCat(R"({"code":")", number, R"(","text":")", std::string(20'000, 'x'), R"("})"));
  }
  absl::StatusOr<std::string> CodeOf(uint64_t id) {
    return engine_->HostSession().Get("user", EntityKey::Id(id), {.path = "code"});
  }

  // Fills what is left of the file system.
  void Fill() {
    std::ofstream file(top_.Join("ballast"), std::ios::binary);
    const std::string block(4096, 'x');
    while (file.write(block.data(), 4096).flush()) {
    }
  }
  void Free() { std::filesystem::remove(top_.Join("ballast")); }

  TemporaryDirectory top_;
  bool is_mounted_ = false;
  std::unique_ptr<Engine> engine_;
};

TEST_F(FullDiskTest, TakesNoWriteAndLosesNone) {
  std::vector<uint64_t> acknowledged;
  for (int i = 0; i < 20; ++i) {
    const auto created = Create(i);
    ASSERT_THAT(created, IsOk());
    acknowledged.push_back(created->id);
  }
  Fill();
  int refused = 0;
  EXPECT_THAT(engine_->Health(), IsOk());
  for (int i = 100; i < 140; ++i) {  // what the log had room for goes on
    const auto created = Create(i);
    EXPECT_EQ(engine_->Health().ok(), created.ok()) << engine_->Health();
    if (created.ok()) {
      acknowledged.push_back(created->id);
      continue;
    }
    ++refused;
    EXPECT_EQ(created.status().code(), absl::StatusCode::kUnavailable) << created.status();
  }
  EXPECT_GT(refused, 0);
  for (const uint64_t id : acknowledged) EXPECT_THAT(CodeOf(id), IsOk()) << "reads go on";
  Free();
  const auto created = Create(200);
  ASSERT_THAT(created, IsOk()) << "it does not go on by itself";
  acknowledged.push_back(created->id);
  ASSERT_NO_FATAL_FAILURE(Open());
  EXPECT_THAT(engine_->Health(), IsOk());
  for (const uint64_t id : acknowledged) EXPECT_THAT(CodeOf(id), IsOk());
  // A refused code is free, or, where the write did reach the disk, its record is whole.
  for (int i = 100; i < 140; ++i) {
    const EntityKey key = EntityKey::Attribute("code", absl::StrCat("\"", i, "\""));
    const auto held = engine_->HostSession().Get("user", key, {.path = "code"});
    if (held.ok()) continue;
    EXPECT_EQ(held.status().code(), absl::StatusCode::kNotFound) << held.status();
    EXPECT_THAT(Create(i), IsOk()) << i;
  }
}

}  // namespace
}  // namespace dossier
