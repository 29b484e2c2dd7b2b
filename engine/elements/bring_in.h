// Large plurals on their way in: a record as if (some of) their elements had never left it.
#ifndef DOSSIER_ELEMENTS_BRING_IN_H_
#define DOSSIER_ELEMENTS_BRING_IN_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "elements/chunks.h"
#include "record/attribute_set.h"
#include "record/path.h"
#include "record/view.h"

namespace dossier {

// The elements of large plurals that a call needs.
class Wanted {
 public:
  // All.
  static Wanted Everything() { return Wanted(true, nullptr); }
  // All of the plurals in `attributes`, which must live as long.
  static Wanted Of(const AttributeSet& attributes) { return Wanted(false, &attributes); }
  // None but those that are added.
  static Wanted Nothing() { return Wanted(false, nullptr); }

  // Of one plural, in the place of what was said of all: no more than single elements and the last
  // chunk.
  void AddPlural(const PluralName& plural) { parts_[plural]; }
  void AddElement(const PluralName& plural, EntityId element) { parts_[plural].push_back(element); }
  void AddLast(const PluralName& plural) { parts_[plural].push_back(kLast); }

  // Stands for the last chunk among the elements of a part; no element has this id.
  static constexpr EntityId kLast = ~EntityId{0};
  // The elements that are wanted of one plural; null: all or none.
  const std::vector<EntityId>* PartOf(const PluralName& plural) const;
  bool WantsAllOf(AttributeNumber attribute) const {
    return everything_ || (attributes_ != nullptr && attributes_->Has(attribute));
  }

 private:
  Wanted(bool everything, const AttributeSet* attributes)
      : everything_(everything), attributes_(attributes) {}

  bool everything_;
  const AttributeSet* attributes_;
  std::map<PluralName, std::vector<EntityId>> parts_;
};

// Behind the last element of a plural of which a part was brought in stands an empty element with
// this id: it keeps the plural from being empty, and tells the part from a whole.
inline constexpr EntityId kRestOfPlural = ~EntityId{0};

// A record with elements brought in.
struct Whole {
  std::string record;  // the bytes of a record
  // The large plurals that the record had, those inside the elements of brought in chunks included,
  // and the chunks that were read.
  std::map<PluralName, LargePlural> plurals;
  std::vector<Chunk> chunks;
};

// Brings what is wanted into `record`. With `for_change`, plurals of which only a part is wanted are
// brought in with kRestOfPlural, so that SendOut can tell what was not read; those of which all are
// wanted come in as if they had never left.
// Errors: kDataLoss, kUnavailable; also where the record would have more than 1 GB.
absl::StatusOr<Whole> BringIn(const RecordView& record, const Wanted& wanted, const Chunks& chunks,
                              bool for_change);

// The bytes of the record with all that a reader of `path` needs of `only` (null: of all): the elements
// that it passes through and what stands at its end. Errors: as BringIn.
absl::StatusOr<SharedBytes> WholeAt(const RecordView& record, const Path& path,
                                    const AttributeSet* only, const Chunks& chunks);

}  // namespace dossier

#endif  // DOSSIER_ELEMENTS_BRING_IN_H_
