#include "model/reach.h"

#include <algorithm>

namespace dossier::model {
namespace {

bool IsAtOrBelow(std::string_view path, std::string_view top) {
  return path.starts_with(top) && (path.size() == top.size() || path[top.size()] == '/');
}

}  // namespace

bool Reach::Covers(std::string_view path) const {
  return std::any_of(paths_.begin(), paths_.end(),
                     [&](const std::string& each) { return IsAtOrBelow(path, each); });
}

bool Reach::Touches(std::string_view path) const {
  return Covers(path) || std::any_of(paths_.begin(), paths_.end(), [&](const std::string& each) {
           return IsAtOrBelow(each, path);
         });
}

void Reach::Remove(const std::string& path) {
  std::erase_if(paths_, [&](const std::string& each) { return IsAtOrBelow(each, path); });
}

void Reach::Rename(const std::string& path, const std::string& new_path) {
  for (std::string& each : paths_) {
    if (IsAtOrBelow(each, path)) each = new_path + each.substr(path.size());
  }
}

std::vector<Attribute> Reached(const std::vector<Attribute>& attributes, const Reach* reach,
                               const std::string& path) {
  std::vector<Attribute> reached;
  for (const Attribute& attribute : attributes) {
    const std::string below = path + "/" + attribute.name;
    if (!Touches(reach, below)) continue;
    reached.push_back(attribute);
    reached.back().children = Reached(attribute.children, reach, below);
  }
  return reached;
}

bool Covers(const Reach* reach, std::string_view path) {
  return reach == nullptr || reach->Covers(path);
}

bool Touches(const Reach* reach, std::string_view path) {
  return reach == nullptr || reach->Touches(path);
}

std::string FirstOutOfReach(const Reach* reach, const Attribute& attribute,
                            const std::string& path) {
  if (Covers(reach, path)) return "";
  if (!Touches(reach, path)) return path;
  for (const Attribute& child : attribute.children) {
    std::string found = FirstOutOfReach(reach, child, path + "/" + child.name);
    if (!found.empty()) return found;
  }
  return "";
}

Place Find(const std::vector<Attribute>& attributes, const std::vector<std::string>& names,
           const Reach* reach) {
  Place place;
  const std::vector<Attribute>* level = &attributes;
  for (const std::string& name : names) {
    if (place.attribute != nullptr && place.attribute->is_plural()) place.is_in_plural = true;
    const bool is_at_root = place.path.empty();
    place.path += "/" + name;
    place.attribute = level == nullptr ? nullptr : Named(*level, name);
    const bool is_reserved = is_at_root && Named(ReservedAttributes(), name) != nullptr;
    if (!is_reserved && !Touches(reach, place.path)) place.attribute = nullptr;
    if (place.attribute == nullptr) return place;
    level = place.attribute->is_scalar() ? nullptr : &place.attribute->children;
  }
  return place;
}

}  // namespace dossier::model
