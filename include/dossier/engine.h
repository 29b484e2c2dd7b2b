// The engine: a store of records of declared entity types in one directory.
//
//   auto engine = dossier::Engine::Open({.directory = "data"});
//   dossier::Session session = (*engine)->HostSession();
//   session.CreateEntityType("user", dossier::DefaultUserAttrDefs()).IgnoreError();
//   auto ada = session.Create("user", R"({"email":"ada@example.com"})");
//   session.Update("user", dossier::EntityKey::Id(ada->id), R"({"givenName":"Ada"})").IgnoreError();
#ifndef DOSSIER_ENGINE_H_
#define DOSSIER_ENGINE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dossier/repair.h"
#include "dossier/session.h"
#include "dossier/signed_request.h"
#include "dossier/statistics.h"
#include "dossier/verification.h"

namespace dossier {

struct EngineOptions {
  // Made where it does not exist; a new or an empty one gets mode 0700. One process at a time.
  std::string directory = {};
  bool create_if_missing = true;
  // Of every call that does not name its own.
  Durability durability = Durability::kSynced;
  // Bytes that the store takes in memory, all together: 32 MB of them for work in hand; a third of the
  // rest, and 256 MB at most, for what was written and is not in files yet; what is left by halves for
  // whole records, of whose half a 32nd tells which unique values lead to them, and for blocks of files,
  // decompressed, of whose half a fifth tells which unique values are free (two bytes a value, so that
  // a write need not look for it). 64 MB to what the machine has.
  size_t memory_bytes = 800u << 20;
  // Other shares of it: of blocks, and of whole records, where 0 keeps none. A record larger than a
  // 64th of its share is not kept.
  std::optional<size_t> block_cache_bytes = std::nullopt;
  std::optional<size_t> record_cache_bytes = std::nullopt;
  // Bytes of stored elements past which a plural leaves its record, so that a change of one element
  // costs the same in a plural of ten and of 100,000. Callers see no difference.
  size_t large_plural_bytes = 8192;
  // Of the hashes that are made of plain text passwords, as a power of two: 4 to 16. 10 takes some
  // 50 ms of CPU time, each step up twice as long; stored hashes keep the cost that they have.
  int bcrypt_cost = 10;
  // How far the date of a signed request may be from the clock, either way.
  absl::Duration signature_skew = absl::Minutes(5);
  // Which of the published tables says what the features of clients allow.
  FeatureReading feature_reading = FeatureReading::kPages;
  // With it the secrets of clients are sealed on disk (AES-256-GCM): who reads the directory without
  // it cannot call. At least 16 bytes, random ones, from where the directory's backups do not go. A
  // store that has had a key opens with that key only. Empty: the secrets stand there as they are.
  std::string secrets_key = {};
  // To change the key: the one before. What is sealed with it is opened, and all secrets are sealed
  // under secrets_key in one step before Open returns; from then on it is not needed any more. Only
  // beside a secrets_key.
  std::string former_secrets_key = {};
  // Of a store that Open refuses because it has lost changes that the disk had: opens it where it goes on to
  // this change at least, the number that the refusal names. What came behind is given up for good.
  std::optional<uint64_t> accept_loss_down_to = std::nullopt;
  // The time of `created` and `lastUpdated`, and that at which old secrets end. Empty: the system's
  // clock. For tests.
  std::function<absl::Time()> clock = {};
  // Time since some moment, never going back: what the timeouts of calls go by. Empty: the system's
  // monotonic clock. For tests.
  std::function<absl::Duration()> monotonic_clock = {};
};

struct EngineParts;

// An open store. Thread-safe. Close it (destroy it) after every session's last call.
class Engine {
 public:
  // Opens or creates the store in `options.directory`.
  // Errors: kUnavailable where another process holds the directory (names it), kFailedPrecondition
  // where the format is newer than this library (names both versions), the directory holds something
  // else or secrets_key is not its own, kNotFound where it does not exist and may not be created,
  // kDataLoss: files are damaged or missing (names one), or the store lacks changes that the disk had
  // (names the last that is there and the last that was; the directory is left as it is).
  static absl::StatusOr<std::unique_ptr<Engine>> Open(const EngineOptions& options);

