// Attribute definitions as the model keeps them.
// Source: entity-api.md 3.2, 3.3, 3.5.
#ifndef DOSSIER_TESTS_MODEL_ATTRIBUTE_H_
#define DOSSIER_TESTS_MODEL_ATTRIBUTE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/outcome.h"
#include "scenarios/json_value.h"

namespace dossier::model {

using Json = scenarios::JsonValue;

struct Attribute {
  std::string name = {};
  std::string type = {};
  std::optional<size_t> length = std::nullopt;  // code points
  bool is_case_sensitive = false;
  std::vector<std::string> constraints = {};
  bool has_index = false;
  std::vector<Attribute> children = {};  // of an object or a plural

  bool Has(std::string_view constraint) const;
  bool is_plural() const { return type == "plural"; }
  bool is_object() const { return type == "object"; }
  bool is_scalar() const { return !is_plural() && !is_object(); }
  // Whether the elements are one string each, so that a bare string stands for one.
  bool TakesBareStrings() const;
  const Attribute* Child(std::string_view child_name) const;
};

// Records have id, uuid, created and lastUpdated; elements id; both parent_id.
bool IsReserved(std::string_view name, bool is_at_root);
const std::vector<Attribute>& ReservedAttributes();

const Attribute* Named(const std::vector<Attribute>& attributes, std::string_view name);

// Names between dots or slashes, those that are empty left out.
std::vector<std::string> NamesIn(std::string_view path);

// Nothing set: null, objects of nulls, empty plurals.
Json Unset(const Attribute& attribute);
Json UnsetObject(const std::vector<Attribute>& attributes);

// Reads an array of definitions that is right but for names which are reserved (234) or there twice
// (233), and for `locally-unique` outside of a plural (200 on `argument`).
std::vector<Attribute> ReadDefinitions(const Json& attr_defs, std::string_view argument,
                                       Outcome& outcome, const std::string& prefix = "",
                                       bool is_in_plural = false);

// As the call entityType shows them.
Json Definitions(const std::vector<Attribute>& attributes);

Json Text(std::string_view text);
Json Number(std::string_view digits);
Json Null();
Json EmptyArray();
bool IsNull(const Json& value);

}  // namespace dossier::model

#endif  // DOSSIER_TESTS_MODEL_ATTRIBUTE_H_
