// Searches with indexes against searches without: two stores that go through the same history, one of
// which has indexes that come and go, and unique values. Every answer must be the same, to the byte.
//
// DOSSIER_SEARCHES=100000 asks for that many searches instead of the few of an ordinary run.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proof/made_up.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::MadeUp;
using ::dossier::testing::Scalar;
using ::dossier::testing::Scalars;
using ::dossier::testing::TemporaryDirectory;
using ::dossier::testing::Type;

constexpr char kType[] = "row";

// Searches between two spells of writes and changes of indexes.
constexpr int kSearchesAtOnce = 25;

int SearchCount() {
  const char* const wanted = std::getenv("DOSSIER_SEARCHES");
  int count = 3'000;
  if (wanted != nullptr) {
    EXPECT_TRUE(absl::SimpleAtoi(wanted, &count));
  }
  return count;
}

struct History {
  uint64_t seed;
  size_t record_count;        // about so many all the time
  size_t large_plural_bytes;  // of the store with indexes; the other has the default
  int share;                  // of the searches, in percent
};

class IndexesAgainstNone : public ::testing::TestWithParam<History> {
 protected:
  IndexesAgainstNone() : made_up_(GetParam().seed) {
    Open();
    for (size_t i = 0; i < 2; ++i) {
      EXPECT_THAT(Host(i).CreateEntityType(kType, testing::AttrDefs(/*is_unique=*/i == 0)), IsOk());
    }
  }

  void Open() {
    for (size_t i = 0; i < 2; ++i) {
      engines_[i].reset();
      auto opened = Engine::Open(
          {.directory = directories_[i].path(),
           .durability = Durability::kBuffered,
           .block_cache_bytes = 8u << 20,
           .record_cache_bytes = 1u << 20,
           .large_plural_bytes =
               i == 0 ? GetParam().large_plural_bytes : EngineOptions().large_plural_bytes,
           .clock = [this] { return testing::TimeOf(write_); },
           .monotonic_clock = [] { return absl::ZeroDuration(); }});  // no search is too slow
      ASSERT_THAT(opened, IsOk());
      engines_[i] = *std::move(opened);
    }
  }

  Session Host(size_t i) { return engines_[i]->HostSession(); }

  // The same in both stores, at one time.
  template <typename What>
  void Do(What what) {
    ++write_;
    const auto done = what(Host(0), size_t{0});
    ASSERT_EQ(done, what(Host(1), size_t{1}));
    ++write_;
  }

  using Ids = std::array<uint64_t, 2>;  // of one record, in each store

  void Create() {
    const std::string record = made_up_.Record(write_ + 1, /*is_new=*/true);
    Ids ids{};
    Do([&](Session host, size_t i) {
      const auto created = host.Create(kType, record);
      if (created.ok()) ids[i] = created->id;
      return created.status();
    });
    ASSERT_NE(ids[0], 0u) << record;
    ids_.push_back(ids);
    all_ids_.push_back(ids);
  }

