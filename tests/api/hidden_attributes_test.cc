// What a client may not read or write, it cannot learn or change, whatever it sends: two stores that
// differ in hidden values alone answer it byte for byte alike, and keep these values.
//
// Ids and times are the same in both by their making; uuids and request ids are masked. Left out is
// one thing that no schema hides: a combination of values that must be unique together (a property)
// is taken or free, also where the caller may write one of them and not read another.
#include <algorithm>
#include <atomic>
#include <memory>
#include <regex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "dossier/api.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "json/json_value.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier::api {
namespace {

using ::dossier::testing::HasErrorAt;
using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kAttrDefs = R"([
  {"name":"name","type":"string"},
  {"name":"mail","type":"string","constraints":["unique"]},
  {"name":"level","type":"integer"},
  {"name":"secret","type":"string","constraints":["unique"]},
  {"name":"password","type":"password-base64"},
  {"name":"extra","type":"json"},
  {"name":"home","type":"object","attr_defs":[
    {"name":"city","type":"string"},
    {"name":"code","type":"string"},
    {"name":"inner","type":"object","attr_defs":[
      {"name":"lat","type":"integer"},{"name":"lon","type":"integer"}]},
    {"name":"safe","type":"plural","attr_defs":[{"name":"thing","type":"string"}]}]},
  {"name":"cards","type":"plural","attr_defs":[
    {"name":"label","type":"string","constraints":["locally-unique"]},
    {"name":"pin","type":"string","constraints":["unique"]},
    {"name":"uses","type":"plural","attr_defs":[
      {"name":"at","type":"string"},{"name":"by","type":"string"}]}]},
  {"name":"notes","type":"plural","attr_defs":[{"name":"note","type":"string"}]},
  {"name":"vault","type":"plural","attr_defs":[
    {"name":"key","type":"string","constraints":["unique"]},
    {"name":"locks","type":"plural","attr_defs":[{"name":"lock","type":"string"}]}]}])";

constexpr std::string_view kVisible =
    R"(["name","mail","level","home.city","home.inner.lat","cards.label","cards.uses.at","notes"])";

constexpr std::string_view kHiddenPaths[] = {
    "secret",         "password",  "extra",           "home/code",
    "home/inner/lon", "home/safe", "home/safe/thing", "cards/pin",
    "cards/uses/by",  "vault",     "vault/key",       "vault/locks/lock"};
constexpr std::string_view kVisiblePaths[] = {
    "name",           "mail",  "level",       "home",       "home/city",     "home/inner",
    "home/inner/lat", "cards", "cards/label", "cards/uses", "cards/uses/at", "notes",
    "notes/note",     "id",    "uuid",        "created",    "lastUpdated"};

// Elements of the target, by their ids: those of a store depend on its making alone.
struct Ids {
  uint64_t record = 0;
  std::string uuid = {};
  std::vector<uint64_t> cards = {};
  std::vector<uint64_t> uses = {};  // of the first card
  std::vector<uint64_t> notes = {};
  std::vector<uint64_t> vault = {};
  std::vector<uint64_t> safe = {};
  uint64_t lock = 0;
};

using Form = std::vector<std::pair<std::string, std::string>>;

struct Probe {
  std::string operation;
  Form form;
};

std::string TextOf(const Probe& probe) {
  std::string text = probe.operation;
  for (const auto& [name, value] : probe.form) absl::StrAppend(&text, " ", name, "=", value);
  return text;
}

