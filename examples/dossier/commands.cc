#include "commands.h"

#include <atomic>
#include <fstream>
#include <iostream>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "progress.h"

namespace dossier::program {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// One attribute a line, children below their parent.
void PrintAttributes(const json& attr_defs, size_t depth) {
  for (const json& definition : attr_defs) {
    std::string line(2 * depth, ' ');
    absl::StrAppend(&line, definition.value("name", ""), "  ", definition.value("type", ""));
    if (const auto length = definition.find("length");
        length != definition.end() && length->is_number()) {
      absl::StrAppend(&line, "(", length->get<int64_t>(), ")");
    }
    if (const auto constraints = definition.find("constraints");
        constraints != definition.end() && constraints->is_array()) {
      for (const json& constraint : *constraints) {
        absl::StrAppend(&line, "  ", constraint.get<std::string>());
      }
    }
    std::cout << line << "\n";
    if (const auto children = definition.find("attr_defs"); children != definition.end()) {
      PrintAttributes(*children, depth + 1);
    }
  }
}

bool IsReserved(const json& name) {
  return name == "id" || name == "uuid" || name == "created" || name == "lastUpdated";
}

absl::StatusOr<EntityKey> KeyOf(const WhichRecord& which) {
  const int ways =
      (which.id ? 1 : 0) + (which.uuid.empty() ? 0 : 1) + (which.attribute.empty() ? 0 : 1);
  if (ways != 1) return absl::InvalidArgumentError("give one of --id, --uuid and --key");
  if (which.id) return EntityKey::Id(*which.id);
  if (!which.uuid.empty()) return EntityKey::Uuid(which.uuid);
  const size_t equals = which.attribute.find('=');
  if (equals == std::string::npos) {
    return absl::InvalidArgumentError("--key wants ATTRIBUTE=VALUE: --key email=ada@example.com");
  }
  return EntityKey::Attribute(which.attribute.substr(0, equals),
                              which.attribute.substr(equals + 1));
}

}  // namespace

absl::Status ListTypes(Session session, const Common& common) {
  const absl::StatusOr<std::vector<std::string>> names = session.EntityTypeNames();
  if (!names.ok()) return names.status();
  if (common.json) {
    std::cout << json(*names).dump() << "\n";
  } else {
    for (const std::string& name : *names) std::cout << name << "\n";
  }
  return absl::OkStatus();
}

absl::Status ShowSchema(Session session, const Common& common) {
  const absl::StatusOr<std::string> schema = session.EntityType(common.type_name);
  if (!schema.ok()) return schema.status();
  if (common.json) {
    std::cout << *schema << "\n";
  } else {
    PrintAttributes(json::parse(*schema).at("attr_defs"), 0);
  }
  return absl::OkStatus();
}

absl::Status CreateType(Session session, const Common& common, const std::string& path) {
  json attr_defs = json::parse(DefaultUserAttrDefs());
  if (!path.empty()) {
    std::ifstream file(path);
    if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
    attr_defs = json::parse(file, nullptr, /*allow_exceptions=*/false);
    for (const char* member : {"schema", "attr_defs"}) {
      if (attr_defs.is_object() && attr_defs.contains(member)) attr_defs = json(attr_defs[member]);
    }
  }
  if (!attr_defs.is_array()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " has no attribute definitions"));
  }
  json own = json::array();
  for (const json& definition : attr_defs) {
    if (!definition.is_object() || !IsReserved(definition.value("name", json()))) {
      own.push_back(definition);
    }
  }
  return session.CreateEntityType(common.type_name, own.dump()).status();
}

absl::Status GetRecord(Session session, const Common& common, const WhichRecord& which,
                       const std::string& path) {
  const absl::StatusOr<EntityKey> key = KeyOf(which);
  if (!key.ok()) return key.status();
  const absl::StatusOr<std::string> record = session.Get(common.type_name, *key, {.path = path});
  if (!record.ok()) return record.status();
  std::cout << *record << "\n";
  return absl::OkStatus();
}

absl::Status FindRecords(Session session, const Common& common, const FindOptions& options) {
  const absl::StatusOr<FoundRecords> found = session.Find(common.type_name, options);
  if (!found.ok()) return found.status();
  if (common.json) {
    std::cout << "{\"result_count\":" << found->count << ",\"results\":" << found->records;
    if (found->total_count) std::cout << ",\"total_count\":" << *found->total_count;
    std::cout << ",\"stat\":\"ok\"}\n";
    return absl::OkStatus();
  }
  for (const ordered_json& record : ordered_json::parse(found->records)) {
    std::cout << record.dump() << "\n";
  }
  if (found->total_count) std::cerr << *found->total_count << " in all\n";
  return absl::OkStatus();
}

absl::Status CountRecords(Session session, const Common& common, const std::string& filter) {
  const absl::StatusOr<uint64_t> count = session.Count(common.type_name, {.filter = filter});
  if (!count.ok()) return count.status();
  if (common.json) {
    std::cout << json{{"total_count", *count}}.dump() << "\n";
  } else {
    std::cout << *count << "\n";
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> VerifyStore(const Engine& engine, const Common& common) {
  std::atomic<uint64_t> looked_at = 0;
  absl::StatusOr<Verification> found = [&] {
    const Progress progress([&] { return ProgressFigures{.record_count = looked_at}; });
    return engine.Verify({.progress = [&](uint64_t count) { looked_at = count; }});
  }();
  if (!found.ok()) return found.status();
  if (common.json) {
    const ordered_json report = {
        {"records", found->record_count},        {"chunks", found->chunk_count},
        {"claims", found->claim_count},          {"index_rows", found->index_row_count},
        {"finding_count", found->finding_count}, {"findings", found->findings}};
    std::cout << report.dump() << "\n";
    return found->is_sound();
  }
  for (const std::string& finding : found->findings) std::cout << finding << "\n";
  std::cout << found->record_count << " records, " << found->chunk_count
            << " pieces of large plurals, " << found->claim_count << " unique values and uuids, "
            << found->index_row_count << " rows of indexes: "
            << (found->is_sound() ? "sound" : std::to_string(found->finding_count) + " findings")
            << "\n";
  return found->is_sound();
}

absl::Status CompactStore(Engine& engine) {
  const absl::Status reclaimed = engine.HostSession().ReclaimSpace();
  return reclaimed.ok() ? engine.Compact() : reclaimed;
}

absl::Status ShowStatistics(const Engine& engine, const Common& common) {
  ordered_json figures = ordered_json::object();
  for (const Statistic& figure : engine.Statistics()) {
    figures[std::string(figure.name)] = figure.value;
    if (common.json) continue;
    std::cout << figure.value << "\t" << figure.name << "\t" << figure.meaning << "\n";
  }
  if (common.json) std::cout << figures.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace dossier::program
