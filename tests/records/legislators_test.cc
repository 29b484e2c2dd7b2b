// Real records through the wire operations: what goes in comes out, before and after changes of
// every kind, before and after a reopen, compared with a model kept here.
// Source: entity-api.md 1.2 to 1.6, 2.1, 2.3, 2.8 of the specification; the records are current
// members of the US Congress (unitedstates/congress-legislators, public domain).
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "dossier/api.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "simdjson.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;

// JSON with every number kept as its text.
struct Json {
  enum class Kind { kNull, kScalar, kArray, kObject };

  Kind kind = Kind::kNull;
  std::string token;  // of a scalar: true, 1.50, "text" (escaped in one way)
  std::vector<Json> items;
  std::map<std::string, Json> members;
};

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppend(&out, "\\u00", absl::Hex(static_cast<unsigned>(c), absl::kZeroPad2));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

template <typename T>
Json FromOnDemand(T&& value) {
  using simdjson::ondemand::json_type;
  Json json;
  switch (json_type(value.type())) {
    case json_type::null:
      break;
    case json_type::array:
      json.kind = Json::Kind::kArray;
      for (auto item : value.get_array()) json.items.push_back(FromOnDemand(item.value()));
      break;
    case json_type::object:
      json.kind = Json::Kind::kObject;
      for (auto field : value.get_object()) {
        std::string name(std::string_view(field.unescaped_key()));
        json.members[name] = FromOnDemand(field.value());
      }
      break;
    case json_type::string:
      json.kind = Json::Kind::kScalar;
      json.token = Quoted(std::string_view(value.get_string()));
      break;
    default:
      json.kind = Json::Kind::kScalar;
      json.token = absl::StrCat(std::string(std::string_view(value.raw_json_token())));
      json.token.erase(json.token.find_last_not_of(" \n\r\t") + 1);
  }
  return json;
}

Json Parse(const std::string& text) {
  simdjson::ondemand::parser parser;
  simdjson::padded_string padded(text);
  simdjson::ondemand::document document = parser.iterate(padded);
  return FromOnDemand(document);
}

std::string ToText(const Json& json) {
  std::string out;
  if (json.kind == Json::Kind::kNull) return "null";
  if (json.kind == Json::Kind::kScalar) return json.token;
  for (const Json& item : json.items) absl::StrAppend(&out, out.empty() ? "" : ",", ToText(item));
  if (json.kind == Json::Kind::kArray) return "[" + out + "]";
  for (const auto& [name, value] : json.members) {
    absl::StrAppend(&out, out.empty() ? "" : ",", Quoted(name), ":", ToText(value));
  }
  return "{" + out + "}";
}

// Whether a read value says that nothing is there.
bool IsUnset(const Json& read) {
  if (read.kind == Json::Kind::kScalar) return false;
  for (const auto& [name, value] : read.members) {
    if (!IsUnset(value)) return false;
  }
  return read.items.empty();
}

// Where `read` is not what was `sent`; empty where it is. Attributes of the system are skipped: the
// id of an element, and the four of a record. A value of type json is the same text.
std::string Difference(const Json& sent, const Json& read, const std::string& path) {
  std::string both = absl::StrCat(path, ": sent ", ToText(sent), ", read ", ToText(read));
  if (sent.kind == Json::Kind::kNull) return IsUnset(read) ? "" : both;
  if (path == "/source") return ToText(sent) == ToText(read) ? "" : both;
  if (sent.kind != read.kind || sent.token != read.token ||
      sent.items.size() != read.items.size()) {
    return both;
  }
  for (size_t i = 0; i < sent.items.size(); ++i) {
    std::string difference =
        Difference(sent.items[i], read.items[i], absl::StrCat(path, "[", i, "]"));
    if (!difference.empty()) return difference;
  }
  for (const auto& [name, value] : sent.members) {
    auto found = read.members.find(name);
    if (found == read.members.end()) return absl::StrCat(path, "/", name, " is missing");
    std::string difference = Difference(value, found->second, absl::StrCat(path, "/", name));
    if (!difference.empty()) return difference;
  }
  static const std::set<std::string> kSystem = {"id", "uuid", "created", "lastUpdated"};
  for (const auto& [name, value] : read.members) {
    if (sent.members.count(name) == 0 && kSystem.count(name) == 0 && !IsUnset(value)) {
      return absl::StrCat(path, "/", name, " was not sent, read ", ToText(value));
    }
  }
  return "";
}

class LegislatorsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::path folder(DOSSIER_LEGISLATORS_DIR);
    if (!std::filesystem::exists(folder / "records.ndjson")) {
      GTEST_SKIP() << "no records in " << folder;
    }
    Open();
    Client owner;
    owner.client_id = "owner";
    owner.client_secret = "secret";
    owner.features = {"owner"};
    ASSERT_THAT(engine_->HostSession().AddClient(owner), IsOk());
    std::ifstream schema_file(folder / "schema.json");
    std::string schema((std::istreambuf_iterator<char>(schema_file)), {});
    Json answer = Ask(
        "/entityType.create",
        {{"type_name", "legislator"}, {"attr_defs", ToText(Parse(schema).members["attr_defs"])}});
    ASSERT_EQ(answer.members["stat"].token, "\"ok\"") << ToText(answer);
    std::ifstream records(folder / "records.ndjson");
    for (std::string line; std::getline(records, line);) Create(Parse(line));
    ASSERT_EQ(model_.size(), 537u);
  }

  void Open() {
    engine_.reset();
    EngineOptions options{.directory = directory_.path(), .durability = Durability::kBuffered};
    options.block_cache_bytes = 8u << 20;
    options.record_cache_bytes = 1u << 20;  // smaller than the records: some come from the store
    absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Open(options);
    ASSERT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
  }

  Json Ask(const std::string& path, api::Parameters parameters) {
    api::Request request{.path = path, .parameters = std::move(parameters)};
    request.authorization = "Basic " + absl::Base64Escape("owner:secret");
    return Parse(api::Api(*engine_).Handle(request));
  }

  // Asks about the record of `bioguide` and expects success; the `result`.
  Json Succeed(const std::string& operation, const std::string& bioguide,
               api::Parameters parameters) {
    parameters.emplace_back("type_name", "legislator");
    parameters.emplace_back("key_attribute", "bioguide");
    parameters.emplace_back("key_value", bioguide);
    Json answer = Ask(operation, parameters);
    EXPECT_EQ(answer.members["stat"].token, "\"ok\"")
        << operation << " " << bioguide << ": " << ToText(answer);
    return answer.members["result"];
  }

  void Create(const Json& record) {
    Json answer =
        Ask("/entity.create", {{"type_name", "legislator"}, {"attributes", ToText(record)}});
    ASSERT_EQ(answer.members["stat"].token, "\"ok\"") << ToText(answer);
    const std::string& bioguide = record.members.at("bioguide").token;
    model_[bioguide] = record;
    ids_[bioguide] = answer.members["id"].token;
  }

  // Every record is found by its id and its bioguide and is what the model says; those deleted are
  // not found.
  void CheckAll(const std::string& when) {
    for (const auto& [bioguide, record] : model_) {
      Json read = Succeed("/entity", bioguide, {});
      EXPECT_EQ(Difference(record, read, ""), "") << when << ", " << bioguide;
      Json by_id = Ask("/entity", {{"type_name", "legislator"}, {"id", ids_[bioguide]}});
      EXPECT_EQ(ToText(by_id.members["result"]), ToText(read)) << when << ", " << bioguide;
    }
    for (const auto& [bioguide, record] : deleted_) {
      Json answer = Ask(
          "/entity",
          {{"type_name", "legislator"}, {"key_attribute", "bioguide"}, {"key_value", bioguide}});
      EXPECT_EQ(answer.members["code"].token, "310") << when << ", " << bioguide;
    }
  }

  std::string ElementId(const std::string& bioguide, const std::string& plural, size_t index) {
    Json elements = Succeed("/entity", bioguide, {{"attribute_name", plural}});
    return index < elements.items.size() ? elements.items[index].members["id"].token : "";
  }

  void UpdateRoot(const std::string& bioguide, Json& record) {
    Json term =
        Parse(R"({"type":"sen","start":"2031-01-03","end":"2037-01-03","state":"ZZ","class":3,)"
              R"("partyAffiliations":[{"start":"2031-01-03","party":"Ünïon"}]})");
    Succeed(
        "/entity.update", bioguide,
        {{"value", absl::StrCat(R"({"name":{"nickname":"Zed"},"terms":[)", ToText(term), "]}")}});
    record.members["name"].kind = Json::Kind::kObject;
    record.members["name"].members["nickname"] = Parse("[\"Zed\"]").items[0];
    record.members["terms"].items.push_back(term);
  }

  // What was read is written back whole, one attribute changed and one cleared.
  void WriteBack(const std::string& bioguide, Json& record) {
    Json read = Succeed("/entity", bioguide, {});
    read.members["gender"] = record.members["gender"] = Parse("[\"X\"]").items[0];
    read.members["birthday"] = record.members["birthday"] = Json{};
    Succeed("/entity.replace", bioguide, {{"value", ToText(read)}});
  }

  void UpdateElement(const std::string& bioguide, Json& record) {
    std::string id = ElementId(bioguide, "/terms", 0);
    Succeed("/entity.update", bioguide,
            {{"attribute_name", "/terms#" + id}, {"value", R"({"district":77,"party":null})"}});
    record.members["terms"].items[0].members["district"] = Parse("[77]").items[0];
    record.members["terms"].items[0].members["party"] = Json{};
  }

  void DeleteElement(const std::string& bioguide, Json& record) {
    std::string id = ElementId(bioguide, "terms", 0);
    Succeed("/entity.delete", bioguide, {{"attribute_name", "terms#" + id}});
    record.members["terms"].items.erase(record.members["terms"].items.begin());
  }

  void ReplacePlural(const std::string& bioguide, Json& record) {
    Json offices = Parse(R"([{"code":"a","latitude":47.97810,"longitude":-122.2},{"code":"b"}])");
    Succeed("/entity.replace", bioguide,
            {{"attribute_name", "offices"}, {"value", ToText(offices)}});
    record.members["offices"] = offices;
  }

  // Replaces the whole record by a few attributes; the fecIds are let go.
  void Shrink(const std::string& bioguide, Json& record) {
    Json small{Json::Kind::kObject, "", {}, {}};
    small.members["bioguide"] = record.members["bioguide"];
    small.members["name"] = Parse(R"({"first":"A","last":"B"})");
    small.members["source"] = Parse(R"({"b":[1.0,{"id":7}],"a":null})");
    Succeed("/entity.replace", bioguide, {{"value", ToText(small)}});
    record = small;
  }

  void ChangeSome() {
    std::vector<std::string> to_delete;
    int number = 0;
    for (auto& [bioguide, record] : model_) {
      switch (number++ % 8) {
        case 0:
          UpdateRoot(bioguide, record);
          break;
        case 1:
          WriteBack(bioguide, record);
          break;
        case 2:
          UpdateElement(bioguide, record);
          break;
        case 3:
          DeleteElement(bioguide, record);
          break;
        case 4:
          ReplacePlural(bioguide, record);
          break;
        case 5:
          Shrink(bioguide, record);
          break;
        case 6:
          to_delete.push_back(bioguide);
          break;
        default:
          break;
      }
    }
    for (const std::string& bioguide : to_delete) {
      Succeed("/entity.delete", bioguide, {});
      deleted_.insert(model_.extract(bioguide));
    }
  }

  testing::TemporaryDirectory directory_;
  std::unique_ptr<Engine> engine_;
  std::map<std::string, Json> model_;       // by bioguide as a JSON string
  std::map<std::string, std::string> ids_;  // by the same
  std::map<std::string, Json> deleted_;
};

