#include "schema/entity_type.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"
#include "dossier/limits.h"
#include "schema/attr_defs.h"
#include "values/text_rules.h"

namespace dossier {
namespace {

// Source: no character set is published; the names seen are of letters, digits and '_'.
bool IsTypeName(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax && IsUtf8(name) &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return c > ' ' && c != 0x7f; });
}

// Nothing where the member is missing or outside 1 to `max`.
std::optional<int64_t> Number(const JsonValue& stored, std::string_view member, int64_t max) {
  const JsonValue* value = stored.Find(member);
  if (value == nullptr || value->integer() == nullptr) return std::nullopt;
  const int64_t number = *value->integer();
  return number >= 1 && number <= max ? std::optional(number) : std::nullopt;
}

// Nothing where they are damaged.
std::optional<std::vector<Property>> LoadProperties(const JsonValue& stored, const Shape& root,
                                                    AttributeNumber next_number) {
  std::vector<Property> properties;
  const JsonValue* list = stored.Find("properties");
  if (list == nullptr) return properties;
  if (list->array() == nullptr) return std::nullopt;
  for (const JsonValue& each : *list->array()) {
    std::optional<Property> property = LoadProperty(each, root);
    if (!property) return std::nullopt;
    // The number of a unique property is nobody else's.
    const bool is_taken =
        std::any_of(properties.begin(), properties.end(),
                    [&](const Property& other) { return other.number == property->number; });
    if (!property->is_rule() && (is_taken || property->number >= next_number ||
                                 FindNumber(root, property->number) != nullptr)) {
      return std::nullopt;
    }
    properties.push_back(*std::move(property));
  }
  return properties;
}

// Nothing where they are damaged. Those of the times, which every type has, are to be built where they
// are missing: the type was stored before there were indexes.
std::optional<IndexList> LoadIndexes(const JsonValue& stored, uint32_t version,
                                     AttributeNumber next_number) {
  const JsonValue* list = stored.Find("indexes");
  if (list == nullptr) return IndexesOfTimes(version, /*is_ready=*/false);
  if (list->array() == nullptr) return std::nullopt;
  IndexList indexes;
  for (const JsonValue& each : *list->array()) {
    std::optional<Index> index = LoadIndex(each);
    const bool rises = index && (indexes.empty() || indexes.back().number < index->number);
    if (!rises || index->number >= next_number) return std::nullopt;
    indexes.push_back(*std::move(index));
  }
  const bool has_times = indexes.size() >= 2 && indexes[1].number == kLastUpdatedNumber;
  return has_times ? std::optional(std::move(indexes)) : std::nullopt;
}

absl::Status Damaged(TypeId id) {
  return errors::DataLoss(absl::StrCat("the definition of entity type number ",
                                       static_cast<uint16_t>(id), " is damaged"));
}

}  // namespace

EntityType::EntityType(TypeId id, std::string name, uint32_t version, AttributeNumber next_number,
                       Shape root, std::vector<Property> properties, const IndexList& indexes)
    : id_(id),
      name_(std::move(name)),
      version_(version),
      next_number_(next_number),
      root_(std::move(root)),
      properties_(std::move(properties)),
      indexes_(IndexesOf(indexes, root_)) {
  if (!properties_.empty()) root_.PutRules(RulesOf(properties_, root_));
  for (const Attribute& attribute : root_) {
    has_unique_ |= attribute.contains_unique;
    has_locally_unique_ |= attribute.contains_locally_unique;
  }
  for (const Property& property : properties_) {
    if (!property.is_rule()) compounds_.push_back(CompoundOf(property, root_));
  }
  has_unique_ |= !compounds_.empty();
}

void EntityType::SetBuilding(std::shared_ptr<Building> building, bool is_bound) {
  building_ = std::move(building);
  is_building_bound_ = is_bound;
  if (building_ == nullptr || !building_->property()) return;
  // It may be a property already, or have lost an attribute.
  const Property& property = *building_->property();
  const bool is_known =
      std::any_of(compounds_.begin(), compounds_.end(),
                  [&](const Compound& compound) { return compound.number == property.number; });
  if (is_known || Remaining({property}, root_).empty()) return;
  compounds_.push_back(CompoundOf(property, root_));
  has_unique_ = true;
}

absl::StatusOr<EntityType> EntityType::Declare(TypeId id, std::string_view name,
                                               std::string_view attr_defs) {
  if (!IsTypeName(name)) {
    return errors::InvalidArgument("type_name", "a name has 1 to 128 characters and no blanks");
  }
  DOSSIER_ASSIGN_OR_RETURN(const JsonValue definitions, JsonValue::Parse(attr_defs, "attr_defs"));
  Numbering numbering{/*is_stored=*/false, kFirstFreeNumber};
  DOSSIER_ASSIGN_OR_RETURN(Shape root, ParseAttrDefs(definitions, "attr_defs", numbering));
  return EntityType(id, std::string(name), /*version=*/1, numbering.next, std::move(root),
                    /*properties=*/{}, IndexesOfTimes(/*since=*/1, /*is_ready=*/true));
}

