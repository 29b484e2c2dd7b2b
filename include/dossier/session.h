// What a caller does with an engine: the calls on records, and those on many records at once, on entity
// types, clients and settings, which dossier/bulk_calls.h, type_calls.h and client_calls.h have.
#ifndef DOSSIER_SESSION_H_
#define DOSSIER_SESSION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dossier/bulk_calls.h"
#include "dossier/call_options.h"
#include "dossier/entity_key.h"
#include "dossier/query.h"

namespace dossier {

// What one caller may do with an engine. Thread-safe, cheap to copy; must not outlive the engine.
// Each call checks the caller's features and address as they are at that moment (403; 402 where the
// client is gone), keeps within its access schemas, acts as one atomic step, and returns after its
// durability holds. JSON goes in and comes out as text. A client with the feature metadata leaves
// lastUpdated alone when it updates, replaces or deletes an element. Errors that every call may have
// beside those it names: kUnavailable, kUnknown (writes), kDataLoss.
//
// With an access token Get, Update, Replace, Delete, Adopt and EntityType are about its record and
// type, whatever they are given. With a creation token Create makes records of its type, whose name
// may be empty. All else is 403, and all is 413, 414 or 417 once the token is over.
class Session : public BulkCalls {
 public:
  // By the engine's clock (EngineOptions::clock): what "now" means in a time that is text.
  absl::Time Now() const;
  bool has_token() const { return caller_.has_token(); }  // the caller came by one
  std::string client_id() const { return caller_.client_id.value_or(""); }  // empty: the host

  // Creates a record from a JSON object of attributes.
  // A password is given as a plain text, which is hashed, or as the object of a hash, which is kept.
  // Errors: 200, 222, 223, 234, 320, 340-342, 360-363.
  absl::StatusOr<Created> Create(std::string_view type_name, std::string_view attributes,
                                 const CreateOptions& options = {});

  // The record, or the part of it at `options.path`, as JSON: every attribute of the type, null
  // where unset. A password reads as the object of its hash; checking one takes as long as making
  // its hash, 200 where its scheme is one that this version cannot check.
  // Errors: 100, 200, 222, 223, 310, 330, 350; 340-342 for the value of a key.
  absl::StatusOr<std::string> Get(std::string_view type_name, const EntityKey& key,
                                  const GetOptions& options = {});

  // As Get where that takes some microseconds, for threads that shall not be held up; nothing where
  // it may take longer: of a record with a large plural or of more than kReadAtOnceBytesMax, of an
  // element, with a password. Errors: those of Get.
  absl::StatusOr<std::optional<std::string>> GetAtOnce(std::string_view type_name,
                                                       const EntityKey& key,
                                                       const GetOptions& options = {});

  // Merges `value` (JSON) into the record or the part of it at `options.path`: what it does not
  // name stays, plurals are appended to, an element that carries its id is merged into.
  // Returns, with include_record, what Get of the same path would; else nothing.
  // Errors: 200, 222, 223, 234, 310, 320, 330, 340-342, 360-363.
  absl::StatusOr<std::string> Update(std::string_view type_name, const EntityKey& key,
                                     std::string_view value, const WriteOptions& options = {});

  // Puts `value` in the place of the record or of the part of it at `options.path`: what it does
  // not name becomes null, plurals get new elements with new ids. Returns and fails as Update does.
  absl::StatusOr<std::string> Replace(std::string_view type_name, const EntityKey& key,
                                      std::string_view value, const WriteOptions& options = {});

  // Deletes the record, or the one element that the key or `options.path` names.
  // Errors: 200, 222, 223, 234, 310, 330, 362; 340-342 for the value of a key.
  absl::Status Delete(std::string_view type_name, const EntityKey& key,
                      const WriteOptions& options = {});

  // Gives an orphaned element to the plural at `path` of the record. In this engine an element goes
  // with its parent, so there never is an orphan: when nothing else is wrong, 200 on child_id.
  // Errors: 200, 222, 223, 310; 340-342 for the value of a key.
  absl::Status Adopt(std::string_view type_name, const EntityKey& key, std::string_view path,
                     uint64_t child_id);

  // The records of a type for which the filter holds, a page of them, as they all are at one moment:
  // every write that has returned before is seen. What the caller may not read is as if it were not
  // there. Holds up nobody. Errors: 200, 222, 223 on attributes, 485 for the operator contains, 504
  // where it takes longer than its timeout.
  absl::StatusOr<FoundRecords> Find(std::string_view type_name, const FindOptions& options = {});

  // How many there are. Errors: 200, 222, 485, 504.
  absl::StatusOr<uint64_t> Count(std::string_view type_name, const CountOptions& options = {});

  // How Find goes about that, which it does: {"access":"scan"|"index"|"unique","attribute_names":[..],
  // "condition":"age >= 18","is_in_order":..,"keys_read":..,"result_count":..}. `condition` is what of
  // the filter the indexes, or the unique values, of these attributes are asked for; what comes in
  // order is read until the page is full, else all that matches is sorted. A search that gave an index
  // up is a scan; its keys are among those read. Errors: those of Find.
  absl::StatusOr<std::string> Explain(std::string_view type_name, const FindOptions& options = {});

  // Shows each record for which the filter holds to `visit`, by rising id, as JSON like that of Get:
  // all as they are at one moment, however long it takes; neither writes nor changes of the type wait
  // for it. Indexes lead it as they do a find. Ends with the first error that `visit` returns.
  // Errors: 200, 222, 223 on attributes, 485.
  absl::Status Export(std::string_view type_name, const ExportOptions& options,
                      absl::FunctionRef<absl::Status(std::string_view record)> visit);

  // A token with which Engine::TokenSession reaches this one record, or makes records of this type;
  // no feature is needed to use it. It is stored nowhere: only its hash is.
  // Errors: 100 on for_client_id where a host session names none, 200 on it or lifetime; those of Get.
  absl::StatusOr<std::string> IssueAccessToken(std::string_view type_name, const EntityKey& key,
                                               const AccessOptions& options = {});
  absl::StatusOr<std::string> IssueCreationToken(std::string_view type_name,
                                                 const AccessOptions& options = {});

  // Ends the access tokens of a record. Errors: 200 on for_client_id; those of Get.
  absl::Status DeleteAccess(std::string_view type_name, const EntityKey& key,
                            const AccessOptions& options = {});

 private:
  friend class Engine;
  Session(EngineParts* parts, Caller caller) : BulkCalls(parts, std::move(caller)) {}

  // The type that the caller may make a record of.
  absl::StatusOr<std::string_view> AuthorizeCreate(std::string_view type_name) const;
  // As Meant, of a client that is there. Errors: 200 on for_client_id too.
  absl::StatusOr<std::string> KnownClient(std::string_view client_id) const;
};

}  // namespace dossier

#endif  // DOSSIER_SESSION_H_
