// The key of the clients' secrets changes in one step, however it is broken off.
#include <algorithm>
#include <filesystem>
#include <string>

#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;

constexpr char kOld[] = "0123456789abcdef";
constexpr char kNew[] = "fedcba9876543210";

absl::StatusOr<std::unique_ptr<Engine>> Open(const std::string& directory, const char* key,
                                             const char* former_key = "",
                                             std::optional<uint64_t> accepted = std::nullopt) {
  return Engine::Open({.directory = directory,
                       .block_cache_bytes = 1u << 20,
                       .secrets_key = key,
                       .former_secrets_key = former_key,
                       .accept_loss_down_to = accepted});
}

// The newest file that RocksDB writes what is committed to.
std::filesystem::path LogOf(const std::string& directory) {
  std::filesystem::path newest;
  for (const auto& file : std::filesystem::recursive_directory_iterator(directory)) {
    if (file.path().extension() == ".log") newest = std::max(newest, file.path());
  }
  return newest;
}

void ExpectClients(Engine& engine) {
  for (const char* id : {"a", "b", "c"}) EXPECT_THAT(engine.ClientSession(id, "secret"), IsOk());
}

TEST(SecretsKeyTest, IsWantedInThePlaceOfTheFormer) {
  const TemporaryDirectory top;
  EXPECT_THAT(Open(top.Join("store"), "", kOld), HasError(200));
}

// A copy of what is on disk when the key has just been changed is cut off ever earlier, as a crash
// would leave it: one of the keys opens it alone, never the other, and both together always do.
TEST(SecretsKeyTest, ChangesInOneStepThatACrashDoesNotHalve) {
  const TemporaryDirectory top;
  const std::string store = top.Join("store");
  {
    auto engine = Open(store, kOld);
    ASSERT_THAT(engine, IsOk());
    for (const char* id : {"a", "b", "c"}) {
      ASSERT_THAT((*engine)->HostSession().AddClient(
                      {.client_id = id, .client_secret = "secret", .features = {"owner"}}),
                  IsOk());
    }
  }
  const std::string changed = top.Join("changed");
  {
    auto engine = Open(store, kNew, kOld);
    ASSERT_THAT(engine, IsOk());
    std::filesystem::copy(store, changed, std::filesystem::copy_options::recursive);
  }
  const auto bytes = std::filesystem::file_size(LogOf(changed));
  ASSERT_GT(bytes, 100);
  int old_count = 0;
  int new_count = 0;
  for (auto kept = bytes; kept > 0; kept -= std::min<uintmax_t>(kept, bytes / 12)) {
    const auto opens = [&](const char* key, const char* former_key) {
      const std::string copy = top.Join("copy");
      std::filesystem::remove_all(copy);
      std::filesystem::copy(changed, copy, std::filesystem::copy_options::recursive);
      std::filesystem::resize_file(LogOf(copy), kept);
      std::filesystem::remove(copy + "/TAIL");  // it has what the log lacks now
      // It was open when the crash came: the mark is of a later moment than the log is now.
      const auto engine = Open(copy, key, former_key, /*accepted=*/0);
      if (engine.ok()) ExpectClients(**engine);
      return engine.ok();
    };
    const bool is_old = opens(kOld, "");
    const bool is_new = opens(kNew, "");
    EXPECT_NE(is_old, is_new) << kept;
    EXPECT_TRUE(opens(kNew, kOld)) << kept;
    old_count += is_old ? 1 : 0;
    new_count += is_new ? 1 : 0;
  }
  EXPECT_GT(old_count, 0);
  EXPECT_GT(new_count, 0);
}

}  // namespace
}  // namespace dossier
