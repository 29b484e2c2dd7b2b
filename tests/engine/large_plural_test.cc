// Large plurals are invisible: the same calls get the same answers wherever elements are kept.
#include <gtest/gtest.h>

#include <algorithm>

#include <atomic>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "dossier/engine.h"
#include "dossier/errors.h"
#include "storage/keyspace.h"
#include "storage/store.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using testing::IsOk;

constexpr char kAttrDefs[] = R"([
  {"name":"title","type":"string"},
  {"name":"key","type":"string","constraints":["unique"]},
  {"name":"friends","type":"plural","attr_defs":[
    {"name":"name","type":"string","constraints":["unique"]},
    {"name":"nick","type":"string","constraints":["locally-unique"]},
    {"name":"note","type":"string"},
    {"name":"pets","type":"plural","attr_defs":[
      {"name":"pet","type":"string","constraints":["locally-unique"]},
      {"name":"chip","type":"integer","constraints":["unique"]}]}]},
  {"name":"home","type":"object","attr_defs":[
    {"name":"rooms","type":"plural","attr_defs":[{"name":"room","type":"string"}]}]}])";

// An engine whose plurals leave their records at `large_plural_bytes`, and whose ids and times are
// those of every other such engine given the same calls.
class TestEngine {
 public:
  explicit TestEngine(size_t large_plural_bytes) : large_plural_bytes_(large_plural_bytes) {
    Open();
  }

  void Open() {
    engine_.reset();
    auto engine = Engine::Open({.directory = directory_.path(),
                                .durability = Durability::kBuffered,
                                .block_cache_bytes = 8u << 20,
                                .record_cache_bytes = 1u << 20,
                                .large_plural_bytes = large_plural_bytes_,
                                .clock = [this] { return absl::FromUnixMicros(++now_); }});
    ASSERT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
  }
  void Close() { engine_.reset(); }
  Session session() { return engine_->HostSession(); }
  std::string directory() const { return directory_.path(); }

 private:
  size_t large_plural_bytes_;
  testing::TemporaryDirectory directory_;
  std::unique_ptr<Engine> engine_;
  std::atomic<int64_t> now_ = 1'600'000'000'000'000;
};

std::string Told(const absl::StatusOr<std::string>& answer) {
  if (answer.ok()) return *answer;
  const auto detail = DetailOf(answer.status());
  if (!detail) return answer.status().ToString();
  // Where several values of one record collide with each other, any of them may be named.
  if (detail->code == 361 && detail->holder_id == 0) return "361 within the record";
  return absl::StrCat(detail->code, " ", detail->attribute_name, " ", detail->argument_name, " ",
                      detail->holder_id);
}

// The ids that follow `"id":` in an answer: of a record and of all its elements.
std::vector<uint64_t> IdsIn(const std::string& json) {
  std::vector<uint64_t> ids;
  for (size_t at = json.find("\"id\":"); at != std::string::npos;
       at = json.find("\"id\":", at + 1)) {
    ids.push_back(std::stoull(json.substr(at + 5, 20)));
  }
  return ids;
}

// Random calls on a few records; every choice comes from the seed and from earlier answers, so that
// engines that answer alike are asked alike.
class History {
 public:
  History(TestEngine& store, uint64_t seed) : store_(store), random_(seed) {}

  std::vector<std::string> Run(int call_count) {
    std::vector<std::string> told;
    for (int i = 0; i < 3; ++i) told.push_back(Create());
    for (int i = 0; i < call_count; ++i) {
      if (Below(60) == 0) store_.Open();
      told.push_back(Call());
    }
    for (const uint64_t record : records_) told.push_back(Read(record));
    return told;
  }

 private:
  uint64_t Below(uint64_t bound) { return random_() % bound; }

  std::string Create() {
    auto created = store_.session().Create(
        "person", absl::StrCat(R"({"key":"k)", records_.size(), R"(","friends":)", Friends(), "}"),
        {.include_record = true});
    if (!created.ok()) return Told(created.status());
    records_.push_back(created->id);
    Note(created->record);
    return created->record;
  }

