// Access schemas: which attributes of an entity type a client may read, and which it may write.
//
// A schema is kept for a client, an entity type and a kind, as the numbers of the attributes that it
// names: it follows them through every change of the type, and what is added later is not in it.
// Where there is none the client may reach all attributes, but a login client writes none then.
// Source: section 4 of the entity API's reference.
#ifndef DOSSIER_ACCESS_ACCESS_SCHEMAS_H_
#define DOSSIER_ACCESS_ACCESS_SCHEMAS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "access/clients.h"
#include "record/attribute_set.h"
#include "schema/entity_type.h"
#include "storage/store.h"

namespace dossier {

// The plain kinds are for calls with the client's secret, the others for calls with an access token
// that was issued for it. Stored; never renumber.
enum class AccessKind : uint8_t {
  kRead = 1,
  kWrite = 2,
  kReadWithToken = 3,
  kWriteWithToken = 4,
};

// "read", "write_with_token", ... Errors: 200 on access_type.
absl::StatusOr<AccessKind> ParseAccessKind(std::string_view name);

// Null: all attributes.
using AttributeSetPtr = std::shared_ptr<const AttributeSet>;

// What one caller may do with the attributes of one version of a type.
struct Access {
  AttributeSetPtr readable = nullptr;  // the reserved ones are always in it
  AttributeSetPtr writable = nullptr;  // they never are
};

// Thread-safe; all of them are in memory. The store and the clients must outlive it.
class AccessSchemas {
 public:
  // Errors: kDataLoss, kUnavailable.
  static absl::StatusOr<std::unique_ptr<AccessSchemas>> Open(Store& store, const Clients& clients);

  // Of a call by the client, with its secret or with a token. A store without schemas pays a branch.
  Access Of(std::string_view client_id, bool has_token, const EntityType& type) const {
    if (!has_token && !has_any_.load(std::memory_order_acquire)) return Access();
    return Find(client_id, has_token, type);
  }

  // What the client may reach in calls of that kind. Errors: 200 on for_client_id.
  absl::StatusOr<AttributeSetPtr> Reach(std::string_view client_id, AccessKind kind,
                                        const EntityType& type) const;

  // Puts the attributes at these schema paths in the place of the client's schema of that kind;
  // reserved ones change nothing. The caller holds `type` from the registry until the call returns.
  // Errors: 200 on for_client_id or attributes, 223, those of Store::Commit.
  absl::Status Set(std::string_view client_id, AccessKind kind, const EntityType& type,
                   const std::vector<std::string>& paths);

  // From now on the client has no schema of that kind, if it had one.
  // Errors: 200 on for_client_id, those of Store::Commit.
  absl::Status Delete(std::string_view client_id, AccessKind kind, const EntityType& type);

  // Deletes a client with its schemas: `remove` deletes it by a batch, into which it has `fill` put
  // the rest. Errors: those of `remove`.
  absl::Status DeleteClient(std::string_view client_id,
                            absl::FunctionRef<absl::Status(Clients::FillBatch fill)> remove);

  // Of a type that was deleted, with what was stored of its schemas.
  void ForgetType(TypeId type);

 private:
  // What a schema comes to in one version of its type.
  struct Resolved {
    uint32_t version;
    AttributeSet set;
  };
  struct Schema {
    TypeId type;
    AccessKind kind;
    std::vector<AttributeNumber> granted;                        // rising
    mutable std::shared_ptr<const Resolved> resolved = nullptr;  // for the newest version asked for
  };
  using Schemas = std::vector<Schema>;

  AccessSchemas(Store& store, const Clients& clients) : store_(store), clients_(clients) {}

  absl::Status LoadAll();
  Access Find(std::string_view client_id, bool has_token, const EntityType& type) const;
  AttributeSetPtr SetOf(std::string_view client_id, AccessKind kind, const EntityType& type) const;
  bool IsLoginClient(std::string_view client_id) const;
  absl::Status CheckClient(std::string_view client_id) const;

  // With mutex_ held. Null where the client has no such schema.
  const Schema* SchemaOf(std::string_view client_id, AccessKind kind, TypeId type) const;
  template <typename IsGone>
  void Forget(IsGone is_gone);

  Store& store_;
  const Clients& clients_;
  std::mutex changing_;                                // held over a whole change
  mutable std::shared_mutex mutex_;                    // of schemas_
  absl::flat_hash_map<std::string, Schemas> schemas_;  // by client id
  std::atomic<bool> has_any_ = false;
};

}  // namespace dossier

#endif  // DOSSIER_ACCESS_ACCESS_SCHEMAS_H_
