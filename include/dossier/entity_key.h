// Which record or element a call means.
#ifndef DOSSIER_ENTITY_KEY_H_
#define DOSSIER_ENTITY_KEY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace dossier {

// One of the three ways to name a record: its id, its uuid, or the value of a unique attribute.
//
//   session.Get("user", EntityKey::Id(11649));
//   session.Get("user", EntityKey::Uuid("02b0c68d-7d7a-49d8-a88d-022585b0f877"));
//   session.Get("user", EntityKey::Attribute("email", "\"ada@example.com\""));
//
// InPlural makes it the name of an element, as if the plural were an entity type:
//
//   session.Get("user", EntityKey::Id(2).InPlural("/friends"));
//   session.Get("user", EntityKey::Attribute("name", "\"Bob\"").InPlural("/friends"));
//
// Source: the selectors of the entity API (`id`, `uuid`, `key_attribute` with `key_value`,
// `entity_path`).
class EntityKey {
 public:
  struct ByAttribute {
    // Of any attribute with the constraint `unique`: "email", "/profiles/identifier".
    std::string path;
    // JSON; text that is not JSON is taken as a string where the attribute is one.
    std::string value;
  };

  static EntityKey Id(uint64_t id) { return EntityKey(id); }
  static EntityKey Uuid(std::string_view uuid) { return EntityKey(std::string(uuid)); }
  static EntityKey Attribute(std::string_view path, std::string_view json_value) {
    return EntityKey(ByAttribute{std::string(path), std::string(json_value)});
  }

  // The element of the plural at `path` that has the id, or that has the value in a unique attribute
  // below the plural, whose path may begin at the element ("name") or at the record
  // ("/friends/name"). The path of the call's options then begins at the element too. There is no
  // index from an element's id to its record: a key by id reads the records of the type from the
  // newest that can have the element backwards, O(records) at worst; name the record where it is
  // known.
  EntityKey InPlural(std::string_view path) const {
    EntityKey key = *this;
    key.plural_path_ = std::string(path);
    return key;
  }

  const std::variant<uint64_t, std::string, ByAttribute>& value() const { return value_; }
  // Nothing: the key names a record.
  const std::optional<std::string>& plural_path() const { return plural_path_; }

 private:
  template <typename T>
  explicit EntityKey(T value) : value_(std::move(value)) {}

  std::variant<uint64_t, std::string, ByAttribute> value_;
  std::optional<std::string> plural_path_;
};

}  // namespace dossier

#endif  // DOSSIER_ENTITY_KEY_H_