  std::string Call() {
    const uint64_t record = records_[Below(records_.size())];
    const EntityKey key = EntityKey::Id(record);
    Session session = store_.session();
    switch (Below(12)) {
      case 0:
        return Noted(session.Update("person", key, absl::StrCat(R"({"friends":)", Friends(), "}"),
                                    {.include_record = true}));
      case 1:
        return Noted(
            session.Update("person", key, Friends(), {.path = "/friends", .include_record = true}));
      case 2:
        return Noted(session.Update("person", key, Friend(), {.path = FriendPath()}));
      case 3:
        return Noted(session.Replace("person", key, Friend(),
                                     {.path = FriendPath(), .include_record = true}));
      case 4:
        return Noted(session.Update("person", key, Pets(),
                                    {.path = FriendPath() + "/pets", .include_record = true}));
      case 5:
        return Told(session.Delete("person", key, {.path = FriendPath()}));
      case 6:
        return Told(
            session.Delete("person", key, {.path = absl::StrCat(FriendPath(), "/pets#", AnyId())}));
      case 7:
        return Noted(
            session.Update("person", key,
                           absl::StrCat(R"({"friends":[{"id":)", AnyId(), R"(,"note":"n","pets":)",
                                        Pets(), "},", Friend(), "]}"),
                           {.include_record = true}));
      case 8:
        if (Below(4) != 0) return "";
        return Noted(session.Replace("person", key, Friends(),
                                     {.path = "/friends", .include_record = true}));
      case 9:
        if (Below(6) != 0) return Read(record);
        return Noted(
            session.Replace("person", key,
                            absl::StrCat(R"({"key":"r)", record, R"(","friends":)", Friends(),
                                         R"(,"home":{"rooms":[{"room":"a"},{"room":"b"}]}})")));
      case 10:
        return Told(session.Get("person", EntityKey::Attribute("/friends/name", Quoted(Name()))));
      default:
        return Noted(session.Update(
            "person", EntityKey::Attribute("/friends/pets/chip", absl::StrCat(Below(400))),
            absl::StrCat(R"({"home":{"rooms":[{"room":"r)", Below(9), R"("}]}})"),
            {.path = "/", .include_record = true}));
    }
  }

  std::string Read(uint64_t record) {
    Session session = store_.session();
    const EntityKey key = EntityKey::Id(record);
    switch (Below(4)) {
      case 0:
        return Told(session.Get("person", key, {.path = FriendPath()}));
      case 1:
        return Told(session.Get("person", key, {.path = FriendPath() + "/pets"}));
      case 2:
        return Told(session.Get("person", key, {.attributes = {"title", "home"}}));
      default:
        return Noted(session.Get("person", key));
    }
  }

  std::string Noted(const absl::StatusOr<std::string>& answer) {
    if (answer.ok()) Note(*answer);
    return Told(answer);
  }
  static std::string Told(const absl::StatusOr<std::string>& answer) {
    return dossier::Told(answer);
  }
  static std::string Told(const absl::Status& status) {
    return status.ok() ? "ok" : dossier::Told(absl::StatusOr<std::string>(status));
  }

  void Note(const std::string& json) {
    for (const uint64_t id : IdsIn(json)) ids_.push_back(id);
    if (ids_.size() > 400) ids_.erase(ids_.begin(), ids_.end() - 200);
  }
  uint64_t AnyId() { return ids_.empty() ? 1 : ids_[Below(ids_.size())]; }
  std::string FriendPath() { return absl::StrCat("/friends#", AnyId()); }

  static std::string Quoted(const std::string& text) { return absl::StrCat("\"", text, "\""); }
  std::string Name() { return absl::StrCat("name ", Below(300)); }
  std::string Friend() {
    std::string json = absl::StrCat(R"({"note":")", std::string(Below(40), 'x'), "\"");
    if (Below(2) == 0) absl::StrAppend(&json, R"(,"name":")", Name(), "\"");
    if (Below(3) == 0) absl::StrAppend(&json, R"(,"nick":"nick )", Below(200), "\"");
    if (Below(3) == 0) absl::StrAppend(&json, R"(,"pets":)", Pets());
    return json + "}";
  }
  std::string Friends() {
    std::string json = "[";
    for (uint64_t left = Below(12); left > 0; --left) {
      absl::StrAppend(&json, json.size() > 1 ? "," : "", Friend());
    }
    return json + "]";
  }
  std::string Pets() {
    std::string json = "[";
    for (uint64_t left = Below(6); left > 0; --left) {
      absl::StrAppend(&json, json.size() > 1 ? "," : "", R"({"pet":"pet )", Below(80),
                      R"(","chip":)", Below(2) == 0 ? absl::StrCat(Below(400)) : "null", "}");
    }
    return json + "]";
  }

  TestEngine& store_;
  std::mt19937_64 random_;
  std::vector<uint64_t> records_;
  std::vector<uint64_t> ids_;
};

void ExpectNothingLeft(const std::string& directory) {
  auto store = Store::Open({.directory = directory});
  ASSERT_THAT(store, IsOk());
  for (const Family family : {Family::kRecords, Family::kElements}) {
    const auto any = (*store)->HasAny(family);
    ASSERT_THAT(any, IsOk());
    EXPECT_FALSE(*any) << "family " << NameOf(family);
  }
}

