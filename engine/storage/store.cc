#include "storage/store.h"

#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/coding.h"
#include "base/errors.h"
#include "base/status.h"
#include "storage/directory.h"
#include "storage/held.h"
#include "storage/lost_changes.h"
#include "storage/rocks.h"
#include "storage/rocks_log.h"
#include "storage/store_parts.h"
#include "storage/uncounted.h"

namespace dossier {

namespace {

// The first whose stores have a mark.
constexpr uint32_t kFirstMarkedFormat = 4;

using Properties = rocksdb::DB::Properties;

SharedBytes Shared(const rocksdb::Slice& bytes) {
  return SharedBytes({bytes.data(), bytes.size()});
}

absl::Status MakeCheckpoint(rocksdb::DB& db, const std::string& directory) {
  const uint64_t sequence = db.GetLatestSequenceNumber();
  rocksdb::Checkpoint* made = nullptr;
  DOSSIER_RETURN_IF_ERROR(FromRocks(rocksdb::Checkpoint::Create(&db, &made)));
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  DOSSIER_RETURN_IF_ERROR(FromRocks(checkpoint->CreateCheckpoint(directory)));
  std::error_code error;
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("cannot protect ", directory, ": ", error.message()));
  }
  DOSSIER_RETURN_IF_ERROR(HighWater::Make(directory, sequence));
  return WriteFormat(directory, kStoreFormat);
}

// The mark of a directory whose files RocksDB has made, or has yet to make. A store with more than it has
// is a store that goes on; of one with less it is known how much.
absl::StatusOr<std::unique_ptr<HighWater>> OpenMark(const std::string& directory,
                                                    const Prepared& prepared,
                                                    bool is_loss_accepted) {
  if (prepared.is_new || prepared.format < kFirstMarkedFormat) {
    DOSSIER_RETURN_IF_ERROR(HighWater::Make(directory, 0));
  }
  auto mark = HighWater::Open(directory);
  if (mark.ok() || !absl::IsDataLoss(mark.status()) || !is_loss_accepted) return mark;
  DOSSIER_RETURN_IF_ERROR(HighWater::Make(directory, 0));
  return HighWater::Open(directory);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const EngineOptions& options, Opening opening) {
  DOSSIER_ASSIGN_OR_RETURN(
      const Prepared prepared,
      PrepareDirectory(options.directory, options.create_if_missing, kStoreFormat));
  const MemoryShares memory = SharesOf(options);
  const bool is_salvage = opening == Opening::kSalvage;
  RocksOptions rocks = MakeRocksOptions(memory, prepared.is_new);
  if (is_salvage) TolerateDamage(rocks);
  // One spelling: that this process has the store open already, RocksDB knows by the name alone.
  std::error_code error;
  const std::string directory = std::filesystem::canonical(options.directory, error);
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("cannot find ", options.directory, ": ", error.message()));
  }
  const std::optional<uint64_t> accepted = options.accept_loss_down_to;
  DOSSIER_ASSIGN_OR_RETURN(std::unique_ptr<HighWater> high_water,
                           OpenMark(directory, prepared, is_salvage || accepted.has_value()));
  // One that was never marked may have been interrupted while it was made.
  uint64_t last_in_tables = GaplessReplay::kUnknown;
  if (const HighWater::Mark marked = high_water->mark(); marked.sequence > 0 && !is_salvage) {
    DOSSIER_ASSIGN_OR_RETURN(last_in_tables, CheckLostChanges(directory, rocks, marked, accepted));
  }
  auto parts = std::make_unique<Parts>(memory, last_in_tables);
  parts->high_water = std::move(high_water);
  rocks.db.info_log = MakeRocksLog(directory);
  rocks.db.wal_filter = &parts->replay;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::Open(rocks.db, directory, rocks.families, &parts->families, &db);
  if (!status.ok()) return FromOpening(directory, status);
  parts->db.reset(db);
  DOSSIER_RETURN_IF_ERROR(RaiseFormat(directory, kStoreFormat));
  parts->log = std::make_unique<Log>(*db, directory, *parts->high_water);
  DOSSIER_RETURN_IF_ERROR(parts->log->Open(parts->replay.found().has_value()));
  parts->group_commit = std::make_unique<GroupCommit>(*parts->log);
  std::unique_ptr<rocksdb::LogFile> log_file;
  DOSSIER_RETURN_IF_ERROR(FromRocks(db->GetCurrentWalFile(&log_file)));
  RemoveEmptyLogs(directory, log_file->LogNumber());
  return std::unique_ptr<Store>(new Store(std::move(parts)));
}