std::string Masked(const std::string& answer) {
  static const std::regex kRequestId(R"re("request_id":"[a-z0-9]{16}")re");
  static const std::regex kUuid("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  return std::regex_replace(std::regex_replace(answer, kRequestId, "R"), kUuid, "U");
}

// One store with a target record and a decoy, whose hidden values are made of `word`.
class TestStore {
 public:
  TestStore(size_t large_plural_bytes, std::string word, bool swaps)
      : word_(std::move(word)), swaps_(swaps) {
    auto engine =
        Engine::Open({.directory = directory_.path(),
                      .durability = Durability::kBuffered,
                      .block_cache_bytes = 1u << 20,
                      .record_cache_bytes = 1u << 20,
                      .large_plural_bytes = large_plural_bytes,
                      .clock = [this] { return absl::FromUnixMicros(now_ += 1'000'003); }});
    EXPECT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
    Session host = engine_->HostSession();
    EXPECT_THAT(host.CreateEntityType("person", kAttrDefs), IsOk());
    for (const auto& [id, feature] : {std::pair{"owner", "owner"}, {"narrow", "direct_access"}}) {
      EXPECT_THAT(
          host.AddClient(
              {.client_id = id, .client_secret = "s", .description = "", .features = {feature}}),
          IsOk());
    }
    Fill();
    for (const char* kind : {"read", "write"}) Grant(kind, "name");
  }

  // Lets the narrow client reach one more attribute than the visible ones.
  void Grant(const char* kind, std::string_view path) {
    std::string paths(kVisible);
    paths.insert(1, absl::StrCat("\"", std::string(path), "\","));
    Owner("entityType.setAccessSchema",
          {{"for_client_id", "narrow"}, {"access_type", kind}, {"attributes", paths}});
  }

  const Ids& ids() const { return ids_; }
  Session SessionOf(const char* client) { return engine_->ClientSession(client, "s").value(); }

  std::string Narrow(const Probe& probe) { return Send("narrow", probe.operation, probe.form); }
  std::string Owner(const std::string& operation, const Form& form) {
    std::string answer = Send("owner", operation, form);
    EXPECT_THAT(answer, HasSubstr(R"("stat":"ok")")) << operation;
    return answer;
  }

  // All that is hidden of the target and of the decoy, elements that were appended since left out.
  std::string Hidden() {
    std::string hidden;
    for (const uint64_t id : {ids_.record, decoy_}) {
      hidden += Owner("entity", {{"id", absl::StrCat(id)},
                                 {"attributes", R"(["secret","password","extra","home.code",)"
                                                R"("home.inner.lon","home.safe","vault"])"}});
    }
    const auto add = [&](const std::string& path) {
      hidden += Masked(
          Send("owner", "entity", {{"id", absl::StrCat(ids_.record)}, {"attribute_name", path}}));
    };
    for (const uint64_t card : ids_.cards) add(absl::StrCat("cards#", card, "/pin"));
    for (const uint64_t use : ids_.uses) {
      add(absl::StrCat("cards#", ids_.cards[0], "/uses#", use, "/by"));
    }
    return hidden;
  }

 private:
  static constexpr int kElements = 5;

  std::string Value(const std::string& of) const { return absl::StrCat("hidden-", word_, "-", of); }

  std::string Send(const std::string& client, const std::string& operation, const Form& form) {
    Request request{.path = "/" + operation,
                    .authorization = "Basic " + absl::Base64Escape(absl::StrCat(client, ":s"))};
    request.parameters = {{"type_name", "person"}};
    for (const auto& [name, value] : form) {
      request.parameters.emplace_back(name, absl::StrReplaceAll(value, {{"$uuid", ids_.uuid}}));
    }
    return Api(*engine_).Handle(request);
  }

  // The visible part first, then what is hidden: of the target in one of the stores, of the decoy in
  // the other, so that both draw the same ids at the same times.
  void Fill() {
    const JsonValue target = Create("t");
    const JsonValue decoy = Create("d");
    ids_.record = Id(target);
    ids_.uuid = *target.Find("uuid")->string();
    ids_.cards = IdsIn(*target.Find("cards"));
    ids_.uses = IdsIn(*target.Find("cards")->array()->front().Find("uses"));
    ids_.notes = IdsIn(*target.Find("notes"));
    decoy_ = Id(decoy);
    const uint64_t full = swaps_ ? decoy_ : ids_.record;
    const uint64_t bare = swaps_ ? ids_.record : decoy_;
    std::vector<std::string> vault, safe;
    for (int i = 0; i < kElements; ++i) {
      vault.push_back(absl::StrCat(R"({"key":")", Value(absl::StrCat("key", i)),
                                   R"(","locks":[{"lock":")", Value("lock"), R"("}]})"));
      safe.push_back(absl::StrCat(R"({"thing":")", Value("thing"), R"("})"));
    }
    Owner("entity.update",
          {{"id", absl::StrCat(full)},
           {"value", absl::StrCat(R"({"secret":")", Value("secret"), R"(","password":")",
                                  Value("password"), R"(","extra":{"hidden-)", word_,
                                  R"(":1},"home":{"code":")", Value("code"), R"(","inner":{"lon":)",
                                  word_.size(), R"(},"safe":[)", absl::StrJoin(safe, ","),
                                  R"(]},"vault":[)", absl::StrJoin(vault, ","), "]}")}});
    // The other one has some of it too, and the elements of a plural with a visible part have all.
    Owner("entity.update",
          {{"id", absl::StrCat(bare)}, {"value", R"({"home":{"inner":{"lon":0}}})"}});
    for (size_t i = 0; i < ids_.cards.size(); ++i) {
      Owner("entity.update", {{"id", absl::StrCat(ids_.record)},
                              {"attribute_name", absl::StrCat("cards#", ids_.cards[i], "/pin")},
                              {"value", absl::StrCat("\"", Value(absl::StrCat("pin", i)), "\"")}});
    }
    for (const uint64_t use : ids_.uses) {
      Owner("entity.update",
            {{"id", absl::StrCat(ids_.record)},
             {"attribute_name", absl::StrCat("cards#", ids_.cards[0], "/uses#", use, "/by")},
             {"value", absl::StrCat("\"", Value("by"), "\"")}});
    }
    // So that the decoy was updated last at the same time, too.
    Owner("entity.update", {{"id", absl::StrCat(decoy_)}, {"value", R"({"name":"d"})"}});
    const JsonValue filled = Read(full);
    ids_.vault = IdsIn(*filled.Find("vault"));
    ids_.safe = IdsIn(*filled.Find("home")->Find("safe"));
    ids_.lock = IdsIn(*filled.Find("vault")->array()->front().Find("locks")).front();
  }

  JsonValue Create(const std::string& name) {
    std::vector<std::string> cards;
    for (int i = 0; i < kElements; ++i) {
      cards.push_back(absl::StrCat(R"({"label":"l)", i, R"(","uses":[{"at":"a"},{"at":"b"}]})"));
    }
    const std::string value = absl::StrCat(
        R"({"name":")", name, R"(","mail":")", name,
        R"(@x.org","home":{"city":"c","inner":{"lat":1}},"notes":[{"note":"n"},{"note":"m"}],)",
        R"("cards":[)", absl::StrJoin(cards, ","), "]}");
    return ResultOf(Owner("entity.create", {{"attributes", value}, {"include_record", "true"}}));
  }

  JsonValue Read(uint64_t id) { return ResultOf(Owner("entity", {{"id", absl::StrCat(id)}})); }

  static JsonValue ResultOf(const std::string& answer) {
    return *JsonValue::Parse(answer, "answer")->Find("result");
  }
  static uint64_t Id(const JsonValue& value) {
    return static_cast<uint64_t>(*value.Find("id")->integer());
  }
  static std::vector<uint64_t> IdsIn(const JsonValue& elements) {
    std::vector<uint64_t> ids;
    for (const JsonValue& element : *elements.array()) ids.push_back(Id(element));
    return ids;
  }

  const std::string word_;
  const bool swaps_;
  std::atomic<int64_t> now_ = 1'704'164'645'000'001;
  TemporaryDirectory directory_;
  std::unique_ptr<Engine> engine_;
  Ids ids_;
  uint64_t decoy_ = 0;
};

