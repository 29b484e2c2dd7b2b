#include "schema/compounds.h"

#include <algorithm>
#include <cstdint>

#include "base/coding.h"
#include "values/constraints.h"

namespace dossier {
namespace {

using Found = absl::FunctionRef<void(std::string_view comparable)>;

// From the root down to what contains the attribute.
std::vector<const Attribute*> Ancestors(const Attribute& attribute) {
  std::vector<const Attribute*> ancestors;
  for (const Attribute* each = attribute.parent; each != nullptr; each = each->parent) {
    ancestors.push_back(each);
  }
  std::reverse(ancestors.begin(), ancestors.end());
  return ancestors;
}

const Attribute& RootOf(const Attribute& attribute) {
  const Attribute* root = &attribute;
  while (root->parent != nullptr) root = root->parent;
  return *root;
}

// The value of the attribute in `object`, the record or an element, through the objects between.
ValueView FindIn(const ObjectView& object, const Attribute& attribute) {
  if (attribute.parent == nullptr || attribute.parent->kind == Kind::kPlural) {
    return object.Find(attribute.number);
  }
  return FindIn(object, *attribute.parent).object().Find(attribute.number);
}

class Visitor {
 public:
  Visitor(const Compound& compound, Found found) : compound_(compound), found_(found) {}

  // `depth`: how much of the way is behind.
  void Visit(const ObjectView& object, size_t depth) {
    if (depth == compound_.way.size()) return Combine(object);
    const Attribute& next = *compound_.way[depth];
    const ValueView value = object.Find(next.number);
    if (next.kind == Kind::kObject) return Visit(value.object(), depth + 1);
    if (value.at != nullptr && value.tag == format::Tag::kLarge) {
      saw_all_ = false;
    } else {
      VisitElements(value.plural(), depth + 1);
    }
  }

  void VisitElements(const PluralView& plural, size_t depth) {
    for (size_t i = 0; i < plural.count(); ++i) Visit(plural.element(i), depth);
  }

  bool saw_all() const { return saw_all_; }

 private:
  void Combine(const ObjectView& object) {
    comparable_.clear();
    for (const Attribute* attribute : compound_.attributes) {
      const ValueView value = FindIn(object, *attribute);
      if (value.at == nullptr) return;
      const size_t begin = comparable_.size();
      AppendLittle(comparable_, uint32_t{0});
      AppendComparable(*attribute, value, comparable_);
      const size_t length = comparable_.size() - begin - sizeof(uint32_t);
      StoreLittle(comparable_.data() + begin, static_cast<uint32_t>(length));
    }
    found_(comparable_);
  }

  const Compound& compound_;
  Found found_;
  std::string comparable_;
  bool saw_all_ = true;
};

}  // namespace

Compound CompoundOf(const Property& property, const Shape& root) {
  Compound compound{.number = property.number, .attributes = {}, .way = {}};
  for (const AttributeNumber number : property.attributes) {
    compound.attributes.push_back(FindNumber(root, number));
  }
  compound.way = Ancestors(*compound.attributes.front());
  while (!compound.way.empty() && compound.way.back()->kind != Kind::kPlural) {
    compound.way.pop_back();
  }
  return compound;
}

bool VisitCombinations(const Compound& compound, const RecordView& record, Found found) {
  Visitor visitor(compound, found);
  visitor.Visit(record.root(), 0);
  return visitor.saw_all();
}

bool VisitCombinations(const Compound& compound, const PluralView& plural,
                       const Attribute& attribute, Found found) {
  const auto step = std::find(compound.way.begin(), compound.way.end(), &attribute);
  if (step == compound.way.end()) return true;
  Visitor visitor(compound, found);
  visitor.VisitElements(plural, static_cast<size_t>(step - compound.way.begin()) + 1);
  return visitor.saw_all();
}

bool MayDiffer(const Compound& compound, const RecordView& a, const RecordView& b) {
  return std::any_of(compound.attributes.begin(), compound.attributes.end(),
                     [&](const Attribute* attribute) {
                       const AttributeNumber root = RootOf(*attribute).number;
                       return !HaveSameBytes(a.root().Find(root), b.root().Find(root));
                     });
}

}  // namespace dossier