absl::StatusOr<EntityType> EntityType::Load(TypeId id, std::string_view stored) {
  absl::StatusOr<JsonValue> json = JsonValue::Parse(stored, "stored");
  if (!json.ok()) return Damaged(id);
  const JsonValue* name = json->Find("name");
  const JsonValue* attr_defs = json->Find("attr_defs");
  const auto version = Number(*json, "version", std::numeric_limits<uint32_t>::max());
  const auto next = Number(*json, "next_number", std::numeric_limits<AttributeNumber>::max());
  if (name == nullptr || name->string() == nullptr || attr_defs == nullptr || !version || !next ||
      !IsTypeName(*name->string())) {
    return Damaged(id);
  }
  Numbering numbering{/*is_stored=*/true, static_cast<AttributeNumber>(*next)};
  absl::StatusOr<Shape> root = ParseAttrDefs(*attr_defs, "stored", numbering);
  if (!root.ok()) return Damaged(id);
  std::optional<std::vector<Property>> properties = LoadProperties(*json, *root, numbering.next);
  const std::optional<IndexList> indexes =
      LoadIndexes(*json, static_cast<uint32_t>(*version), numbering.next);
  if (!properties || !indexes) return Damaged(id);
  return EntityType(id, *name->string(), static_cast<uint32_t>(*version), numbering.next,
                    *std::move(root), *std::move(properties), *indexes);
}

std::string EntityType::SchemaJson(bool remove_reserved, const AttributeSet* only) const {
  JsonValue::Array all = remove_reserved ? JsonValue::Array() : ReservedAttrDefs();
  const JsonValue own = AttrDefsOf(root_, /*with_numbers=*/false, only);
  all.insert(all.end(), own.array()->begin(), own.array()->end());
  return JsonValue(JsonValue::Object{{"attr_defs", std::move(all)}, {"name", name_}}).ToText();
}

std::string EntityType::Stored() const {
  JsonValue::Object stored{{"name", name_},
                           {"version", int64_t{version_}},
                           {"next_number", int64_t{next_number_}},
                           {"attr_defs", AttrDefsOf(root_, /*with_numbers=*/true)}};
  JsonValue::Array indexes;
  for (const Index& index : indexes_) indexes.push_back(StoredForm(index));
  stored.emplace_back("indexes", std::move(indexes));
  JsonValue::Array properties;
  for (const Property& property : properties_) properties.push_back(StoredForm(property));
  if (!properties.empty()) stored.emplace_back("properties", std::move(properties));
  return JsonValue(std::move(stored)).ToText();
}

absl::StatusOr<EntityType> EntityType::Next(const JsonValue& attr_defs, AttributeNumber next_number,
                                            std::string_view argument) const {
  return Next({attr_defs, next_number, argument, building_, is_building_bound_});
}

absl::StatusOr<EntityType> EntityType::NextBuilding(std::shared_ptr<Building> building,
                                                    bool is_bound) const {
  const JsonValue attr_defs = AttrDefsOf(root_, /*with_numbers=*/true);
  return Next({attr_defs, next_number_, "attr_defs", std::move(building), is_bound});
}

absl::StatusOr<EntityType> EntityType::Next(const Step& step) const {
  Numbering numbering{/*is_stored=*/true, step.next_number, step.building.get()};
  DOSSIER_ASSIGN_OR_RETURN(Shape root, ParseAttrDefs(step.attr_defs, step.argument, numbering));
  std::vector<Property> properties = Remaining(properties_, root);
  EntityType next(id_, name_, version_ + 1, step.next_number, std::move(root),
                  std::move(properties), indexes_);
  next.SetBuilding(step.building, step.is_building_bound);
  return next;
}

EntityType EntityType::Next(std::vector<Property> properties, AttributeNumber next_number) const {
  return Next(std::move(properties), next_number, indexes_);
}

EntityType EntityType::NextIndexes(const IndexList& indexes) const {
  return Next(properties_, next_number_, indexes);
}

EntityType EntityType::Next(std::vector<Property> properties, AttributeNumber next_number,
                            const IndexList& indexes) const {
  Numbering numbering{/*is_stored=*/true, next_number, building_.get()};
  // What was read once is read again.
  absl::StatusOr<Shape> root =
      ParseAttrDefs(AttrDefsOf(root_, /*with_numbers=*/true), "attr_defs", numbering);
  EntityType next(id_, name_, version_ + 1, next_number, *std::move(root), std::move(properties),
                  indexes);
  next.SetBuilding(building_, is_building_bound_);
  return next;
}

}  // namespace dossier
