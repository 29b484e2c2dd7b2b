// The parts of an open engine, in the order in which they need each other.
#ifndef DOSSIER_PARTS_H_
#define DOSSIER_PARTS_H_

#include <memory>
#include <string_view>

#include "access/access_schemas.h"
#include "access/client_settings.h"
#include "access/clients.h"
#include "access/grants.h"
#include "base/clock.h"
#include "base/hash.h"
#include "dossier/engine.h"
#include "mutation/evolution.h"
#include "mutation/import.h"
#include "mutation/index_building.h"
#include "mutation/mutations.h"
#include "query/selection.h"
#include "schema/registry.h"
#include "storage/id_blocks.h"
#include "storage/locks.h"
#include "storage/lookup_hints.h"
#include "storage/memory_shares.h"
#include "storage/records.h"
#include "storage/store.h"

namespace dossier {

struct EngineParts {
  EngineParts(const EngineOptions& options, std::unique_ptr<Store> opened)
      : clock(options.clock),
        monotonic_clock(options.monotonic_clock),
        durability(options.durability),
        signature_skew(options.signature_skew),
        store(std::move(opened)),
        records(*store, SharesOf(options).record_bytes),
        hints(SharesOf(options).hint_bytes) {}

  Clock clock;
  MonotonicClock monotonic_clock;
  Durability durability;
  absl::Duration signature_skew;
  HashKey hash_key{};
  std::unique_ptr<Store> store;
  Records records;
  LookupHints hints;
  LockTable record_locks;  // taken before claim locks, everywhere
  LockTable claim_locks;
  std::unique_ptr<IdBlocks> ids;
  std::unique_ptr<Registry> registry;
  std::unique_ptr<Clients> clients;
  std::unique_ptr<AccessSchemas> access_schemas;
  std::unique_ptr<ClientSettings> settings;
  std::unique_ptr<Grants> grants;
  std::unique_ptr<Selection> selection;
  std::unique_ptr<Mutations> mutations;
  std::unique_ptr<Evolution> evolution;
  std::unique_ptr<Imports> imports;
  std::unique_ptr<IndexBuilder> index_builder;  // goes first: its thread uses what stands above
};

// What a call on records is about. Borrows both.
struct Target {
  std::string_view type_name;
  const EntityKey* key = nullptr;
  bool keeps_last_updated = false;  // where it writes: for the caller's features
};

}  // namespace dossier

#endif  // DOSSIER_PARTS_H_
