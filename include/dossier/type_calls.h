// The calls of a session on entity types, which owners make.
#ifndef DOSSIER_TYPE_CALLS_H_
#define DOSSIER_TYPE_CALLS_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dossier/client_calls.h"
#include "dossier/reclaim.h"

namespace dossier {

class EntityType;
struct Target;

// A part of Session, whose comment holds here. A change of a type binds every call that begins after
// it; reads and writes go on meanwhile.
class TypeCalls : public ClientCalls {
 public:
  // Declares an entity type from a JSON array of attribute definitions and returns its schema as
  // EntityType does. Errors: 200, 232, 233, 234.
  absl::StatusOr<std::string> CreateEntityType(std::string_view name, std::string_view attr_defs);

  // {"attr_defs":[..],"name":".."}, with the reserved attributes unless `remove_reserved`.
  // Errors: 222.
  absl::StatusOr<std::string> EntityType(std::string_view name, bool remove_reserved = false);

  // By name.
  absl::StatusOr<std::vector<std::string>> EntityTypeNames();

  // Adds an attribute at the root of a type, from the JSON object of its definition (an object or a
  // plural brings its children), and returns the schema. At once, however many records there are:
  // they have it as null. Errors: 200 on attr_def, 222, 233, 234.
  absl::StatusOr<std::string> AddAttribute(std::string_view type_name, std::string_view attr_def);

  // Adds a rule to the attributes at these schema paths: `definition` is JSON (values/rules.h has the
  // rules). It binds later writes. Returns {"attributes":[..],"definition":..,"description":..,
  // "uuid":".."}, the attributes as they were given. Errors: 200 on attributes or definition, 222,
  // 223, 234.
  absl::StatusOr<std::string> AddRule(std::string_view type_name,
                                      const std::vector<std::string>& attributes,
                                      std::string_view definition,
                                      std::optional<std::string> description = std::nullopt);

  // The rules of a type as a JSON array, in the order in which they were added and as AddRule
  // returns them, but with whole paths. Errors: 222.
  absl::StatusOr<std::string> Rules(std::string_view type_name);

  // Removes a rule. An empty `type_name` stands for whichever type has it. Errors: 200 on uuid, 222.
  absl::Status RemoveRule(std::string_view type_name, std::string_view uuid);

  // The same of all properties: rules and compound unique constraints. `property` is JSON:
  // {"type":"rule"|"unique","attributes":[..],"definition":..,"description":..}; what is returned has
  // "property" in the place of "type". A unique one must hold for what is stored, as a constraint
  // must. Errors: those above, with the argument property, and 361.
  absl::StatusOr<std::string> AddProperty(std::string_view type_name, std::string_view property);
  absl::StatusOr<std::string> Properties(std::string_view type_name);
  absl::Status RemoveProperty(std::string_view type_name, std::string_view uuid);

  // Removes an attribute and all below it, at once and for good, and returns the schema. Nobody sees
  // its values any more; their space comes back by ReclaimSpace. An attribute of the same name that
  // is added later is another one. Errors: 200 on attribute_name, 222, 223, 234.
  absl::StatusOr<std::string> RemoveAttribute(std::string_view type_name, std::string_view path);

  // Gives an attribute another name; what it holds stays. `source` is its path, `target` a name or a
  // path with the same parent. Returns the schema.
  // Errors: 200 on source_name or target_name, 222, 223, 233, 234.
  absl::StatusOr<std::string> RenameAttribute(std::string_view type_name, std::string_view source,
                                              std::string_view target);

  // Puts `constraints` (a JSON array of names) in the place of those of an attribute and returns the
  // schema. They bind later writes; `unique` and `locally-unique` must hold for what is stored too:
  // that is checked while writers go on, and the call returns when they bind or are refused. It is
  // refused with 361, whose text has the number of violations and the ids of the first.
  // Errors: 200 on attribute_name or constraints, 222, 223, 234, 361.
  absl::StatusOr<std::string> SetAttributeConstraints(std::string_view type_name,
                                                      std::string_view path,
                                                      std::string_view constraints);

  // `description` is a JSON string. Returns the schema.
  // Errors: 200 on attribute_name or description, 222, 223, 234.
  absl::StatusOr<std::string> SetAttributeDescription(std::string_view type_name,
                                                      std::string_view path,
                                                      std::string_view description);

  // Gives an attribute a secondary index, in objects and plurals too: finds that compare it, or sort by
  // it, then read what they answer and no more. Returns at once; the index is built beside the calls
  // that go on, also after the store was closed meanwhile, and used when it is ready. `created` and
  // `lastUpdated` have one always.
  // Errors: 200 on attribute_name (no order, an index already, too many of them), 222, 223, 234.
  absl::Status AddIndex(std::string_view type_name, std::string_view path);

  // Takes the index away. Errors: 200 on attribute_name where there is none, 222, 223, 234.
  absl::Status RemoveIndex(std::string_view type_name, std::string_view path);

  // [{"attribute_name":"/email","state":"ready"},..], by age of the attribute. While one is
  // "building" also "record_count" and "record_count_about": the records that are done, of how many.
  // Errors: 222.
  absl::StatusOr<std::string> Indexes(std::string_view type_name);

  // Returns when every index that was added before is ready. Errors: kDataLoss, kUnavailable and
  // kUnknown, where one cannot be built: that is tried again with the next index, or at the next
  // opening of the store.
  absl::Status AwaitIndexes();

  // Deletes an entity type and its records; their ids are not used again. Waits for the calls that
  // are under way on it. `pretend`: only tells whether it would. Errors: 200 (it has properties), 222.
  absl::Status DeleteEntityType(std::string_view name, bool pretend = false);

  // Gives back the space of removed attributes, of claims that are kept no longer and of deleted
  // types. Goes on where it was stopped, also when the store was closed meanwhile; with nothing to do
  // it returns at once. Reads and writes go on.
  absl::Status ReclaimSpace(const ReclaimOptions& options = {});

  // Lets the client reach only the attributes at these schema paths, with all below them, in calls of
  // one kind: read, write, read_with_token or write_with_token. To it the others do not exist (223),
  // and its writes leave them alone; reserved ones are always readable, never writable. Overwrites;
  // returns what AccessSchema does. Errors: 200 on for_client_id, access_type, attributes; 222, 223.
  absl::StatusOr<std::string> SetAccessSchema(std::string_view type_name,
                                              std::string_view client_id,
                                              std::string_view access_type,
                                              const std::vector<std::string>& attributes);

  // The type as EntityType returns it, with what the client may reach: where nothing was set all, or
  // nothing for writes of a login client. Errors: 200 on for_client_id or access_type, 222.
  absl::StatusOr<std::string> AccessSchema(std::string_view type_name, std::string_view client_id,
                                           std::string_view access_type);
  // Takes back what was set, if anything was. Errors: as AccessSchema.
  absl::Status DeleteAccessSchema(std::string_view type_name, std::string_view client_id,
                                  std::string_view access_type);

 protected:
  TypeCalls(EngineParts* parts, Caller caller) : ClientCalls(parts, std::move(caller)) {}

  // As Authorize, for calls that an access token allows too: what they are about.
  absl::StatusOr<Target> AuthorizeOn(Operation operation, const Target& named) const;

 private:
  absl::Status RemoveOne(std::string_view type_name, std::string_view uuid, bool rules_only);
};

}  // namespace dossier

#endif  // DOSSIER_TYPE_CALLS_H_
