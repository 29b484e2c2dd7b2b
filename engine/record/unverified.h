// Single values of a record whose structure nobody has verified. A search looks at one attribute of
// many records: to verify all of each would cost more than the search. What is read here is checked
// to lie within its bytes and to be of its attribute's kind; nothing else is.
#ifndef DOSSIER_RECORD_UNVERIFIED_H_
#define DOSSIER_RECORD_UNVERIFIED_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/ids.h"
#include "record/attribute.h"
#include "record/view.h"

namespace dossier {

class UnverifiedPlural;

// The readers return nothing where the bytes are no such thing: they are damaged. Borrows the bytes.
class UnverifiedObject {
 public:
  // Without any value.
  UnverifiedObject() = default;
  // The object that `bytes` begin with.
  static std::optional<UnverifiedObject> At(std::string_view bytes);

  // The value of the attribute; `at` is null where it has none. A scalar's bytes are all there; an
  // object or a plural is what the readers below make of it.
  std::optional<ValueView> Find(const Attribute& attribute) const;
  // Of values that Find returned, or of none.
  std::optional<UnverifiedObject> ObjectOf(const ValueView& value) const;
  std::optional<UnverifiedPlural> PluralOf(const ValueView& value) const;

 private:
  UnverifiedObject(const char* base, size_t heap_end) : view_(base), heap_end_(heap_end) {}
  std::string_view BytesFrom(const ValueView& value) const {
    return {value.at, heap_end_ - value.offset};
  }

  ObjectView view_;
  size_t heap_end_ = 0;
};

class UnverifiedPlural {
 public:
  // Without any element.
  UnverifiedPlural() = default;
  static std::optional<UnverifiedPlural> At(std::string_view bytes);

  size_t count() const { return view_.count(); }
  EntityId id(size_t i) const { return view_.id(i); }
  std::optional<UnverifiedObject> Element(size_t i) const;

 private:
  UnverifiedPlural(const char* base, size_t heap_end)
      : base_(base), view_(base), heap_end_(heap_end) {}

  const char* base_ = nullptr;
  PluralView view_;
  size_t heap_end_ = 0;
};

// How many bytes a value takes that is neither inline nor an object or a plural; nothing where it
// does not end within `bytes`, or is one of those.
std::optional<size_t> ScalarSize(format::Tag tag, std::string_view bytes);

}  // namespace dossier

#endif  // DOSSIER_RECORD_UNVERIFIED_H_
