// The commands that look at a store. Each writes to the standard output.
#ifndef DOSSIER_COMMANDS_H_
#define DOSSIER_COMMANDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dossier/engine.h"

namespace dossier::program {

// What every command takes.
struct Common {
  std::string type_name = "user";
  bool json = false;  // for programs rather than for people
};

struct WhichRecord {
  std::optional<uint64_t> id = std::nullopt;
  std::string uuid = {};
  std::string attribute = {};  // "email=ada@example.com"
};

// The names of the entity types, or what one of them is made of.
absl::Status ListTypes(Session session, const Common& common);
absl::Status ShowSchema(Session session, const Common& common);

// Declares the type from a file: its attribute definitions (a JSON array), or an object that has them
// under "attr_defs" or "schema", as the entity API answers it. An empty path: those of the default
// user. Reserved attributes among them are left out. Errors: kNotFound, kInvalidArgument; those of
// Session::CreateEntityType.
absl::Status CreateType(Session session, const Common& common, const std::string& path);

// One record as JSON, or its part at `path`. Errors: kInvalidArgument where `which` names none or
// several ways, those of Session::Get.
absl::Status GetRecord(Session session, const Common& common, const WhichRecord& which,
                       const std::string& path);

// A page of what Session::Find finds, a record a line, or as entity.find answers; their number.
absl::Status FindRecords(Session session, const Common& common, const FindOptions& options);
absl::Status CountRecords(Session session, const Common& common, const std::string& filter);

// Writes what Engine::Verify found; whether that is nothing.
absl::StatusOr<bool> VerifyStore(const Engine& engine, const Common& common);

// Session::ReclaimSpace, then Engine::Compact.
absl::Status CompactStore(Engine& engine);

// The engine's figures.
absl::Status ShowStatistics(const Engine& engine, const Common& common);

}  // namespace dossier::program

#endif  // DOSSIER_COMMANDS_H_
