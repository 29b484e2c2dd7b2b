// Paths of attributes, and which of them a client may reach.
// Source: entity-api.md 2.4, 4, 10 (25).
#ifndef DOSSIER_TESTS_MODEL_REACH_H_
#define DOSSIER_TESTS_MODEL_REACH_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/attribute.h"

namespace dossier::model {

// Attributes that a client may reach. Null stands for all.
class Reach {
 public:
  explicit Reach(std::vector<std::string> paths) : paths_(std::move(paths)) {}

  bool Covers(std::string_view path) const;   // with all below it
  bool Touches(std::string_view path) const;  // or something below it

  // An attribute is gone, or has another path, with all below it.
  void Remove(const std::string& path);
  void Rename(const std::string& path, const std::string& new_path);

 private:
  std::vector<std::string> paths_;  // "/address/city"
};
bool Covers(const Reach* reach, std::string_view path);
bool Touches(const Reach* reach, std::string_view path);

// The attributes in reach, with those of their children that are.
std::vector<Attribute> Reached(const std::vector<Attribute>& attributes, const Reach* reach,
                               const std::string& path);

// The first attribute at or below `path` that is out of reach; empty: none.
std::string FirstOutOfReach(const Reach* reach, const Attribute& attribute,
                            const std::string& path);

// What names lead to.
struct Place {
  const Attribute* attribute = nullptr;  // null: nothing, or nothing in reach
  bool is_in_plural = false;
  std::string path = {};  // "/friends/name"; up to the first name that leads nowhere
};
Place Find(const std::vector<Attribute>& attributes, const std::vector<std::string>& names,
           const Reach* reach = nullptr);

}  // namespace dossier::model

#endif  // DOSSIER_TESTS_MODEL_REACH_H_