TEST_F(LegislatorsTest, ReadBackAsTheyWereSent) {
  CheckAll("after creating");
  Open();
  CheckAll("after a reopen");
}

TEST_F(LegislatorsTest, FollowTheModelThroughChanges) {
  ChangeSome();
  CheckAll("after the changes");
  Open();
  CheckAll("after a reopen");
  // What was deleted is free to be created again, all its unique values with it.
  std::map<std::string, Json> deleted = std::exchange(deleted_, {});
  ASSERT_FALSE(deleted.empty());
  for (const auto& [bioguide, record] : deleted) Create(record);
  CheckAll("after creating the deleted ones again");
}

TEST_F(LegislatorsTest, RefuseASecondOne) {
  for (const auto& [bioguide, record] : model_) {
    Json copy = record;
    Json answer =
        Ask("/entity.create", {{"type_name", "legislator"}, {"attributes", ToText(copy)}});
    ASSERT_EQ(answer.members["code"].token, "361") << ToText(answer);
    copy.members["bioguide"] = Parse("[\"ZZ999999\"]").items[0];
    copy.members.erase("govtrack");
    copy.members.erase("wikidata");
    if (copy.members.count("fecIds") == 0) continue;
    answer = Ask("/entity.create", {{"type_name", "legislator"}, {"attributes", ToText(copy)}});
    ASSERT_EQ(answer.members["code"].token, "361") << ToText(answer);
    ASSERT_EQ(answer.members["attribute_name"].token, "\"/fecIds/fecId\"") << ToText(answer);
  }
  CheckAll("after the refused ones");
}

}  // namespace
}  // namespace dossier