  void WriteOne() {
    const size_t n = made_up_.Below(12);
    const bool are_few = ids_.size() < GetParam().record_count;
    if (ids_.empty() || (are_few ? n < 4 : n < 1)) return Create();
    const size_t at = made_up_.Below(ids_.size());
    const Ids ids = ids_[at];
    if (n < 6) return Update(ids, made_up_.Record(write_ + 1, /*is_new=*/false));
    if (n < 8) return ChangePlural(ids);
    if (n == 8) return DeleteElement(ids);
    if (n == 9) return Empty(ids);
    Do([&](Session host, size_t i) { return host.Delete(kType, EntityKey::Id(ids[i])); });
    ids_.erase(ids_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  void Update(const Ids& ids, const std::string& value) {
    Do([&](Session host, size_t i) {
      return host.Update(kType, EntityKey::Id(ids[i]), value).status();
    });
  }

  // All becomes null but what the record says of itself.
  void Empty(const Ids& ids) {
    const auto get = [&](const char* path) {
      return Host(1).Get(kType, EntityKey::Id(ids[1]), {.path = path}).value_or("null");
    };
    const std::string value = absl::StrCat(R"({"no":)", get("no"), R"(,"made":)", get("made"), "}");
    Do([&](Session host, size_t i) {
      return host.Replace(kType, EntityKey::Id(ids[i]), value).status();
    });
    Touch(ids);
  }

  // A change that says nothing of `changed` is made up for by a second one.
  void Touch(const Ids& ids) {
    Update(ids,
           absl::StrCat(R"({"changed":")", testing::TextOf(testing::TimeOf(write_ + 1)), "\"}"));
  }

  void ChangePlural(const Ids& ids) {
    static const auto* const kPlurals = new std::vector<std::string>{"tags", "w.list", "mails"};
    const std::string& plural = made_up_.OneOf(*kPlurals);
    const std::string elements = made_up_.Elements(plural);
    const bool replaces = made_up_.OneIn(2);
    Do([&](Session host, size_t i) {
      const WriteOptions options{.path = plural};
      const EntityKey key = EntityKey::Id(ids[i]);
      return (replaces ? host.Replace(kType, key, elements, options)
                       : host.Update(kType, key, elements, options))
          .status();
    });
    Touch(ids);
  }

  // The first one of tags, if there is one.
  void DeleteElement(const Ids& ids) {
    Do([&](Session host, size_t i) {
      const EntityKey key = EntityKey::Id(ids[i]);
      const std::string tags = host.Get(kType, key, {.path = "tags"}).value_or("");
      const size_t at = tags.find(R"("id":)");
      if (at == std::string::npos) return absl::OkStatus();
      const std::string id = tags.substr(at + 5, tags.find_first_of(",}", at) - at - 5);
      return host.Delete(kType, key, {.path = "tags#" + id});
    });
    Touch(ids);
  }

  // What the filter finds goes, by an index or without.
  void DeleteSome() {
    const std::string filter =
        absl::StrCat("no < ", all_ids_.size() / 8, " and (", made_up_.Filter(write_, 1), ")");
    Do([&](Session host, size_t i) { return host.BulkDelete(kType, For(i, filter)); });
    std::erase_if(ids_, [&](const Ids& ids) {
      return !Host(1).Get(kType, EntityKey::Id(ids[1]), {.path = "id"}).ok();
    });
  }

  void ChangeIndexes() {
    const Scalar& scalar = made_up_.OneOf(Scalars());
    if (scalar.type == Type::kWriteTime) return;
    if (indexed_.contains(scalar.path)) {
      ASSERT_THAT(Host(0).RemoveIndex(kType, scalar.path), IsOk());
      indexed_.erase(scalar.path);
    } else {
      ASSERT_THAT(Host(0).AddIndex(kType, scalar.path), IsOk());
      indexed_.insert(scalar.path);
    }
  }

  // Half of the searches have all indexes; the others go on while they are built, or without some.
  void Prepare() {
    for (size_t count = made_up_.Below(15); count > 0; --count) WriteOne();
    if (made_up_.OneIn(20)) Open();
    if (made_up_.OneIn(30)) DeleteSome();
    for (size_t count = made_up_.Below(4); count > 0; --count) ChangeIndexes();
    if (!made_up_.OneIn(3)) return;
    for (const Scalar& scalar : Scalars()) {
      if (scalar.type == Type::kWriteTime || !indexed_.insert(scalar.path).second) continue;
      ASSERT_THAT(Host(0).AddIndex(kType, scalar.path), IsOk());
    }
    ASSERT_THAT(Host(0).AwaitIndexes(), IsOk());
  }

  // As the store `i` is asked: where there are no indexes the times of a record are others.
  std::string For(size_t i, std::string text) const {
    if (i == 1) absl::StrReplaceAll({{"created", "made"}, {"lastUpdated", "changed"}}, &text);
    for (size_t at = 0; (at = text.find('{')) != std::string::npos;) {
      const size_t end = text.find('}', at);
      const size_t n = std::strtoull(text.c_str() + at + 1, nullptr, 10) % all_ids_.size();
      text.replace(at, end + 1 - at, absl::StrCat(all_ids_[n][i]));
    }
    return text;
  }

  FindOptions For(size_t i, FindOptions options) const {
    options.filter = For(i, options.filter);
    for (std::string& key : options.sort_on) key = For(i, key);
    return options;
  }

  // Without the ids of elements.
  static std::string AnswerTo(Session host, const FindOptions& options) {
    const auto found = host.Find(kType, options);
    if (!found.ok()) return found.status().ToString();
    std::string answer;
    const std::string& json = found->records;
    for (size_t begin = 0; begin < json.size();) {
      const size_t id = std::min(json.find(R"("id":)", begin), json.size());
      answer += json.substr(begin, id - begin);
      begin = std::min(json.find_first_of(",}", id), json.size());
    }
    return absl::StrCat(answer, " of ", found->total_count.value_or(0));
  }

  std::string Shown(const FindOptions& options) {
    return absl::StrCat("filter=", options.filter, " sort_on=", absl::StrJoin(options.sort_on, ","),
                        " max=", options.max_results, " first=", options.first_result,
                        " indexes=", absl::StrJoin(indexed_, ","), "\n",
                        Host(0).Explain(kType, options).value_or("refused"));
  }

  void SearchOnce() {
    const FindOptions made_up = made_up_.Search(write_);
    const FindOptions options = For(0, made_up);
    const FindOptions plain = For(1, made_up);
    const std::string answer = AnswerTo(Host(0), options);
    ASSERT_EQ(answer, AnswerTo(Host(1), plain)) << Shown(options);
    refused_count_ += answer[0] != '[';
    some_count_ += !answer.starts_with("[] ");
    if (made_up_.OneIn(3)) {
      ASSERT_EQ(Host(0).Count(kType, {.filter = options.filter}),
                Host(1).Count(kType, {.filter = plain.filter}))
          << Shown(options);
    }
    if (!made_up_.OneIn(8)) return;
    ++explained_count_;
    by_index_count_ += !absl::StrContains(Host(0).Explain(kType, options).value_or(""), "\"scan\"");
    ASSERT_THAT(Host(1).Explain(kType, plain),
                testing::IsOkAndHolds(::testing::HasSubstr("\"scan\"")));
  }

  const TemporaryDirectory directories_[2];
  std::atomic<int64_t> write_ = 0;  // the time
  MadeUp made_up_;
  std::unique_ptr<Engine> engines_[2];
  std::vector<Ids> ids_;      // of the records that are there
  std::vector<Ids> all_ids_;  // and of those that were
  std::set<std::string> indexed_;
  int refused_count_ = 0;
  int some_count_ = 0;
  int explained_count_ = 0;
  int by_index_count_ = 0;
};

TEST_P(IndexesAgainstNone, AnswerTheSame) {
  while (ids_.size() < GetParam().record_count) {
    Create();
    if (HasFatalFailure()) return;
  }
  const int search_count = SearchCount() * GetParam().share / 100;
  for (int n = 0; n < search_count; ++n) {
    if (n % kSearchesAtOnce == 0) Prepare();
    if (!HasFatalFailure()) SearchOnce();
    if (HasFatalFailure()) FAIL() << "search " << n << " of seed " << GetParam().seed;
  }
  EXPECT_EQ(refused_count_, 0);
  EXPECT_GT(some_count_, search_count / 2) << "the searches find nothing";
  EXPECT_GT(by_index_count_, explained_count_ / 4) << "the searches use no index";
  const auto found = engines_[0]->Verify();
  ASSERT_THAT(found, IsOk());
  EXPECT_TRUE(found->is_sound()) << found->findings.front();
  std::printf("%d searches, %d found something; of %d explained %d by an index\n", search_count,
              some_count_, explained_count_, by_index_count_);
}

INSTANTIATE_TEST_SUITE_P(Of, IndexesAgainstNone,
                         ::testing::Values(History{1, 120, 8192, 40}, History{2, 600, 256, 40},
                                           History{3, 4'000, 1, 20}),
                         [](const auto& history) {
                           return absl::StrCat(history.param.record_count, "Records");
                         });

}  // namespace
}  // namespace dossier
