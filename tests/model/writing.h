// What create, update and replace make of a record, and which mistake they tell.
// Source: entity-api.md 2.2, 2.3, 3.3, 4, 10 (1-10, 25); README.md of the specification, Settled.
#ifndef DOSSIER_TESTS_MODEL_WRITING_H_
#define DOSSIER_TESTS_MODEL_WRITING_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/attribute.h"
#include "model/outcome.h"
#include "model/reach.h"

namespace dossier::model {

// What a record says must be nobody else's: by the attribute's path and its value, for locally-unique
// ones with the plural that they are in.
std::vector<std::string> Claims(const std::vector<Attribute>& attributes, const Json& record,
                                uint64_t id);

// What a value is part of: a record or an element, by its id; and the record or element of whose
// plural that is an element.
struct Owner {
  uint64_t id = 0;
  uint64_t of_plural = 0;
  bool is_new = false;  // or replaced: what it lacks is asked for
};

// One call. Values are set as they come; mistakes are remembered in the order of the text.
class Writing {
 public:
  enum class Mode { kCreate, kUpdate, kReplace };

  // `next_id` gives the ids of new elements in the order of the text.
  Writing(Mode mode, const Reach* writable, std::function<uint64_t()> next_id)
      : mode_(mode), writable_(writable), next_id_(std::move(next_id)) {}

  // Writes to a record or an element that is there, or is new and unset.
  void Object(const std::vector<Attribute>& attributes, Json& object, const Json& given,
              const std::string& path, Owner owner);
  // Writes to a value by its own path.
  void At(const Attribute& attribute, Json& value, const Json& given, const std::string& path,
          Owner owner);

  // The value of the record itself, whose members may name what the system sets: `system` has that,
  // where the record is there, else `created` may be given.
  void Record(const std::vector<Attribute>& attributes, Json& record, const Json& given,
              uint64_t id, const Json* system);
  const std::optional<Json>& created() const { return created_; }

  void Mistake(int code, const std::string& at);

  // The first mistake, where `record` is what the record would become, and `is_taken` tells what
  // other records claim.
  Outcome FirstMistake(const std::vector<Attribute>& attributes, const Json& record, uint64_t id,
                       const std::function<bool(const std::string&)>& is_taken) const;

 private:
  struct Event {
    Outcome mistake;  // ok: it is a claim
    std::string claim;
    std::string at = {};
  };

  void Members(const std::vector<Attribute>& attributes, Json& object, const Json& given,
               const std::string& path, Owner owner);
  void Value(const Attribute& attribute, Json& value, const Json& given, const std::string& path,
             Owner owner);
  void Scalar(const Attribute& attribute, Json& value, const Json& given, const std::string& path,
              Owner owner);
  void Plural(const Attribute& plural, Json& value, const Json& given, const std::string& path,
              Owner owner);
  void Element(const Attribute& plural, Json& elements, const Json& given, const std::string& path,
               Owner owner);
  // What is in reach becomes null or empty. `asks`: what is required must not.
  void Clear(const std::vector<Attribute>& attributes, Json& object, const std::string& path,
             bool asks);
  // Asks for what is required, but not in plurals.
  void AskFor(const std::vector<Attribute>& attributes, const Json& object,
              const std::string& path);

  void System(const std::string& name, const Json& given);

  Mode mode_;
  const Reach* writable_;
  std::function<uint64_t()> next_id_;
  std::vector<Event> events_;
  std::set<uint64_t> made_;  // elements
  bool is_record_ = false;
  const Json* system_ = nullptr;
  std::optional<Json> created_;
};

uint64_t IdOf(const Json& object);
Json* Member(Json& object, std::string_view name);

}  // namespace dossier::model

#endif  // DOSSIER_TESTS_MODEL_WRITING_H_
