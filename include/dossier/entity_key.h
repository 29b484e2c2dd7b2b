// Which record a call means.
#ifndef DOSSIER_ENTITY_KEY_H_
#define DOSSIER_ENTITY_KEY_H_

#include <cstdint>
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
// Source: the selectors of the entity API (`id`, `uuid`, `key_attribute` with `key_value`).
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

  const std::variant<uint64_t, std::string, ByAttribute>& value() const { return value_; }

 private:
  template <typename T>
  explicit EntityKey(T value) : value_(std::move(value)) {}

  std::variant<uint64_t, std::string, ByAttribute> value_;
};

}  // namespace dossier

#endif  // DOSSIER_ENTITY_KEY_H_