  // Makes `directory` a new, sound store of what can be read of the one in `options.directory`, which
  // need not open, must not be in use, and stays byte for byte as it is: nothing is lost by a repair,
  // whose result takes the place of the damaged store once its report has been read. Killed, it has done
  // nothing. Takes the space of a second store, and about a minute a million records.
  //
  // Records are what counts. Each that is whole is kept as it is; uuids, unique values, rows of indexes
  // and the counters of ids are made anew from them. Left out, and told of, are: records and pieces of
  // large plurals that are damaged or do not fit their type; of two records with one unique value the
  // younger, that with the higher id; what tables hold that cannot be read. Where a table cannot be
  // opened at all, what stood under its keys before may be back: the range is told. Of a damaged log the
  // end is left out, and told of where the disk had it.
  // Errors: kAlreadyExists where `directory` is there, kUnavailable (the store is in use; no space),
  // kFailedPrecondition where it is no store or a newer one, kDataLoss where the damage leaves nothing
  // to begin with: a MANIFEST without a sound beginning; those of `left_out`.
  static absl::StatusOr<Repaired> Repair(const EngineOptions& options, const std::string& directory,
                                         const RepairOptions& repair = {});

  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // The embedding program itself: may do everything.
  Session HostSession();

  // A client that proves itself by its secret, calling from `address`: that of the connection's other
  // end, "192.0.2.1" or "2001:db8::1", empty where it is not known. Only clients that everybody may
  // use call from an unknown one. Errors: 402; 403 for an address that is not among the client's.
  absl::StatusOr<Session> ClientSession(std::string_view client_id, std::string_view client_secret,
                                        std::string_view address = {});

  // A client that proves itself by a signature of its request. Errors: 402; its calls are refused
  // where the address is not among the client's.
  absl::StatusOr<Session> SignedSession(const SignedRequest& request,
                                        std::string_view address = {});

  // Whoever has a token that Session::IssueAccessToken or IssueCreationToken returned, calling from
  // an address that is among its client's. Errors: 403; 413 where its grant, its record or its client
  // was deleted or it never was one; 414 or 417 where it has expired.
  absl::StatusOr<Session> TokenSession(std::string_view token, std::string_view address = {});

  // Whether calls can be answered: reads from the store, and remembers how its last write ended.
  // Takes microseconds. Errors: kUnavailable, kUnknown, kDataLoss.
  absl::Status Health() const;

  // Compares all checksums, and looks whether each record fits its type and all that leads to records
  // leads to the right ones: one state of it, while reads, writes and changes of types go on. Takes some
  // twenty seconds a million records. Damage is told in what it returns. Errors: kUnavailable; kDataLoss
  // where damage keeps it from looking on. Constraints are not asked: they may be younger than a record.
  absl::StatusOr<Verification> Verify(const VerifyOptions& options = {}) const;

  // Makes `directory` a store of its own, with all that was acknowledged before the call, while reads and
  // writes go on. On one file system its tables are shared (hard links), so that it takes neither long
  // nor space; it goes on by itself from then on. What else needs the key of the clients' secrets needs
  // it too. Errors: kAlreadyExists where the directory is there, kUnavailable.
  absl::Status Checkpoint(const std::string& directory);

  // Rewrites the store as small as it gets, to a third or so of what its records are as JSON, while reads
  // and writes go on; what is written afterwards is larger again. Takes a core some fifteen seconds a million
  // records, and meanwhile the space of a second store. Records that are not in memory take longer to
  // read then. Returns early, with OK, when stopped. Session::ReclaimSpace first gives back what removed
  // attributes hold. Errors: kUnavailable, kDataLoss.
  absl::Status Compact(const std::stop_token& stop = {});

  // RocksDB's figures and those of the record cache: always the same names in the same order. Takes
  // some microseconds and holds up nobody.
  std::vector<Statistic> Statistics() const;

 private:
  explicit Engine(std::unique_ptr<EngineParts> parts);

  std::unique_ptr<EngineParts> parts_;
};

// The attribute definitions of the entity type `user` that a new host starts with (a JSON array).
// Source: the default schema of the hosted product.
std::string_view DefaultUserAttrDefs();

}  // namespace dossier

#endif  // DOSSIER_ENGINE_H_
