// One element of a plural of one to 100,000: what a change of it costs must not grow.
//
// Each size has records enough for about as many elements, so that runs differ in the size of the
// plural and not in what fits into memory.
#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "workload.h"

namespace dossier::bench {
namespace {

constexpr char kType[] = "list";
constexpr char kListAttrDefs[] = R"([
  {"name":"title","type":"string","length":100},
  {"name":"items","type":"plural","attr_defs":[
    {"name":"text","type":"string","length":200},{"name":"place","type":"string","length":100},
    {"name":"at","type":"dateTime"}]}])";
constexpr char kItem[] =
    R"({"text":"early trains to the sea, and letters from the mountains","place":"Halifax",)"
    R"("at":"2020-02-03T04:05:06Z"})";
constexpr size_t kElementsOfAll = 200'000;
constexpr size_t kRecordsMax = 20'000;
constexpr size_t kElementsOfOneCall = 5'000;

template <typename T>
T Must(absl::StatusOr<T> result, std::string_view what) {
  if (!result.ok()) Fail(what, std::string(result.status().message()));
  return *std::move(result);
}

std::string Items(size_t count) {
  std::string json = R"({"items":[)";
  for (size_t i = 0; i < count; ++i) absl::StrAppend(&json, i == 0 ? "" : ",", kItem);
  return json + "]}";
}

// Records whose plural has `size` elements each.
class Lists {
 public:
  explicit Lists(size_t size) : size_(size) {
    engine_ = Open();
    Session session = engine_->HostSession();
    Must(session.CreateEntityType(kType, kListAttrDefs), "the entity type");
    const size_t record_count = std::clamp<size_t>(kElementsOfAll / size, 1, kRecordsMax);
    for (size_t n = 0; n < record_count; ++n) records_.push_back(MakeRecord(session));
    engine_.reset();
    engine_ = Open();  // settled, as after a restart
    std::shuffle(elements_.begin(), elements_.end(), std::mt19937_64(42));
  }

  struct Element {
    uint64_t record;
    uint64_t id;

    std::string path() const { return absl::StrCat("/items#", id); }
  };

  Session session() { return engine_->HostSession(); }
  uint64_t record(size_t n) const { return records_[n % records_.size()]; }
  // In no order; `n` less than element_count().
  const Element& element(size_t n) const { return elements_[n]; }
  size_t element_count() const { return elements_.size(); }

 private:
  std::unique_ptr<Engine> Open() const {
    return Must(
        Engine::Open({.directory = directory_.Join("lists"), .durability = Durability::kBuffered}),
        "opening the engine");
  }

  uint64_t MakeRecord(Session& session) {
    const uint64_t id = Must(session.Create(kType, R"({"title":"a list"})"), "a record").id;
    for (size_t left = size_; left > 0;) {
      const size_t count = std::min(left, kElementsOfOneCall);
      Must(session.Update(kType, EntityKey::Id(id), Items(count)), "elements");
      left -= count;
    }
    const std::string json =
        Must(session.Get(kType, EntityKey::Id(id), {.path = "/items"}), "reading the elements");
    constexpr std::string_view kKey = R"({"id":)";
    for (size_t at = json.find(kKey); at != std::string::npos; at = json.find(kKey, at + 1)) {
      elements_.push_back({id, std::stoull(json.substr(at + kKey.size(), 20))});
    }
    return id;
  }

  size_t size_;
  testing::TemporaryDirectory directory_;
  std::unique_ptr<Engine> engine_;
  std::vector<uint64_t> records_;
  std::vector<Element> elements_;
};

constexpr int kCalls = 10'000;

// `call(lists, n)` returns whether the n-th call did what it should.
template <typename Call>
void Register(const char* name, size_t size, int calls, Call call) {
  benchmark::RegisterBenchmark(absl::StrCat(name, "/engine/elements:", size).c_str(),
                               [size, call](benchmark::State& state) {
                                 Lists lists(size);
                                 size_t n = 0;
                                 for (auto _ : state) {
                                   if (!call(lists, n++))
                                     return state.SkipWithError("a call failed");
                                 }
                               })
      ->Iterations(calls)
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace

void RegisterLargePlurals() {
  for (const size_t size : {size_t{1}, size_t{10}, size_t{1'000}, size_t{100'000}}) {
    Register("BM_AppendToPlural", size, kCalls, [](Lists& lists, size_t n) {
      static const std::string value = Items(1);
      return lists.session().Update(kType, EntityKey::Id(lists.record(n)), value).ok();
    });
    Register("BM_ChangeInPlural", size, kCalls, [](Lists& lists, size_t n) {
      const Lists::Element& element = lists.element(n);
      return lists.session()
          .Update(kType, EntityKey::Id(element.record), R"({"place":"Lisbon"})",
                  {.path = element.path()})
          .ok();
    });
    Register("BM_DeleteFromPlural", size, kCalls, [](Lists& lists, size_t n) {
      const Lists::Element& element = lists.element(n);
      return lists.session()
          .Delete(kType, EntityKey::Id(element.record), {.path = element.path()})
          .ok();
    });
    Register("BM_ChangeBesidePlural", size, kCalls, [](Lists& lists, size_t n) {
      return lists.session()
          .Update(kType, EntityKey::Id(lists.record(n)), R"({"title":"another title"})")
          .ok();
    });
    Register("BM_ReadFromPlural", size, kCalls, [](Lists& lists, size_t n) {
      const Lists::Element& element = lists.element(n);
      return lists.session()
          .Get(kType, EntityKey::Id(element.record), {.path = element.path()})
          .ok();
    });
    const int whole_count = static_cast<int>(std::clamp<size_t>(kElementsOfAll / size, 20, kCalls));
    Register("BM_ReadWholePlural", size, whole_count, [](Lists& lists, size_t n) {
      return lists.session().Get(kType, EntityKey::Id(lists.record(n))).ok();
    });
  }
}

}  // namespace dossier::bench
