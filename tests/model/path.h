// Where a value's path leads in a record, and what of a record is shown.
// Source: entity-api.md 2.4, 4, 10 (11, 12).
#ifndef DOSSIER_TESTS_MODEL_PATH_H_
#define DOSSIER_TESTS_MODEL_PATH_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/attribute.h"
#include "model/outcome.h"
#include "model/writing.h"

namespace dossier::model {

struct Led {
  Outcome error = {};
  const Attribute* attribute = nullptr;  // null: the record itself
  Json* value = nullptr;
  Json* elements = nullptr;  // what the value is an element of; null: it is none
  std::string path = {};     // of the attribute, without ids
  Owner owner = {};          // of what the value is in, or is
  bool is_reserved = false;
};

// Whether "/friends#12/name" is a path of the type; what is out of reach is not there. Of the place
// `is_in_plural` is whether the path ends in an element.
Place CheckPath(const std::vector<Attribute>& attributes, std::string_view path, const Reach* reach,
                Outcome& outcome);

// Follows a path that is one from a record.
Led Follow(const std::vector<Attribute>& attributes, Json& record, uint64_t id,
           std::string_view path);

// The members that both lead to, in the order of the attributes.
Json Shown(const std::vector<Attribute>& attributes, const Json& object, const Reach* asked_for,
           const Reach* readable, const std::string& path = "");
Json ShownValue(const Attribute& attribute, const Json& value, const Reach* asked_for,
                const Reach* readable, const std::string& path);

}  // namespace dossier::model

#endif  // DOSSIER_TESTS_MODEL_PATH_H_
