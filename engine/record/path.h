// Where in a record: the `attribute_name` of a request.
//
// Shape: path    := "/" | ["/"] segment (("/" | ".") segment)*
//        segment := name ["#" id]
// Empty segments are passed over: the API's own SDKs send "//photos#12". Without a name a path is the
// root only if it is empty or of slashes.
#ifndef DOSSIER_RECORD_PATH_H_
#define DOSSIER_RECORD_PATH_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "base/ids.h"
#include "record/attribute.h"
#include "record/attribute_set.h"

namespace dossier {

// One step down: to an attribute, and to one of its elements where `element` is not 0.
struct Step {
  const Attribute* attribute;
  EntityId element;
};

// From the root; no step is the record itself. The attributes belong to the entity type.
class Path {
 public:
  // Resolves the text of a value path against a type's root: a plural that is passed through needs
  // an id. `argument` is the request parameter that errors name. An attribute that is not in
  // `allowed` is as one that does not exist; the reserved ones always exist.
  // Errors: 200 on `argument`, 223.
  static absl::StatusOr<Path> Parse(std::string_view text, const Shape& root,
                                    std::string_view argument,
                                    const AttributeSet* allowed = nullptr);
  // The same of a schema path, which has no ids: any attribute at any depth.
  static absl::StatusOr<Path> ParseSchemaPath(std::string_view text, const Shape& root,
                                              std::string_view argument,
                                              const AttributeSet* allowed = nullptr);

  bool is_root() const { return steps_.empty(); }
  size_t size() const { return steps_.size(); }
  const Step& operator[](size_t i) const { return steps_[i]; }
  const Step& back() const { return steps_.back(); }

  // Of a step to a plural: from now on it leads to that element.
  void SetElement(size_t i, EntityId element) { steps_[i].element = element; }

 private:
  friend class PathParser;
  absl::InlinedVector<Step, 2> steps_;
};

// The attributes at these schema paths, with all below them, as far as they are in `readable`: what an
// answer shall have. Errors: 200 on attributes, 223.
absl::StatusOr<AttributeSet> ParseProjection(const std::vector<std::string>& paths,
                                             const Shape& root, const AttributeSet* readable);

// "/statuses#11905": the form that Parse takes; "/" for the root.
std::string ToText(const Path& path);

// One of id, uuid, created, lastUpdated, which every type has at its root; null for other names.
const Attribute* ReservedAttributeNamed(std::string_view name);
inline bool IsReserved(const Attribute& attribute) { return attribute.number < kFirstFreeNumber; }

}  // namespace dossier

#endif  // DOSSIER_RECORD_PATH_H_