// The probes, as a table of operation by parameter.
class ProbeTable {
 public:
  explicit ProbeTable(const Ids& ids) : ids_(ids), target_({{"id", absl::StrCat(ids.record)}}) {
    for (const char* word : {"alpha", "beta"}) {
      for (const char* of : {"secret", "pin0", "key0", "password"}) {
        guesses_.push_back(absl::StrCat("hidden-", word, "-", of));
      }
    }
    guesses_.push_back(absl::StrCat("hidden-beta-", std::string(400, 'x'), "-secret"));
  }

  std::vector<Probe> All() {
    Selectors();
    Paths();
    Projections();
    Passwords();
    Preconditions();
    Searches();
    Payloads();
    Types();
    return std::move(probes_);
  }

 private:
  void Add(const std::string& operation, Form form, const Form& more = {}) {
    form.insert(form.end(), more.begin(), more.end());
    probes_.push_back({operation, std::move(form)});
  }

  // In every operation that finds a record, with a harmless rest.
  void AddToAll(const Form& form, bool with_path = true) {
    Add("entity", form);
    Add("entity.update", form, {{"value", "{}"}, {"include_record", "true"}});
    Add("entity.replace", form, {{"value", "{}"}, {"include_record", "true"}});
    if (with_path) Add("entity.delete", form, {{"attribute_name", "vault#1"}});
    Add("entity.delete", form);
    Add("entity.adopt", form, {{"attribute_name", "cards"}, {"child_id", "5"}});
  }

