// The changes of an entity type that reach what is stored: its records and their claims.
#ifndef DOSSIER_MUTATION_EVOLUTION_H_
#define DOSSIER_MUTATION_EVOLUTION_H_

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "access/grants.h"
#include "dossier/session.h"
#include "mutation/binding.h"

namespace dossier {

// That a type may be deleted: nothing is left that its owner must remove first. Errors: 200 on
// type_name.
absl::Status CheckDeletable(const EntityType& type);

// Thread-safe; borrows what it is made of. Writers go on during every call.
class Evolution {
 public:
  explicit Evolution(const StoredRecords& stored) : stored_(stored) {}

  // Ends what was under way when the store was closed or its process died. Before all else.
  // Errors: kDataLoss, and those of Store::Commit.
  absl::Status Recover();

  // Puts `constraints` (a JSON array) in the place of those of an attribute. Returns at once unless
  // `unique` or `locally-unique` is new, which must hold for what is stored, or goes, which waits for
  // the calls under way.
  // Errors: 200 on attribute_name or constraints, 222, 223, 234, 361; those of Bind.
  absl::Status SetConstraints(std::string_view type_name, std::string_view path,
                              std::string_view constraints);

  // Adds a property and returns it. A unique one must hold for what is stored, as a constraint must.
  // Errors: 200 on the arguments of the request, 222, 223, 234, 361; those of Bind.
  absl::StatusOr<Property> AddProperty(std::string_view type_name, const PropertyRequest& request);

  // Removes a property; of a unique one it waits for the calls under way. Errors: 200 on uuid, 222.
  absl::Status RemoveProperty(std::string_view type_name, const Uuid& uuid, bool rules_only);

  // Gives the attribute an index, which is still to be built (index_building.h), or takes it away with
  // its rows once the calls under way have ended. Errors: 200 on attribute_name, 222, 223, 234.
  absl::Status AddIndex(std::string_view type_name, std::string_view path);
  absl::Status RemoveIndex(std::string_view type_name, std::string_view path);

  // Removes an attribute and all below it, their indexes, and the unique properties that have one of
  // these. At once: values, claims and rows are reclaimed later.
  // Errors: 200 on attribute_name, 222, 223, 234.
  absl::Status RemoveAttribute(std::string_view type_name, std::string_view path);

  // Deletes a type with its records and what is stored of its access schemas, when the calls that are
  // under way on it have ended. Returns its id. Errors: those of CheckDeletable, 222.
  absl::StatusOr<TypeId> DeleteType(std::string_view type_name);

  // Deletes all records of a type in one step, which takes no longer for many than for few: all writers
  // of the store wait for it. The grants of the records end with them. Errors: those of Store::Commit.
  absl::Status Purge(const EntityType& type, Grants& grants, Durability durability);

  // See mutation/reclaim.h.
  absl::Status ReclaimSpace(const ReclaimOptions& options);

 private:
  // `rest`: see Binding.
  absl::Status BindUnique(std::string_view type_name, AttributeNumber number,
                          const std::string& constraints, std::string_view rest);
  // Of an attribute, to `constraints`, after which nobody keeps `claims`.
  struct Weakening {
    AttributeNumber number;
    std::string constraints;
    ClaimNumbers claims;
  };
  absl::Status TakeUniqueAway(std::string_view type_name, const Weakening& weakening);
  absl::Status BindProperty(std::string_view type_name, const Property& property,
                            const PropertyRequest& request, const std::string& path);
  absl::Status RecoverIndexes();
  void NoteDue();

  StoredRecords stored_;

  std::mutex binding_;     // held over a whole change of constraints, a unique property or an index
  std::mutex reclaiming_;  // held while what is due is reclaimed
  std::mutex mutex_;       // of due_count_
  std::condition_variable_any due_changed_;
  uint64_t due_count_ = 0;  // calls that may have left something to reclaim
};

}  // namespace dossier

#endif  // DOSSIER_MUTATION_EVOLUTION_H_
