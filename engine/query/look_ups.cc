#include "query/look_ups.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "base/ids.h"
#include "schema/index_rows.h"
#include "values/constraints.h"
#include "values/index_order.h"

namespace dossier {
namespace {

using Rank = LookUp::Rank;
using Test = Predicate::Test;

// In the folded form of a text where that is what is compared.
std::string Ordered(Kind kind, const Literal& literal, bool is_folded) {
  std::string ordered;
  if (const auto* text = std::get_if<TextLiteral>(&literal)) {
    AppendOrderedText(is_folded ? text->folded : text->text, ordered);
  } else if (const auto* decimal = std::get_if<Decimal>(&literal)) {
    AppendOrderedDecimal(*decimal, ordered);
  } else {
    const int64_t number = std::get<int64_t>(literal);
    switch (kind) {
      case Kind::kBoolean:
        AppendOrderedBoolean(number != 0, ordered);
        break;
      case Kind::kDate:
        AppendOrderedDate(static_cast<int32_t>(std::clamp<int64_t>(number, INT32_MIN, INT32_MAX)),
                          ordered);
        break;
      case Kind::kIpAddress:
        AppendOrderedAddress(static_cast<uint32_t>(number), ordered);
        break;
      default:
        AppendOrderedInteger(number, ordered);
    }
  }
  return ordered;
}

std::string Comparable(const Attribute& attribute, const Literal& literal) {
  if (const auto* text = std::get_if<TextLiteral>(&literal)) {
    return attribute.case_sensitive ? text->text : text->folded;
  }
  std::string comparable;
  if (const auto* decimal = std::get_if<Decimal>(&literal)) {
    AppendComparable(*decimal, comparable);
  } else {
    AppendComparable(attribute.kind, std::get<int64_t>(literal), comparable);
  }
  return comparable;
}

// What holds of a value where the comparison does not.
Comparison Opposite(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return Comparison::kNotEqual;
    case Comparison::kNotEqual:
      return Comparison::kEqual;
    case Comparison::kLess:
      return Comparison::kGreaterOrEqual;
    case Comparison::kLessOrEqual:
      return Comparison::kGreater;
    case Comparison::kGreater:
      return Comparison::kLessOrEqual;
    case Comparison::kGreaterOrEqual:
      return Comparison::kLess;
  }
  return comparison;
}

// The rows of values for which the comparison, which is neither = nor !=, may hold.
KeyRange RowsFor(const std::string& part, Comparison comparison, const std::string& ordered,
                 bool is_cut) {
  KeyRange rows = WithPrefix(part);
  KeyRange equal = WithPrefix(part + ordered);
  switch (comparison) {
    case Comparison::kLess:
      rows.end = is_cut ? std::move(equal.end) : std::move(equal.begin);
      break;
    case Comparison::kLessOrEqual:
      rows.end = std::move(equal.end);
      break;
    case Comparison::kGreater:
      rows.begin = is_cut ? std::move(equal.begin) : std::move(equal.end);
      break;
    default:
      rows.begin = std::move(equal.begin);
  }
  return rows;
}

class Finder {
 public:
  Finder(const EntityType& type, const HashKey& hash_key) : type_(type), hash_key_(hash_key) {}

  // Of the opposite of the node where `is_not`.
  std::vector<LookUp> Of(const FilterNode& node, bool is_not) const {
    std::vector<LookUp> all;
    std::optional<LookUp> one;
    switch (node.kind) {
      case FilterNode::Kind::kPredicate:
        one = OfPredicate(node, is_not);
        break;
      case FilterNode::Kind::kNot:
        return Of(node.parts[0], !is_not);
      case FilterNode::Kind::kAnd:
      case FilterNode::Kind::kOr:
        if ((node.kind == FilterNode::Kind::kAnd) != is_not) {
          all = OfAll(node, is_not);
        } else {
          one = OfAny(node, is_not);
        }
        break;
      default:
        break;
    }
    if (one) all.push_back(*std::move(one));
    std::stable_sort(all.begin(), all.end(),
                     [](const LookUp& a, const LookUp& b) { return a.rank < b.rank; });
    return all;
  }

 private:
  const Index* ReadyIndex(const Predicate& predicate) const {
    const Index* index = FindIndex(type_.indexes(), predicate.attribute().number);
    return index != nullptr && index->is_ready ? index : nullptr;
  }

  static FilterNode Said(const FilterNode& node, bool is_not) {
    if (!is_not) return node;
    return {.kind = FilterNode::Kind::kNot, .parts = {node}};
  }

  std::optional<LookUp> OfPredicate(const FilterNode& node, bool is_not) const {
    const Predicate& predicate = node.predicate;
    if (std::optional<LookUp> unique = OfUnique(node); unique && !is_not) return unique;
    const Index* index = ReadyIndex(predicate);
    // A record without elements has no row in a plural.
    if (index == nullptr || (is_not && index->is_in_plural())) return std::nullopt;
    LookUp look_up{.said = Said(node, is_not)};
    switch (predicate.test) {
      case Test::kIsNull:
      case Test::kIsNotNull:
        if ((predicate.test == Test::kIsNotNull) != is_not) {
          look_up.ranges = {WholePart(type_, *index, IndexPart::kValue)};
          return look_up;
        }
        if (index->is_in_plural() || index->is_of_time()) return std::nullopt;
        look_up.rank = Rank::kNull;
        look_up.ranges = {WholePart(type_, *index, IndexPart::kNull)};
        return look_up;
      case Test::kLiteral:
        AddRows(*index, is_not ? Opposite(predicate.comparison) : predicate.comparison,
                predicate.literal, look_up);
        if (!is_not || index->is_of_time()) return look_up;
        look_up.rank = std::max(look_up.rank, Rank::kNull);
        look_up.ranges.push_back(WholePart(type_, *index, IndexPart::kNull));
        return look_up;
      case Test::kAttribute:
        return std::nullopt;
    }
    return std::nullopt;
  }