  // Every attribute as a key, right and wrong; every plural as a type of its own.
  void Selectors() {
    for (const std::string_view path : kHiddenPaths) {
      for (const std::string& guess : guesses_) {
        AddToAll({{"key_attribute", std::string(path)}, {"key_value", "\"" + guess + "\""}});
      }
      AddToAll({{"key_attribute", std::string(path)}, {"key_value", "null"}});
      AddToAll({{"entity_path", std::string(path)}, {"id", absl::StrCat(ids_.vault[0])}});
    }
    AddToAll({{"uuid", "$uuid"}});
    AddToAll({{"key_attribute", "mail"}, {"key_value", "\"t@x.org\""}});
    for (const uint64_t id : {ids_.cards[0], ids_.vault[0], ids_.vault[3], ids_.safe[0],
                              ids_.uses[0], ids_.lock, ids_.notes[0], ids_.record, uint64_t{7}}) {
      for (const char* plural : {"cards", "/cards/uses", "notes", "vault", "vault.locks",
                                 "home.safe", "cards/pin", "nosuch"}) {
        AddToAll({{"entity_path", plural}, {"id", absl::StrCat(id)}}, /*with_path=*/false);
      }
      AddToAll({{"id", absl::StrCat(id)}});
    }
    for (const std::string& guess : guesses_) {
      for (const char* key : {"pin", "/cards/pin", "label", "uses/by", "vault/key", "id"}) {
        AddToAll(
            {{"entity_path", "cards"}, {"key_attribute", key}, {"key_value", "\"" + guess + "\""}},
            /*with_path=*/false);
      }
    }
  }

  // Paths to and below what is hidden, in each spelling, for each operation that takes one.
  void Paths() {
    std::vector<std::string> paths = {"/", "", "nosuch", "home.inner", "cards#1", "vault#x"};
    for (const std::string_view path : kHiddenPaths) {
      paths.emplace_back(path);
      paths.push_back("/" + absl::StrReplaceAll(std::string(path), {{"/", "."}}));
    }
    for (const std::string_view path : kVisiblePaths) paths.emplace_back(path);
    for (const uint64_t id : {ids_.cards[0], ids_.cards[3], ids_.vault[0], uint64_t{9}}) {
      for (const char* rest : {"", "/pin", "/label", "/uses", "/key", "/locks", "/nosuch"}) {
        paths.push_back(absl::StrCat("cards#", id, rest));
        paths.push_back(absl::StrCat("vault#", id, rest));
      }
      paths.push_back(absl::StrCat("cards#", ids_.cards[0], "/uses#", id, "/by"));
      paths.push_back(absl::StrCat("vault#", ids_.vault[0], "/locks#", id));
      paths.push_back(absl::StrCat("home/safe#", id));
      paths.push_back(absl::StrCat("notes#", id));
    }
    paths.push_back(absl::StrCat("cards#", ids_.cards[0], "/uses#", ids_.uses[0]));
    paths.push_back(absl::StrCat("cards#", ids_.cards[0], "/uses#", ids_.uses[0], "/by"));
    paths.push_back(absl::StrCat("vault#", ids_.vault[0], "/locks#", ids_.lock));
    paths.push_back(absl::StrCat("home/safe#", ids_.safe[0]));
    for (const std::string& path : paths) {
      const Form at = {target_[0], {"attribute_name", path}};
      Add("entity", at);
      Add("entity.adopt", at, {{"child_id", absl::StrCat(ids_.vault[0])}});
      Add("entity.delete", at);
      for (const char* value : {"null", "[]", "{}", "\"\"", "", "\"x\"", "5", R"([{"pin":"x"}])",
                                R"({"pin":null,"by":null})", R"([{"id":1}])"}) {
        for (const char* operation : {"entity.update", "entity.replace"}) {
          Add(operation, at, {{"value", value}, {"include_record", "true"}});
        }
      }
    }
  }

