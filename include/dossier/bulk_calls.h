// The calls of a session on many records at once.
#ifndef DOSSIER_BULK_CALLS_H_
#define DOSSIER_BULK_CALLS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dossier/call_options.h"
#include "dossier/type_calls.h"

namespace dossier {

struct Access;

// Of BulkCreate.
struct BulkCreateOptions {
  // All records are made in one step, or none is. Else each is made or refused for itself.
  bool all_or_nothing = false;
  // When it is over the records that are not made yet are refused (504): more than 0; past
  // kSearchSecondsMax is as that. Nothing: it never is.
  std::optional<absl::Duration> timeout = std::nullopt;
  std::optional<Durability> durability = std::nullopt;
};

// Of Import.
struct ImportOptions {
  // With a name the store remembers how far the import has come, in one step with the rows: 1 to
  // kImportNameBytesMax bytes. One call at a time.
  std::string name = {};
  // The number of the first row of the call in the whole of the import, from 0. With a name it is no
  // larger than ImportedRows; rows below that are passed over.
  uint64_t first_row = 0;
  // Told of each row that is refused, by its place in the call, before the store knows that the rows
  // around it are done: what it writes down is not missing where the process is killed. By one thread
  // at a time, with writers held up; it must not call the engine. May be empty.
  std::function<void(size_t row, const absl::Status& reason)> refused = {};
  // Threads that read and check rows: 1 to kImportThreadsMax; 0: as many as the machine has, 4 at most.
  size_t thread_count = 0;
  std::optional<Durability> durability = std::nullopt;
};

// What became of a row.
struct ImportedRow {
  enum class Outcome {
    kImported,
    kAlreadyThere,  // an equal record is
    kPassedOver,    // an earlier call has done it, and said what became of it
  };
  Outcome outcome = Outcome::kImported;
  uint64_t id = 0;  // of the record; 0 where it was passed over
};

// A part of Session, whose comment holds here.
class BulkCalls : public TypeCalls {
 public:
  // Creates a record from each object of a JSON array, as Create does. Returns of each what became of
  // it, in their order. Of two with one unique value the first wins. Each plain text password costs
  // its time: they are hashed one after the other, so that a call takes one core and no more.
  // Errors of a record: those of Create; 300 where, with all_or_nothing, another one was refused;
  // 504. Errors of the call: 200 on all_attributes (no array, more than kBulkRecordsMax records), 222.
  absl::StatusOr<std::vector<absl::StatusOr<Created>>> BulkCreate(
      std::string_view type_name, std::string_view all_attributes,
      const BulkCreateOptions& options = {});

  // Deletes the records for which the filter (dossier/query.h) holds, each for itself: one that is
  // changed meanwhile, so that it does not, stays. Returns how many it deleted. `pretend`: none.
  // Errors: 200 on filter, 222, 223 (an attribute that the caller may not write), 485.
  absl::StatusOr<uint64_t> BulkDelete(std::string_view type_name, std::string_view filter,
                                      bool pretend = false);

  // Deletes all records of a type in one step, however many there are; their access tokens end. Their
  // ids are not used again. Writers wait for it, some milliseconds. ReclaimSpace gives back the space.
  // `pretend`: only tells whether it would.
  // Errors: 222, 223 (an attribute that the caller may not write).
  absl::Status Purge(std::string_view type_name, bool pretend = false);

  // Makes a record of each row, a JSON object as Get returns it, and keeps what the API forbids to
  // give: id, uuid, created, lastUpdated and the ids of elements; what is missing is made. All else is
  // checked as Create does. For the migration of records, by owners without an access schema (403).
  //
  // A row whose id or uuid is taken is refused (361 on /id or /uuid), unless the record says all that
  // the row says (plain text passwords are not compared): then it is there already. So an import can
  // be done again; where rows have neither, give it a name. An id must be larger than that of what it
  // is in (340). One that an element of another record has is taken too (engine/mutation/import.h).
  // Errors of a row: those of Create but 234 and 320. Errors of the call: 200 on name, first_row or
  // thread_count, 222. After an error of the machine all rows from there on have it.
  absl::StatusOr<std::vector<absl::StatusOr<ImportedRow>>> Import(
      std::string_view type_name, std::span<const std::string_view> rows,
      const ImportOptions& options = {});

  // How many rows of the import of that name are done: where it goes on. Errors: 222.
  absl::StatusOr<uint64_t> ImportedRows(std::string_view type_name, std::string_view name);
  // Forgets that there was an import of that name. So does Purge. Errors: 222.
  absl::Status ForgetImport(std::string_view type_name, std::string_view name);

 protected:
  BulkCalls(EngineParts* parts, Caller caller) : TypeCalls(parts, std::move(caller)) {}

  // What the caller may do with the attributes of the type.
  Access AccessTo(const dossier::EntityType& type) const;
};

}  // namespace dossier

#endif  // DOSSIER_BULK_CALLS_H_