  void AddRows(const Index& index, Comparison comparison, const Literal& literal,
               LookUp& look_up) const {
    const IndexRange values = WholePart(type_, index, IndexPart::kValue);
    const auto add = [&](KeyRange keys, IndexPart part = IndexPart::kValue) {
      look_up.ranges.push_back({&index, part, std::move(keys)});
    };
    const bool is_one = comparison == Comparison::kEqual || comparison == Comparison::kNotEqual;
    const std::string ordered = Ordered(index.kind(), literal, is_one && index.folds_case());
    const KeyRange equal = WithPrefix(values.keys.begin + ordered);
    const bool is_cut = IsCut(index.kind(), ordered);
    if (comparison == Comparison::kEqual) {
      look_up.rank = Rank::kEqual;
      add(equal);
      if (!index.folds_case()) return;
      add(WithPrefix(IndexPrefix(type_.id(), index.number, IndexPart::kFolded) + ordered),
          IndexPart::kFolded);
    } else if (comparison == Comparison::kNotEqual) {
      look_up.rank = Rank::kNotNull;
      if (is_cut) return add(values.keys);
      add({values.keys.begin, equal.begin});
      add({equal.end, values.keys.end});
    } else {
      look_up.rank = Rank::kFrom;
      add(RowsFor(values.keys.begin, comparison, ordered, is_cut));
    }
  }

  // The claim, or the entry of the uuid, names the one record that may have the value.
  std::optional<LookUp> OfUnique(const FilterNode& node) const {
    const Predicate& predicate = node.predicate;
    if (predicate.test != Test::kLiteral || predicate.comparison != Comparison::kEqual) {
      return std::nullopt;
    }
    LookUp look_up{.said = node, .rank = Rank::kUnique};
    const Attribute& attribute = predicate.attribute();
    if (attribute.number == kUuidNumber) {
      const auto uuid = Uuid::Parse(std::get<TextLiteral>(predicate.literal).text);
      if (uuid) look_up.claims.push_back(UuidKey(type_.id(), uuid->view()));
      return look_up;
    }
    // While a constraint is built some records may lack their claims.
    if (!attribute.unique || type_.building() != nullptr) return std::nullopt;
    look_up.claims.push_back(
        ClaimKey(type_.id(), attribute.number,
                 KeyedHash(Comparable(attribute, predicate.literal), hash_key_)));
    return look_up;
  }

  std::vector<LookUp> OfAll(const FilterNode& node, bool are_not) const {
    std::vector<LookUp> all;
    for (const FilterNode& part : node.parts) {
      std::vector<LookUp> some = Of(part, are_not);
      std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    // Two bounds of one value are a range. In a plural they may be bounds of two values.
    for (size_t i = 0; i < all.size(); ++i) {
      if (!IsBound(all[i])) continue;
      for (size_t j = all.size() - 1; j > i; --j) {
        if (!IsBound(all[j]) || all[j].ranges[0].index != all[i].ranges[0].index) continue;
        Narrow(all[i], all[j]);
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(j));
      }
    }
    return all;
  }

  static bool IsBound(const LookUp& look_up) {
    return (look_up.rank == Rank::kFrom || look_up.rank == Rank::kBetween) &&
           look_up.claims.empty() && look_up.ranges.size() == 1 &&
           !look_up.ranges[0].index->is_in_plural();
  }

  static void Narrow(LookUp& look_up, LookUp& other) {
    KeyRange& keys = look_up.ranges[0].keys;
    KeyRange& others = other.ranges[0].keys;
    keys.begin = std::max(keys.begin, others.begin);
    keys.end = std::min(keys.end, others.end);
    look_up.rank = Rank::kBetween;
    if (look_up.said.kind != FilterNode::Kind::kAnd) {
      look_up.said = {.kind = FilterNode::Kind::kAnd, .parts = {std::move(look_up.said)}};
    }
    look_up.said.parts.push_back(std::move(other.said));
  }

  // As many places as there are parts, each of which must have one.
  std::optional<LookUp> OfAny(const FilterNode& node, bool are_not) const {
    LookUp look_up{.said = Said(node, are_not), .rank = Rank::kUnique};
    for (const FilterNode& part : node.parts) {
      std::vector<LookUp> some = Of(part, are_not);
      if (some.empty()) return std::nullopt;
      LookUp& best = some.front();
      look_up.rank = std::max(look_up.rank, best.rank);
      std::move(best.claims.begin(), best.claims.end(), std::back_inserter(look_up.claims));
      std::move(best.ranges.begin(), best.ranges.end(), std::back_inserter(look_up.ranges));
    }
    return look_up;
  }

  const EntityType& type_;
  const HashKey& hash_key_;
};

}  // namespace

std::vector<LookUp> LookUpsOf(const FilterNode& filter, const EntityType& type,
                              const HashKey& hash_key) {
  return Finder(type, hash_key).Of(filter, /*is_not=*/false);
}

IndexRange WholePart(const EntityType& type, const Index& index, IndexPart part) {
  return {&index, part, WithPrefix(IndexPrefix(type.id(), index.number, part))};
}

}  // namespace dossier