  void Projections() {
    Add("entity", target_);
    for (const auto& paths : {std::span<const std::string_view>(kHiddenPaths),
                              std::span<const std::string_view>(kVisiblePaths)}) {
      for (const std::string_view path : paths) {
        const std::string json = absl::StrCat("[\"", std::string(path), "\"]");
        Add("entity", target_, {{"attributes", json}});
        Add("entity", target_, {{"attributes", absl::StrReplaceAll(json, {{"/", "."}})}});
        Add("entity", target_,
            {{"attributes", absl::StrCat("[\"name\",\"", std::string(path), "\"]")},
             {"attribute_name", "cards"}});
      }
    }
  }

  void Passwords() {
    for (const std::string_view path : kHiddenPaths) {
      for (const std::string& guess : guesses_) {
        Add("entity", target_,
            {{"password_attribute", std::string(path)}, {"password_value", guess}});
      }
    }
  }

  void Preconditions() {
    for (const char* name : {"created", "lastUpdated"}) {
      for (const char* time : {"2001-01-01", "2024-01-02 03:04:12.000022", "now", "x"}) {
        for (const char* path : {"", "vault", "home", "cards"}) {
          const Form form = {target_[0], {name, time}, {"attribute_name", path}};
          Add("entity", form);
          Add("entity.update", form, {{"value", "{}"}});
          Add("entity.replace", form, {{"value", R"({"secret":null})"}});
          Add("entity.delete", form);
        }
      }
    }
  }

  // Filters that ask for what is hidden, sorts by it and projections to it, alone and beside others.
  void Searches() {
    const auto add = [&](const std::string& filter) {
      Add("entity.count", {{"filter", filter}});
      Add("entity.find", {{"filter", filter}, {"show_total_count", "true"}});
      Add("entity.explain", {{"filter", filter}});
    };
    for (const auto& paths : {std::span<const std::string_view>(kHiddenPaths),
                              std::span<const std::string_view>(kVisiblePaths)}) {
      for (const std::string_view slashed : paths) {
        const std::string path = absl::StrReplaceAll(std::string(slashed), {{"/", "."}});
        for (const char* rest : {" is null", " is not null", " > ''", " != '5'", " = name", "",
                                 " = null", " contains 'h'", ".id > 0"}) {
          add(path + rest);
        }
        add(absl::StrCat("not (name = 'x' or ", path, " is null)"));
        add(absl::StrCat("name = 'x' and ", path, " = 'x"));
        add(absl::StrCat("mail = ", std::string(slashed)));
        for (const char* sign : {"", "-"}) {
          if (path == "uuid") continue;  // drawn: each store has an order of its own
          const std::string sort = absl::StrCat("[\"", sign, path, "\",\"-id\"]");
          Add("entity.find", {{"sort_on", sort}, {"max_results", "1"}});
          Add("entity.find", {{"sort_on", sort}, {"attributes", R"(["id"])"}});
        }
        Add("entity.find", {{"attributes", absl::StrCat("[\"", path, "\"]")}});
      }
    }
    for (const std::string& guess : guesses_) {
      for (const char* path : {"secret", "cards.pin", "vault.key", "home.code", "name"}) {
        add(absl::StrCat(path, " = '", guess, "'"));
        add(absl::StrCat("id > 0 and not ", path, " < '", guess, "'"));
      }
    }
    for (const uint64_t id : {ids_.vault[0], ids_.safe[0], ids_.lock, ids_.cards[0]}) {
      for (const char* path : {"vault.id", "home.safe.id", "vault.locks.id", "cards.id", "id"}) {
        add(absl::StrCat(path, " = ", id));
      }
    }
    Add("entity.find", {});
    Add("entity.count", {});
  }

