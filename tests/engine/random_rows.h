// A store with records of one type, and what happens to them by chance.
#ifndef DOSSIER_TESTS_ENGINE_RANDOM_ROWS_H_
#define DOSSIER_TESTS_ENGINE_RANDOM_ROWS_H_

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"

namespace dossier::testing {

inline constexpr char kAttrDefs[] = R"([
  {"name":"name","type":"string"},
  {"name":"code","type":"string","case-sensitive":true},
  {"name":"age","type":"integer"},
  {"name":"sum","type":"decimal"},
  {"name":"isNew","type":"boolean"},
  {"name":"born","type":"date"},
  {"name":"seen","type":"dateTime"},
  {"name":"at","type":"ipAddress"},
  {"name":"o","type":"object","attr_defs":[{"name":"city","type":"string"}]},
  {"name":"p","type":"plural","attr_defs":[
    {"name":"tag","type":"string"},
    {"name":"q","type":"plural","attr_defs":[{"name":"n","type":"integer"}]}]}])";

inline const std::vector<std::string> kPaths = {"name", "code", "age",    "sum",   "isNew", "born",
                                                "seen", "at",   "o.city", "p.tag", "p.q.n"};

// With plurals of more than 256 bytes outside their records. Not thread-safe, but for host().
class RandomRows {
 public:
  RandomRows(const std::string& directory, uint64_t seed) : directory_(directory), random_(seed) {
    Open();
    EXPECT_THAT(host().CreateEntityType("row", kAttrDefs), IsOk());
  }

  void Open() {
    engine_.reset();
    auto opened = Engine::Open({.directory = directory_,
                                .durability = Durability::kBuffered,
                                .block_cache_bytes = 1u << 20,
                                .record_cache_bytes = 1u << 16,
                                .large_plural_bytes = 256});
    ASSERT_THAT(opened, IsOk());
    engine_ = *std::move(opened);
  }
  void Close() { engine_.reset(); }

  Session host() { return engine_->HostSession(); }

  void WriteOne() {
    const size_t n = Below(10);
    if (ids_.empty() || n < 2) return Create();
    const EntityKey key = EntityKey::Id(ids_[Below(ids_.size())]);
    absl::Status status;
    if (n < 6) {
      status = host().Update("row", key, Value()).status();
    } else if (n == 6) {
      status = host().Replace("row", key, Value()).status();
    } else if (n == 7) {
      status = host().Update("row", key, Elements(), {.path = "p"}).status();
    } else if (n == 8) {
      DeleteFirstElement(key);
    } else {
      status = host().Delete("row", key);
    }
    EXPECT_TRUE(status.ok() || DetailOf(status)->code == 310) << status;
  }

  size_t Below(size_t end) { return random_() % end; }

 private:
  void Create() {
    const auto created = host().Create("row", Value());
    ASSERT_THAT(created, IsOk());
    ids_.push_back(created->id);
  }

  void DeleteFirstElement(const EntityKey& key) {
    const auto p = host().Get("row", key, {.path = "p"});
    const size_t at = p.ok() ? p->find(R"("id":)") : std::string::npos;
    if (at == std::string::npos) return;
    const size_t begin = at + 5;
    const std::string id = p->substr(begin, p->find_first_of(",}", begin) - begin);
    EXPECT_THAT(host().Delete("row", key, {.path = "p#" + id}), IsOk());
  }

  std::string Text() {
    static const std::vector<std::string> kTexts = {
        R"("ada")",      R"("Ada")", R"("ADA")", R"("")",
        R"("a\u0000b")", R"("ß")",   "null",     absl::StrCat("\"", std::string(300, 'x'), "\"")};
    return kTexts[Below(kTexts.size())];
  }

  std::string Elements() {
    std::string elements = "[";
    for (size_t count = Below(6); count > 0; --count) {
      absl::StrAppend(&elements, elements.size() > 1 ? "," : "", R"({"tag":)", Text(), R"(,"q":[)",
                      Below(2) == 0 ? "" : absl::StrCat(R"({"n":)", Below(5), R"(},{"n":7})"),
                      "]}");
    }
    return elements + "]";
  }

  std::string Value() {
    std::string value = "{";
    const auto add = [&](const char* name, const std::string& text) {
      if (Below(3) == 0) return;
      absl::StrAppend(&value, value.size() > 1 ? "," : "", "\"", name, "\":", text);
    };
    const auto or_null = [&](const std::string& text) { return Below(4) == 0 ? "null" : text; };
    add("name", Text());
    add("code", Text());
    add("age", or_null(absl::StrCat(static_cast<int>(Below(9)) - 4)));
    add("sum", or_null(absl::StrCat("1.", Below(9), "0")));
    add("isNew", or_null(Below(2) == 0 ? "true" : "false"));
    add("born", or_null(absl::StrCat("\"19", 60 + Below(9), "-01-02\"")));
    add("seen", or_null(absl::StrCat("\"2020-01-0", 1 + Below(9), " 00:00:00 +0000\"")));
    add("at", or_null(absl::StrCat("\"10.0.0.", Below(9), "\"")));
    add("o", absl::StrCat(R"({"city":)", Text(), "}"));
    add("p", Elements());
    return value + "}";
  }

  const std::string directory_;
  std::mt19937_64 random_;
  std::unique_ptr<Engine> engine_;
  std::vector<uint64_t> ids_;
};

}  // namespace dossier::testing

#endif  // DOSSIER_TESTS_ENGINE_RANDOM_ROWS_H_