Store::Store(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {
  if (parts_->IsEmpty(Family::kLookup)) parts_->filter.BecomeWhole();
  parts_->filter_builder = std::make_unique<FilterBuilder>(
      *this, parts_->filter, parts_->Figure(Family::kLookup, Properties::kEstimateNumKeys));
}

Store::~Store() = default;

Snapshot::Snapshot(const Store& store) : store_(store), rocks_(store.parts_->db->GetSnapshot()) {}
Snapshot::~Snapshot() { store_.parts_->db->ReleaseSnapshot(rocks_); }

uint64_t Snapshot::sequence() const { return rocks_->GetSequenceNumber(); }

rocksdb::ReadOptions Store::Parts::Reading(const Snapshot* at) {
  rocksdb::ReadOptions options;
  if (at != nullptr) options.snapshot = at->rocks_;
  return options;
}

absl::StatusOr<SharedBytes> Store::Get(Family family, std::string_view key,
                                       const Snapshot* at) const {
  const Uncounted uncounted;
  rocksdb::PinnableSlice value;
  const rocksdb::Status status =
      parts_->db->Get(Parts::Reading(at), parts_->family(family), ToSlice(key), &value);
  if (status.IsNotFound()) return SharedBytes();
  DOSSIER_RETURN_IF_ERROR(FromRocks(status));
  return Shared(value);
}

absl::StatusOr<std::optional<EntityId>> Store::LookUp(const Key& key, const Snapshot* at) const {
  const Uncounted uncounted;
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = parts_->db->Get(
      Parts::Reading(at), parts_->family(Family::kLookup), ToSlice(key.view()), &value);
  if (status.IsNotFound()) return std::optional<EntityId>();
  DOSSIER_RETURN_IF_ERROR(FromRocks(status));
  if (value.size() != sizeof(EntityId)) return errors::DataLoss("a look-up entry is no id");
  return std::optional<EntityId>(LoadBig<EntityId>(value.data()));
}

absl::StatusOr<std::optional<EntityId>> Store::LookUpUnlikely(const Key& key) const {
  if (parts_->filter.Denies(key.view())) return std::optional<EntityId>();
  DOSSIER_ASSIGN_OR_RETURN(const std::optional<EntityId> id, LookUp(key));
  if (!id) parts_->filter_builder->NoteMiss();
  return id;
}

absl::Status Store::VisitLookUps(absl::FunctionRef<bool(std::string_view key, EntityId id)> visit,
                                 const Snapshot* at) const {
  rocksdb::ReadOptions options = Parts::Reading(at);
  options.total_order_seek = true;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> entries(
      parts_->db->NewIterator(options, parts_->family(Family::kLookup)));
  for (entries->SeekToFirst(); entries->Valid(); entries->Next()) {
    if (entries->value().size() != sizeof(EntityId)) {
      return errors::DataLoss("a look-up entry is no id");
    }
    const std::string_view key(entries->key().data(), entries->key().size());
    if (!visit(key, LoadBig<EntityId>(entries->value().data()))) return absl::OkStatus();
  }
  return FromRocks(entries->status());
}

absl::StatusOr<std::optional<Entry>> Store::FirstFrom(Family family, std::string_view from,
                                                      std::string_view prefix,
                                                      const Snapshot* at) const {
  const std::unique_ptr<rocksdb::Iterator> entries(
      parts_->db->NewIterator(Parts::Reading(at), parts_->family(family)));
  entries->Seek(ToSlice(from));
  DOSSIER_RETURN_IF_ERROR(FromRocks(entries->status()));
  if (!entries->Valid() || !entries->key().starts_with(ToSlice(prefix))) {
    return std::optional<Entry>();
  }
  return std::optional<Entry>({entries->key().ToString(), Shared(entries->value())});
}

absl::StatusOr<std::vector<Entry>> Store::Entries(Family family, std::string_view prefix,
                                                  const Snapshot* at) const {
  const std::unique_ptr<rocksdb::Iterator> entries(
      parts_->db->NewIterator(Parts::Reading(at), parts_->family(family)));
  std::vector<Entry> all;
  entries->Seek(ToSlice(prefix));
  for (; entries->Valid() && entries->key().starts_with(ToSlice(prefix)); entries->Next()) {
    all.push_back({entries->key().ToString(), Shared(entries->value())});
  }
  DOSSIER_RETURN_IF_ERROR(FromRocks(entries->status()));
  return all;
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Store::MetaEntries(
    MetaTag tag) const {
  const std::string prefix = MetaKey(tag);
  DOSSIER_ASSIGN_OR_RETURN(const std::vector<Entry> all, Entries(Family::kMeta, prefix));
  std::vector<std::pair<std::string, std::string>> entries;
  for (const Entry& entry : all) {
    entries.emplace_back(entry.key.substr(prefix.size()), *entry.value);
  }
  return entries;
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Store::EntriesBelow(
    Family family, std::string_view prefix, std::string_view end, size_t bytes_max) const {
  rocksdb::ReadOptions options;
  options.fill_cache = false;  // who reads everything must not push out what others read often
  const std::unique_ptr<rocksdb::Iterator> at(
      parts_->db->NewIterator(options, parts_->family(family)));
  std::vector<std::pair<std::string, std::string>> entries;
  size_t bytes = 0;
  at->SeekForPrev(ToSlice(end));
  if (at->Valid() && at->key() == ToSlice(end)) at->Prev();
  for (; at->Valid() && at->key().starts_with(ToSlice(prefix)) && bytes < bytes_max; at->Prev()) {
    entries.emplace_back(at->key().ToString(), at->value().ToString());
    bytes += entries.back().first.size() + entries.back().second.size();
  }
  DOSSIER_RETURN_IF_ERROR(FromRocks(at->status()));
  return entries;
}

absl::StatusOr<bool> Store::HasAny(Family family) const {
  const std::unique_ptr<rocksdb::Iterator> at(
      parts_->db->NewIterator(rocksdb::ReadOptions(), parts_->family(family)));
  at->SeekToFirst();
  DOSSIER_RETURN_IF_ERROR(FromRocks(at->status()));
  return at->Valid();
}

absl::StatusOr<std::vector<EntityId>> Store::RecordIds(TypeId type, EntityId from,
                                                       size_t count_max) const {
  const KeyRange range = WithPrefix(Key().Add(static_cast<uint16_t>(type)).view());
  const rocksdb::Slice end(range.end);
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.iterate_upper_bound = &end;
  const std::unique_ptr<rocksdb::Iterator> at(
      parts_->db->NewIterator(options, parts_->family(Family::kRecords)));
  std::vector<EntityId> ids;
  const Key first = RecordKey(type, from);
  for (at->Seek(ToSlice(first.view())); at->Valid() && ids.size() < count_max; at->Next()) {
    DOSSIER_ASSIGN_OR_RETURN(const EntityId id,
                             IdOfRecordKey({at->key().data(), at->key().size()}));
    ids.push_back(id);
  }
  DOSSIER_RETURN_IF_ERROR(FromRocks(at->status()));
  return ids;
}

uint64_t Store::RecordCountAbout() const {
  return parts_->Figure(Family::kRecords, Properties::kEstimateNumKeys);
}

absl::Status Store::Commit(Batch& batch, Durability durability) {
  const Uncounted uncounted;
  rocksdb::WriteBatch& rocks = batch.parts_->rocks;
  if (batch.parts_->ends_in_delete_once) Log::EndForGood(rocks);
  return parts_->Ended(durability == Durability::kSynced ? parts_->group_commit->WriteSynced(rocks)
                                                         : parts_->log->WriteBuffered(rocks));
}

// In a directory that is nobody else's until it is whole: RocksDB makes its own readable for everybody.
absl::Status Store::Checkpoint(const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::exists(directory, error)) {
    return absl::AlreadyExistsError(absl::StrCat(directory, " is there already"));
  }
  const fs::path parent = fs::path(directory).parent_path();
  if (!error && !parent.empty()) fs::create_directories(parent, error);
  std::string unfinished = directory + ".XXXXXX";
  if (error || ::mkdtemp(unfinished.data()) == nullptr) {
    return absl::UnavailableError(absl::StrCat("cannot make ", directory));
  }
  const absl::Status made = MakeCheckpoint(*parts_->db, unfinished + "/store");
  if (made.ok()) fs::rename(unfinished + "/store", directory, error);
  std::error_code ignored;
  fs::remove_all(unfinished, ignored);
  if (error) {
    return absl::UnavailableError(absl::StrCat("cannot make ", directory, ": ", error.message()));
  }
  return made;
}

uint64_t Store::LastSequence() const { return parts_->db->GetLatestSequenceNumber(); }

absl::Status Store::LastCommit() const {
  if (!parts_->is_last_commit_failed) return absl::OkStatus();
  return absl::UnavailableError("the store: its last write failed");
}

std::vector<Statistic> Store::Statistics() const {
  std::vector<Statistic> statistics;
  const auto add = [&](const Statistic& names, uint64_t value) {
    statistics.push_back(names);
    statistics.back().value = value;
  };
  // Of all families together, or of what they share.
  const auto add_sum = [&](const Statistic& names, const std::string& property) {
    uint64_t value = 0;
    const bool has_read = parts_->db->GetAggregatedIntProperty(property, &value);
    add(names, has_read ? value : 0);
  };
  const auto add_shared = [&](const Statistic& names, const std::string& property) {
    add(names, parts_->Figure(Family::kRecords, property));
  };
  add_shared({.name = "records", .meaning = "records, about"}, Properties::kEstimateNumKeys);
  add({.name = "changes_total",
       .meaning = "entries written since the store was made",
       .is_total = true},
      parts_->db->GetLatestSequenceNumber());
  add_shared({.name = "block_cache_bytes", .meaning = "file blocks kept in memory"},
             Properties::kBlockCacheUsage);
  add_sum({.name = "memtable_bytes", .meaning = "what is in the log alone, in memory"},
          Properties::kSizeAllMemTables);
  add_sum({.name = "table_file_bytes", .meaning = "the store's tables on disk"},
          Properties::kLiveSstFilesSize);
  add_sum({.name = "pending_compaction_bytes",
           .meaning = "what compactions have yet to rewrite, about"},
          Properties::kEstimatePendingCompactionBytes);
  add_shared({.name = "running_flushes", .meaning = "memtables being written to tables"},
             Properties::kNumRunningFlushes);
  add_shared({.name = "running_compactions", .meaning = "compactions under way"},
             Properties::kNumRunningCompactions);
  add_shared({.name = "delayed_write_bytes_per_second",
              .meaning = "to which writes are slowed down; 0 where they are not"},
             Properties::kActualDelayedWriteRate);
  add_shared({.name = "writes_stopped", .meaning = "1 while writes wait for compactions"},
             Properties::kIsWriteStopped);
  add_shared({.name = "snapshots", .meaning = "states of the store that readers hold"},
             Properties::kNumSnapshots);
  add_shared({.name = "background_errors_total",
              .meaning = "failed flushes and compactions since the start",
              .is_total = true},
             Properties::kBackgroundErrors);
  add({.name = "lookup_filter_bytes",
       .meaning = "what tells in memory that a unique value is free"},
      parts_->filter.bytes());
  add({.name = "lookup_filter_in_use", .meaning = "1 where that has all values"},
      parts_->filter.is_whole());
  return statistics;
}

absl::Status Store::CommitAside(Batch& batch) {
  DOSSIER_RETURN_IF_ERROR(Commit(batch, Durability::kBuffered));
  return Sync();
}

absl::Status Store::Sync() { return parts_->Ended(parts_->log->Sync()); }

}  // namespace dossier