  // Values that name what is hidden, at each depth, behind and before others; those that would take it
  // away; collisions with it; and those that are allowed.
  void Payloads() {
    std::vector<std::string> values = {
        R"({"name":"n"})",
        R"({"name":null,"home":null})",
        R"({"home":{"city":"d"}})",
        R"({"home":{"inner":null}})",
        R"({"home":{"inner":{"lat":2}}})",
        R"({"home":{}})",
        R"({"notes":null})",
        R"({"notes":[{"note":"x"}]})",
        R"({"cards":null})",
        R"({"cards":[]})",
        R"({"cards":[{"label":"new"}]})",
        R"({"cards":[{"label":"l3"}]})",
        R"({"cards":[{"uses":[{"at":"c"}]}]})",
        R"({"mail":"d@x.org"})",
        R"({"mail":"d@x.org","secret":"x"})",
        R"({"secret":"x","mail":"d@x.org"})",
        R"({"level":"x","vault":null})",
        R"({"vault":null,"level":"x"})",
        R"({"home":{"code":null}})",
        R"({"home":{"safe":[]}})",
        R"({"home":{"inner":{"lat":1,"lon":0}}})",
        R"({"extra":{}})",
        R"({"password":null})",
        R"({"vault":[{"locks":[]}]})",
        R"({"id":1,"secret":"x"})",
        R"({"uuid":"$uuid","level":1})",
        R"({"secret":"x","secret":"y"})",
        R"({"s\u0065cret":"x"})",
        R"({"secret":)",
    };
    for (const std::string& guess : guesses_) {
      values.push_back(absl::StrCat(R"({"secret":")", guess, R"("})"));
      values.push_back(absl::StrCat(R"({"name":"n","vault":[{"key":")", guess, R"("}]})"));
      values.push_back(absl::StrCat(R"({"cards":[{"label":"z","pin":")", guess, R"("}]})"));
    }
    for (const uint64_t id : {ids_.cards[0], ids_.vault[0], ids_.lock, uint64_t{9}}) {
      for (const char* rest : {"", R"(,"pin":null)", R"(,"label":"q")", R"(,"uses":null)",
                               R"(,"uses":[{"by":"x"}])", R"(,"key":null)"}) {
        for (const char* plural : {"cards", "vault", "notes"}) {
          values.push_back(absl::StrCat("{\"", plural, R"(":[{"id":)", id, rest, "}]}"));
        }
      }
    }
    for (const std::string& value : values) {
      for (const char* operation : {"entity.update", "entity.replace"}) {
        Add(operation, target_, {{"value", value}, {"include_record", "true"}});
      }
      Add("entity.update", target_, {{"attributes", value}});
      Add("entity.create", {{"attributes", value}, {"include_record", "true"}});
      const std::string many = absl::StrCat(R"([{"name":"n"},)", value, R"(,{"level":1}])");
      Add("entity.bulkCreate", {{"all_attributes", many}});
      Add("entity.bulkCreate", {{"all_attributes", many}, {"commit_each", "all"}});
    }
  }

  void Types() {
    Add("entityType", {});
    for (const char* kind : {"read", "write", "read_with_token", "write_with_token"}) {
      const Form form = {{"for_client_id", "narrow"}, {"access_type", kind}};
      Add("entityType.getAccessSchema", form);
      Add("entityType.setAccessSchema", form, {{"attributes", R"(["secret"])"}});
      Add("entityType.deleteAccessSchema", form);
    }
    for (const char* operation : {"entityType.removeAttribute", "entityType.renameAttribute",
                                  "entityType.setAttributeConstraints", "entityType.delete"}) {
      Add(operation, {{"attribute_name", "secret"},
                      {"source_name", "secret"},
                      {"target_name", "name2"},
                      {"constraints", "[]"},
                      {"commit", "true"}});
    }
    Add("entity.delete", target_);
    for (const char* filter :
         {"name = 'nosuch'", "secret = 'x'", "vault.key is null", "secret <"}) {
      Add("entity.bulkDelete", {{"filter", filter}, {"commit", "true"}});
      Add("entity.bulkDelete", {{"filter", filter}});
    }
    Add("entity.purge", {});
    Add("entity.purge", {{"commit", "true"}});
  }

  const Ids& ids_;
  const Form target_;
  std::vector<std::string> guesses_;
  std::vector<Probe> probes_;
};

// What the hidden values of the second store are like beside those of the first.
struct Variant {
  const char* name;
  std::string word;
  bool swaps;  // the target lacks most of them, and the other record has them
};

class HiddenAttributes : public ::testing::TestWithParam<size_t> {};