class LargePlural : public ::testing::TestWithParam<uint64_t> {};

// Bounds at which every plural leaves, some do, and none does.
TEST_P(LargePlural, ChangesNoAnswer) {
  std::vector<std::string> expected;
  for (const size_t bytes : {size_t{64u << 20}, size_t{8192}, size_t{600}, size_t{1}}) {
    TestEngine store(bytes);
    ASSERT_THAT(store.session().CreateEntityType("person", kAttrDefs), IsOk());
    const std::vector<std::string> told = History(store, GetParam()).Run(500);
    if (expected.empty()) {
      expected = told;
      continue;
    }
    ASSERT_EQ(told.size(), expected.size());
    for (size_t i = 0; i < told.size(); ++i) {
      // Created uuids are random.
      if (told[i].find("\"uuid\"") != std::string::npos) {
        const size_t at = told[i].find("\"uuid\"");
        ASSERT_EQ(told[i].substr(0, at), expected[i].substr(0, at)) << "call " << i;
        ASSERT_EQ(told[i].substr(at + 46), expected[i].substr(at + 46))
            << "call " << i << ", plurals leave at " << bytes;
        continue;
      }
      ASSERT_EQ(told[i], expected[i]) << "call " << i << ", plurals leave at " << bytes;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, LargePlural, ::testing::Range<uint64_t>(1, 5));

TEST(LargePluralLife, GrowsAndShrinksAcrossTheBoundAndLeavesNothing) {
  TestEngine store(2000);
  Session session = store.session();
  ASSERT_THAT(session.CreateEntityType("person", kAttrDefs), IsOk());
  const auto created = session.Create("person", R"({"key":"k"})");
  ASSERT_THAT(created, IsOk());
  const EntityKey key = EntityKey::Id(created->id);
  for (int round = 0; round < 2; ++round) {
    std::vector<uint64_t> ids;
    for (int n = 0; n < 300; ++n) {
      const auto added = session.Update(
          "person", key, absl::StrCat(R"([{"name":"n)", n, R"(","nick":")", n, R"("}])"),
          {.path = "/friends", .include_record = true});
      ASSERT_THAT(added, IsOk());
      ids = IdsIn(*added);
      ASSERT_EQ(ids.size(), static_cast<size_t>(n + 1));
    }
    std::shuffle(ids.begin(), ids.end(), std::mt19937(static_cast<unsigned>(round)));
    for (const uint64_t id : ids) {
      ASSERT_THAT(session.Delete("person", key, {.path = absl::StrCat("/friends#", id)}), IsOk());
    }
    EXPECT_EQ(*session.Get("person", key, {.path = "/friends"}), "[]");
  }
  ASSERT_THAT(session.Update("person", key, R"({"friends":[{"name":"n7","nick":"7"}]})"), IsOk());
  ASSERT_THAT(session.Delete("person", key), IsOk());
  store.Close();
  ExpectNothingLeft(store.directory());
}

// The write that brings a plural back into its record sees one element of it, and the others' values.
TEST(LargePluralLife, ComesBackWithoutEqualLocallyUniqueValues) {
  TestEngine store(/*large_plural_bytes=*/1'000);
  Session session = store.session();
  ASSERT_THAT(session.CreateEntityType("person", kAttrDefs).status(), IsOk());
  const auto created = session.Create("person",
                                      absl::StrCat(R"({"friends":[{"nick":"a","note":")",
                                                   std::string(2'000, 'x'), R"("},{"nick":"b"}]})"),
                                      {.include_record = true});
  ASSERT_THAT(created.status(), IsOk());
  const std::string first = absl::StrCat("/friends#", IdsIn(created->record)[1]);
  const EntityKey key = EntityKey::Id(created->id);
  const auto equal = session.Update("person", key, R"({"nick":"B","note":null})", {.path = first});
  ASSERT_FALSE(equal.ok());
  EXPECT_EQ(DetailOf(equal.status())->code, 361);
  EXPECT_EQ(DetailOf(equal.status())->attribute_name, "/friends/nick");
  EXPECT_THAT(
      session.Update("person", key, R"({"nick":"c","note":null})", {.path = first}).status(),
      IsOk());
}

// A plural within an element of a large one has no claims: its values are looked at.
TEST(LargePluralLife, LocallyUniqueLooksIntoItsElements) {
  TestEngine store(/*large_plural_bytes=*/1);
  Session session = store.session();
  constexpr char kNested[] = R"([{"name":"p","type":"plural","attr_defs":[
    {"name":"q","type":"plural","attr_defs":[{"name":"v","type":"string"}]},
    {"name":"w","type":"string"}]}])";
  ASSERT_THAT(session.CreateEntityType("list", kNested).status(), IsOk());
  ASSERT_THAT(session.Create("list", R"({"p":[{"q":[{"v":"a"},{"v":"b"}]},{"q":["c"]},{}]})"),
              IsOk());
  const std::string unique = R"(["locally-unique"])";
  ASSERT_THAT(session.SetAttributeConstraints("list", "p.q.v", unique).status(), IsOk());
  ASSERT_THAT(session.SetAttributeConstraints("list", "p.q.v", "[]").status(), IsOk());
  ASSERT_THAT(session.Create("list", R"({"p":[{"q":[{"v":"a"},{"v":"A"}]},{"q":["c"]},{}]})"),
              IsOk());
  const auto refused = session.SetAttributeConstraints("list", "p.q.v", unique);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(DetailOf(refused.status())->code, 361);
}

