// What the tests of threads share: an engine with the entity type `thing`, and a start gun.
#ifndef DOSSIER_TESTS_ENGINE_CONCURRENCY_H_
#define DOSSIER_TESTS_ENGINE_CONCURRENCY_H_

#include <cstdint>
#include <functional>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {

inline constexpr int kThreadCount = 8;

inline constexpr char kThingAttrDefs[] = R"([
  {"name":"code","type":"string","constraints":["unique"]},
  {"name":"counter","type":"integer"},
  {"name":"email","type":"string","constraints":["unique"]},
  {"name":"items","type":"plural","attr_defs":[
    {"name":"key","type":"string","constraints":["unique"]},
    {"name":"n","type":"integer"}]}])";

// Runs `body` with the numbers 0 to kThreadCount - 1, each in a thread, all let go at once.
inline void InThreads(const std::function<void(int)>& body) {
  std::latch start(kThreadCount);
  std::vector<std::thread> threads;
  for (int number = 0; number < kThreadCount; ++number) {
    threads.emplace_back([&, number] {
      start.arrive_and_wait();
      body(number);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// The texts of the scalars behind `"name":` in `json`, in order, strings with their quotes. For
// values without commas and brackets. (No std::regex: its locale tables race under TSan.)
inline std::vector<std::string> Scalars(const std::string& json, const std::string& name) {
  std::vector<std::string> scalars;
  const std::string member = "\"" + name + "\":";
  for (size_t at = json.find(member); at != std::string::npos; at = json.find(member, at)) {
    at += member.size();
    scalars.push_back(json.substr(at, json.find_first_of(",]}", at) - at));
  }
  return scalars;
}

// As Scalars, of integers.
inline std::vector<int64_t> Numbers(const std::string& json, const std::string& name) {
  std::vector<int64_t> numbers;
  for (const std::string& scalar : Scalars(json, name)) numbers.push_back(std::stoll(scalar));
  return numbers;
}

// The instant that a time of the API, as a JSON string, names.
inline absl::Time TimeOf(const std::string& json_string) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("\"%Y-%m-%d %H:%M:%E*S %z\"", json_string, &time, &error))
      << json_string;
  return time;
}

// One engine in a directory of its own, used by many threads.
class ConcurrencyTest : public ::testing::Test {
 protected:
  // An engine whose clock is `clock` (empty: the system's) with the entity type `thing`.
  void Open(std::function<absl::Time()> clock = {},
            size_t large_plural_bytes = EngineOptions().large_plural_bytes) {
    EngineOptions options;
    options.directory = directory_.path();
    options.durability = Durability::kBuffered;
    options.block_cache_bytes = 8u << 20;
    options.record_cache_bytes = 8u << 20;
    options.large_plural_bytes = large_plural_bytes;
    options.clock = std::move(clock);
    options.large_plural_bytes = large_plural_bytes_;
    engine_.reset();
    absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Open(options);
    ASSERT_THAT(engine, testing::IsOk());
    engine_ = *std::move(engine);
    absl::StatusOr<std::vector<std::string>> names = engine_->HostSession().EntityTypeNames();
    ASSERT_THAT(names, testing::IsOk());
    if (names->empty()) {
      ASSERT_THAT(engine_->HostSession().CreateEntityType("thing", kThingAttrDefs),
                  testing::IsOk());
    }
  }

  Session Host() { return engine_->HostSession(); }

  uint64_t Create(const std::string& attributes) {
    absl::StatusOr<Created> created = Host().Create("thing", attributes);
    EXPECT_THAT(created, testing::IsOk());
    return created.ok() ? created->id : 0;
  }

  std::string Read(uint64_t id, const std::string& path = "") {
    absl::StatusOr<std::string> json =
        Host().Get("thing", EntityKey::Id(id), GetOptions{.path = path});
    EXPECT_THAT(json, testing::IsOk());
    return json.ok() ? *json : "";
  }

  testing::TemporaryDirectory directory_;
  size_t large_plural_bytes_ = EngineOptions().large_plural_bytes;
  std::unique_ptr<Engine> engine_;
};

}  // namespace dossier

#endif  // DOSSIER_TESTS_ENGINE_CONCURRENCY_H_