TEST_P(HiddenAttributes, AreNeitherLearnedNorChanged) {
  const Variant variants[] = {{"others", "beta", false},
                              {"longer ones", "beta-" + std::string(400, 'x'), false},
                              {"none", "alpha", true}};
  for (const Variant& variant : variants) {
    TestStore a(GetParam(), "alpha", /*swaps=*/false);
    TestStore b(GetParam(), variant.word, variant.swaps);
    ASSERT_EQ(a.ids().record, b.ids().record);
    ASSERT_EQ(a.ids().vault, b.ids().vault);
    const std::string hidden_in_a = a.Hidden();
    const std::string hidden_in_b = b.Hidden();
    ASSERT_NE(hidden_in_a, hidden_in_b);
    const std::vector<Probe> probes = ProbeTable(a.ids()).All();
    size_t ok_count = 0;
    for (size_t i = 0; i < probes.size(); ++i) {
      const std::string from_a = Masked(a.Narrow(probes[i]));
      const std::string from_b = Masked(b.Narrow(probes[i]));
      ASSERT_EQ(from_a, from_b) << variant.name << ": " << TextOf(probes[i]);
      ASSERT_THAT(from_a, Not(HasSubstr("hidden-"))) << TextOf(probes[i]);
      ok_count += from_a.find(R"("stat":"ok")") != from_a.npos;
      if (i % 100 != 0 && i + 1 != probes.size()) continue;
      ASSERT_EQ(a.Hidden(), hidden_in_a) << variant.name << ": up to " << TextOf(probes[i]);
      ASSERT_EQ(b.Hidden(), hidden_in_b) << variant.name << ": up to " << TextOf(probes[i]);
    }
    // Neither all is refused nor nothing.
    EXPECT_GT(ok_count, 150u);
    EXPECT_GT(probes.size() - ok_count, 1000u);
  }
}

// That a value is taken cannot be hidden; who has it can.
TEST(HiddenHolder, IsNotToldToWhoMayNotReadEverything) {
  TestStore store(8192, "alpha", /*swaps=*/false);
  Session owner = store.SessionOf("owner");
  Session narrow = store.SessionOf("narrow");
  const auto other = owner.Create("person", R"({"name":"o"})");
  ASSERT_THAT(other, IsOk());
  for (const auto& [path, value] : {std::pair{"/mail", R"({"mail":"t@x.org"})"},
                                    {"/mail", R"({"name":"n","mail":"D@x.org"})"}}) {
    const auto by_owner = owner.Update("person", EntityKey::Id(other->id), value);
    const auto by_narrow = narrow.Update("person", EntityKey::Id(other->id), value);
    ASSERT_THAT(by_owner, HasErrorAt(361, path));
    ASSERT_THAT(by_narrow, HasErrorAt(361, path));
    EXPECT_NE(DetailOf(by_owner.status())->holder_id, 0u);
    EXPECT_EQ(DetailOf(by_narrow.status())->holder_id, 0u);
    EXPECT_EQ(by_owner.status().message(), by_narrow.status().message());
    const auto created = narrow.Create("person", value);
    ASSERT_THAT(created, HasErrorAt(361, path));
    EXPECT_EQ(DetailOf(created.status())->holder_id, 0u);
  }
}

// The probes themselves: they find each hidden attribute that a schema would let through.
TEST(Probes, LearnOfEachAttributeThatMayBeRead) {
  for (const std::string_view path : kHiddenPaths) {
    TestStore a(8192, "alpha", /*swaps=*/false);
    TestStore b(8192, "beta", /*swaps=*/false);
    a.Grant("read", path);
    b.Grant("read", path);
    const std::vector<Probe> probes = ProbeTable(a.ids()).All();
    EXPECT_TRUE(std::any_of(probes.begin(), probes.end(), [&](const Probe& probe) {
      return Masked(a.Narrow(probe)) != Masked(b.Narrow(probe));
    })) << path;
  }
}

TEST(Probes, ChangeEachAttributeThatMayBeWritten) {
  for (const std::string_view path : kHiddenPaths) {
    TestStore store(8192, "alpha", /*swaps=*/false);
    const std::string hidden = store.Hidden();
    store.Grant("write", path);
    for (const Probe& probe : ProbeTable(store.ids()).All()) store.Narrow(probe);
    EXPECT_NE(store.Hidden(), hidden) << path;
  }
}

INSTANTIATE_TEST_SUITE_P(PluralsLeaveAt, HiddenAttributes, ::testing::Values(8192, 150, 1),
                         ::testing::PrintToStringParamName());

}  // namespace
}  // namespace dossier::api
