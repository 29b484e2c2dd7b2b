// The tree of attributes that a record is written and read by.
//
// An entity type owns one Shape; objects and plurals own the Shape of their children. Once an
// entity type is published its tree does not change, so views and threads share it freely.
#ifndef DOSSIER_RECORD_ATTRIBUTE_H_
#define DOSSIER_RECORD_ATTRIBUTE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"

namespace dossier {

enum class Kind : uint8_t {
  kString,
  kInteger,
  kDecimal,
  kBoolean,
  kDate,
  kDateTime,
  kIpAddress,
  kJson,
  kPassword,
  kObject,
  kPlural,
};

// "string", "dateTime", ...: the names of attribute definitions. Those of passwords are
// "password" and others that begin so; only the first is Kind's.
std::string_view NameOf(Kind kind);
std::optional<Kind> KindNamed(std::string_view name);

class Shape;
struct Attribute;
struct ValueView;

// What rules make of the values of one attribute, and ask of them; the rules are the schema's.
struct ValueRules {
  // What stands in for null, as a string or as the text of the number, true, false or JSON.
  std::optional<std::string> default_value = std::nullopt;
  // Once the record or element is there, its value stays as it is.
  bool ignores_updates = false;
  bool judges_null = false;
  // What a string becomes; null where no rule changes one.
  std::function<std::string(std::string_view text)> transform = nullptr;
  // Whether a value (null: `at` is null) holds to the rules. `now` in microseconds. Null where no
  // rule judges. Errors: 360.
  std::function<absl::Status(const Attribute& attribute, const ValueView& value, int64_t now)>
      check = nullptr;

  // Whether anything is to do where no value is given.
  bool acts_on_absent() const { return default_value || ignores_updates || judges_null; }
};

struct Attribute {
  std::string name;
  AttributeNumber number = 0;
  Kind kind = Kind::kString;

  // Constraints: their names as the definition lists them, and what they come to. Which of them a
  // kind may have is the schema's to say.
  std::vector<std::string> constraints;
  bool required = false;
  bool unique = false;
  bool locally_unique = false;
  bool case_sensitive = false;
  uint8_t text_formats = 0;            // bits of the schema's TextFormat
  std::optional<uint32_t> length_max;  // code points

  // Of a password: its type as declared, "password-md5", and whether that makes a hash of a text.
  std::string password_type;
  bool hashes_text = false;
  std::shared_ptr<const ValueRules> rules;  // null: none

  // Kept for those who read the definition; the engine does not act on them.
  std::string description;
  std::vector<std::string> features;

  // Shall be unique or locally-unique: it has claims, but they bind nothing yet.
  bool is_building = false;
  bool is_building_local = false;

  std::unique_ptr<Shape> children;    // of an object or a plural; else null
  const Attribute* parent = nullptr;  // null at the root

  // Made by Shape::Seal.
  std::string json_key;                  // "name":
  std::string json_unset;                // "name":null, of an object with its unset children
  bool contains_unique = false;          // itself or something below it has claims
  bool contains_locally_unique = false;  // or shall be so

  bool is_container() const { return kind == Kind::kObject || kind == Kind::kPlural; }
  // Whether two values can be told to be one.
  bool is_comparable() const {
    return !is_container() && kind != Kind::kJson && kind != Kind::kPassword;
  }
  bool has_text_rules() const { return text_formats != 0 || length_max.has_value(); }
};

// The children of the root, of an object or of a plural, by rising number.
class Shape {
 public:
  using const_iterator = std::vector<Attribute>::const_iterator;

  // Attributes are added by rising number; `parent` owns this shape or is null at the root.
  Attribute& Add(Attribute attribute);
  // Derives what readers need, here and below. Call once, when the tree stands.
  void Seal(const Attribute* parent);

  // Gives the attributes of these numbers, here and below, their rules, and takes those of all
  // others. Before the type is published.
  using RulesByNumber = absl::flat_hash_map<AttributeNumber, std::shared_ptr<const ValueRules>>;
  void PutRules(const RulesByNumber& rules);

  // The position of the child of that name, or -1.
  int Find(std::string_view name) const {
    const auto found = by_name_.find(absl::string_view(name.data(), name.size()));
    return found == by_name_.end() ? -1 : found->second;
  }
  const Attribute* FindNamed(std::string_view name) const {
    const int position = Find(name);
    return position < 0 ? nullptr : &attributes_[static_cast<size_t>(position)];
  }

  const Attribute& operator[](size_t position) const { return attributes_[position]; }
  size_t size() const { return attributes_.size(); }
  const_iterator begin() const { return attributes_.begin(); }
  const_iterator end() const { return attributes_.end(); }

  // Bytes of JSON that the children take where none of them is set.
  size_t unset_bytes() const { return unset_bytes_; }
  // Null at the root.
  const Attribute* parent() const { return parent_; }
  // Positions of the children with the constraint, and of objects with such a child below them.
  const std::vector<uint16_t>& required() const { return required_; }
  // Positions of the children whose rules act where no value is given, and of objects with such a
  // child below them.
  const std::vector<uint16_t>& ruled() const { return ruled_; }
  // A plural's only child, a string: its elements may come as bare strings.
  bool is_single_string() const {
    return attributes_.size() == 1 && attributes_[0].kind == Kind::kString;
  }

 private:
  std::vector<Attribute> attributes_;
  absl::flat_hash_map<absl::string_view, int> by_name_;  // views of attributes_' names
  std::vector<uint16_t> required_;
  std::vector<uint16_t> ruled_;
  size_t unset_bytes_ = 0;
  const Attribute* parent_ = nullptr;
};

// The attribute with that number, at any depth; null where the type has none, or no more.
const Attribute* FindNumber(const Shape& shape, AttributeNumber number);

// "/profiles/domain". Shape: the names from the root, each behind a slash.
std::string PathOf(const Attribute& attribute);
// Of a child of `parent` (null at the root) that may not exist.
std::string PathOf(const Attribute* parent, std::string_view child);

// How paths are written, here alone: one step down from `path` ("" at the root), and to the element
// of the plural at `path`.
std::string PathBelow(std::string_view path, std::string_view child);
std::string WithElement(std::string_view path, const absl::AlphaNum& element);

}  // namespace dossier

#endif  // DOSSIER_RECORD_ATTRIBUTE_H_
