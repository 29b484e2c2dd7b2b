// The attributes that filters, sorts and indexes are about.
#ifndef DOSSIER_FILTER_ATTRIBUTE_PATH_H_
#define DOSSIER_FILTER_ATTRIBUTE_PATH_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/attribute.h"
#include "record/attribute_set.h"

namespace dossier {

// From the root to the attribute that is meant, the last, through objects and plurals. That may be a
// reserved one: of the record, or the `id` of a plural's elements.
using AttributePath = std::vector<const Attribute*>;

// Shape: ["/"] name (("/" | ".") name)*. Nothing where the type has no such attribute or it is not in
// `readable`.
std::optional<AttributePath> FindAttributePath(std::string_view text, const Shape& root,
                                               const AttributeSet* readable);

// The names with dots between: FindAttributePath finds the same by it.
std::string ToText(const AttributePath& path);

// Whether the attribute is one of a plural's elements: a record may have many values of it.
bool IsInPlural(const AttributePath& path);

}  // namespace dossier

#endif  // DOSSIER_FILTER_ATTRIBUTE_PATH_H_
