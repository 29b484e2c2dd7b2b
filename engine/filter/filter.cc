#include "filter/filter.h"

#include <algorithm>
#include <utility>

namespace dossier {
namespace {

constexpr IdRange kNone{1, 0};

// The ids that compare so to a number, which may be negative.
IdRange IdsThat(Comparison comparison, int64_t number) {
  const bool is_positive = number > 0;
  const EntityId id = is_positive ? static_cast<EntityId>(number) : 0;
  switch (comparison) {
    case Comparison::kEqual:
      return is_positive ? IdRange{id, id} : kNone;
    case Comparison::kLess:
      return is_positive ? IdRange{0, id - 1} : kNone;
    case Comparison::kLessOrEqual:
      return is_positive ? IdRange{0, id} : kNone;
    case Comparison::kGreater:
      return {is_positive ? id + 1 : 0, UINT64_MAX};
    case Comparison::kGreaterOrEqual:
      return {id, UINT64_MAX};
    default:
      return {};
  }
}

bool IsOfRecordId(const Predicate& predicate) {
  return predicate.path.size() == 1 && predicate.attribute().number == kIdNumber;
}

IdRange IdsOf(const Predicate& predicate) {
  if (!IsOfRecordId(predicate)) return {};
  if (predicate.test == Predicate::Test::kIsNull) return kNone;
  if (predicate.test != Predicate::Test::kLiteral) return {};
  return IdsThat(predicate.comparison, std::get<int64_t>(predicate.literal));
}

// Whether the predicate holds for the ids in its range and for no others.
bool IsRange(const FilterNode& node) {
  return node.kind == FilterNode::Kind::kPredicate && IsOfRecordId(node.predicate) &&
         node.predicate.test == Predicate::Test::kLiteral &&
         node.predicate.comparison != Comparison::kNotEqual;
}

}  // namespace

bool Holds(Comparison comparison, int order) {
  switch (comparison) {
    case Comparison::kEqual:
      return order == 0;
    case Comparison::kNotEqual:
      return order != 0;
    case Comparison::kLess:
      return order < 0;
    case Comparison::kLessOrEqual:
      return order <= 0;
    case Comparison::kGreater:
      return order > 0;
    case Comparison::kGreaterOrEqual:
      return order >= 0;
  }
  return false;
}

IdRange IdsOf(const FilterNode& node) {
  switch (node.kind) {
    case FilterNode::Kind::kFalse:
      return kNone;
    case FilterNode::Kind::kPredicate:
      return IdsOf(node.predicate);
    case FilterNode::Kind::kAnd: {
      IdRange all;
      for (const FilterNode& part : node.parts) {
        const IdRange ids = IdsOf(part);
        all = {std::max(all.first, ids.first), std::min(all.last, ids.last)};
      }
      return all;
    }
    case FilterNode::Kind::kOr: {
      IdRange all = kNone;
      for (const FilterNode& part : node.parts) {
        const IdRange ids = IdsOf(part);
        if (ids.is_empty()) continue;
        all = all.is_empty()
                  ? ids
                  : IdRange{std::min(all.first, ids.first), std::max(all.last, ids.last)};
      }
      return all;
    }
    default:
      return {};
  }
}

FilterNode WithoutIds(FilterNode node) {
  if (IsRange(node)) return {};
  if (node.kind != FilterNode::Kind::kAnd) return node;
  std::erase_if(node.parts, IsRange);
  if (node.parts.empty()) return {};
  if (node.parts.size() > 1) return node;
  FilterNode only = std::move(node.parts.front());
  return only;
}

}  // namespace dossier