TEST(LargePluralLife, AHundredThousandElements) {
  TestEngine store(8192);
  Session session = store.session();
  ASSERT_THAT(session.CreateEntityType("person", kAttrDefs), IsOk());
  const auto created = session.Create("person", R"({"key":"k"})");
  ASSERT_THAT(created, IsOk());
  const EntityKey key = EntityKey::Id(created->id);
  constexpr int kCalls = 20;
  constexpr int kElements = 5'000;
  for (int call = 0; call < kCalls; ++call) {
    std::string json = "[";
    for (int n = 0; n < kElements; ++n) {
      absl::StrAppend(&json, n == 0 ? "" : ",", R"({"name":")", call * kElements + n, "\"}");
    }
    ASSERT_THAT(session.Update("person", key, json + "]", {.path = "/friends"}), IsOk());
  }
  store.Open();
  session = store.session();
  const std::vector<uint64_t> ids = IdsIn(*session.Get("person", key, {.path = "/friends"}));
  ASSERT_EQ(ids.size(), size_t{kCalls} * kElements);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  const std::string middle = absl::StrCat("/friends#", ids[50'000]);
  ASSERT_THAT(session.Update("person", key, R"({"note":"found"})", {.path = middle}), IsOk());
  EXPECT_EQ(*session.Get("person", EntityKey::Attribute("/friends/name", "\"50000\""),
                         {.path = middle + "/note"}),
            "\"found\"");
  const auto taken = session.Update("person", key, R"([{"name":"77"}])", {.path = "/friends"});
  EXPECT_EQ(DetailOf(taken.status())->code, 361);
  ASSERT_THAT(session.Delete("person", key, {.path = middle}), IsOk());
  EXPECT_EQ(DetailOf(session.Get("person", key, {.path = middle}).status())->code, 310);
  ASSERT_THAT(session.Delete("person", key), IsOk());
  ASSERT_THAT(session.Create("person", R"({"friends":[{"name":"77"},{"name":"50000"}]})"), IsOk());
}

// A record and its chunks are read as one state: each write gives every element the same note.
TEST(LargePluralLife, AReaderNeverSeesHalfAWrite) {
  TestEngine store(200);
  Session writer = store.session();
  ASSERT_THAT(writer.CreateEntityType("person", kAttrDefs), IsOk());
  const auto created = writer.Create("person", R"({"title":"0"})");
  ASSERT_THAT(created, IsOk());
  const EntityKey key = EntityKey::Id(created->id);
  std::atomic<bool> done = false;
  std::thread reader([&, session = store.session()]() mutable {
    while (!done) {
      const auto json = session.Get("person", key);
      ASSERT_THAT(json, IsOk());
      const size_t title = json->find("\"title\":\"") + 9;
      const std::string wanted = json->substr(title, json->find('"', title) - title);
      for (size_t at = json->find("\"note\":\""); at != std::string::npos;
           at = json->find("\"note\":\"", at + 1)) {
        ASSERT_EQ(json->substr(at + 8, json->find('"', at + 8) - at - 8), wanted);
      }
    }
  });
  for (int n = 1; n <= 400; ++n) {
    std::string json = absl::StrCat(R"({"title":")", n, R"(","friends":[)");
    for (int i = 0; i < 20; ++i) {
      absl::StrAppend(&json, i == 0 ? "" : ",", R"({"note":")", n, "\"}");
    }
    ASSERT_THAT(writer.Replace("person", key, json + "]}"), IsOk());
  }
  done = true;
  reader.join();
}

}  // namespace
}  // namespace dossier
