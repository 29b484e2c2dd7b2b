// What becomes of values that are not given, or given as null: what the caller may not write stays, and
// rules have their say. Part of MemberWriter.
#include "base/status.h"
#include "json/members.h"

namespace dossier {
namespace {

// Whether rules of the attribute, or of one below it, act where no value is given.
bool IsRuled(const Attribute& attribute) {
  if (attribute.kind == Kind::kObject) return !attribute.children->ruled().empty();
  return attribute.rules != nullptr && attribute.rules->acts_on_absent();
}

}  // namespace

// What becomes of the children that the value of a new object says nothing of.
absl::Status MemberWriter::NotGiven(const Shape& shape, const ObjectView& old, const Place& place) {
  const size_t base = given_.size() - shape.size();
  if (change_.writable != nullptr && place.is_old) {
    DOSSIER_RETURN_IF_ERROR(KeepForbidden(shape, old));
  }
  for (const uint16_t position : shape.ruled()) {
    if (given_[base + position] > kIgnored) continue;
    const Attribute& attribute = shape[position];
    const absl::StatusOr<bool> is_set = FillIn(attribute, old.Find(attribute.number), place.is_old);
    DOSSIER_RETURN_IF_ERROR(Forgiven(is_set.status()));
    if (is_set.ok() && *is_set) given_[base + position] = kSet;
  }
  return Forgiven(CheckRequired(shape, base));
}

// The children that the caller may not write, and the plurals with some below them, stay as they
// were; no constraint or rule asks for more.
absl::Status MemberWriter::KeepForbidden(const Shape& shape, const ObjectView& old) {
  const size_t base = given_.size() - shape.size();
  for (size_t position = 0; position < shape.size(); ++position) {
    const Attribute& attribute = shape[position];
    const bool is_allowed = Allows(change_.writable, attribute);
    const bool is_whole = is_allowed && !IsPartlyForbidden(attribute);
    if (is_whole || given_[base + position] > kIgnored) continue;
    const ValueView value = old.Find(attribute.number);
    if (is_allowed && attribute.kind == Kind::kObject) {
      DOSSIER_RETURN_IF_ERROR(FillInObject(attribute, value.object(), /*is_old=*/true).status());
    } else if (value.at != nullptr) {
      writer_.AddCopy(value);
    }
    given_[base + position] = kSet;
  }
  return absl::OkStatus();
}

// Null, given for an attribute.
absl::Status MemberWriter::Null(const Attribute& attribute, const ValueView& old,
                                const Place& place) {
  if (place.is_old && IsPartlyForbidden(attribute)) {
    return attribute.kind == Kind::kPlural
               ? CheckWhole(change_.writable, *attribute.children)
               : FillInObject(attribute, old.object(), /*is_old=*/true).status();
  }
  bool is_set = false;
  if (IsRuled(attribute)) {
    DOSSIER_ASSIGN_OR_RETURN(is_set, FillIn(attribute, old, place.is_old));
  }
  return !is_set && IsRequired(attribute) ? MissingRequired(attribute) : absl::OkStatus();
}

// Adds what rules put in the place of null, and tells whether that is anything.
absl::StatusOr<bool> MemberWriter::FillIn(const Attribute& attribute, const ValueView& old,
                                          bool is_old) {
  if (attribute.kind == Kind::kObject) return FillInObject(attribute, old.object(), is_old);
  const ValueRules& rules = *attribute.rules;
  if (rules.ignores_updates && is_old) {
    if (old.at != nullptr) writer_.AddCopy(old);
    return old.at != nullptr;
  }
  if (rules.default_value) {
    DOSSIER_RETURN_IF_ERROR(Scalar([&] { return AddDefault(attribute, rules_, writer_); }));
    return true;
  }
  // A required attribute is missing rather than against a rule.
  if (rules.judges_null && !attribute.required) {
    DOSSIER_RETURN_IF_ERROR(rules.check(attribute, ValueView(), change_.now));
  }
  return false;
}

absl::StatusOr<bool> MemberWriter::FillInObject(const Attribute& attribute, const ObjectView& old,
                                                bool is_old) {
  const Shape& shape = *attribute.children;
  const size_t base = given_.size();
  given_.resize(base + shape.size(), kNot);
  const Writer::Mark mark = writer_.BeginObject();
  DOSSIER_RETURN_IF_ERROR(NotGiven(shape, old, {Level::kObject, /*is_new=*/true, is_old}));
  given_.resize(base);
  const bool is_set = !writer_.IsEmptyObject(mark);
  EndObject(attribute, mark);
  return is_set;
}

}  // namespace dossier
