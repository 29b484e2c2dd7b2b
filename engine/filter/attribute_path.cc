#include "filter/attribute_path.h"

#include <algorithm>

#include "record/path.h"

namespace dossier {
namespace {

// A child of what `path` leads to; null where there is none.
const Attribute* ChildNamed(std::string_view name, const AttributePath& path, const Shape& root,
                            const AttributeSet* readable) {
  const Shape* shape = path.empty() ? &root : path.back()->children.get();
  if (shape == nullptr) return nullptr;
  const Attribute* child = shape->FindNamed(name);
  if (child != nullptr) return Allows(readable, *child) ? child : nullptr;
  const bool is_element = !path.empty() && path.back()->kind == Kind::kPlural;
  return path.empty() || (is_element && name == "id") ? ReservedAttributeNamed(name) : nullptr;
}

}  // namespace

std::optional<AttributePath> FindAttributePath(std::string_view text, const Shape& root,
                                               const AttributeSet* readable) {
  AttributePath path;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of("/."), text.size());
    if (end > 0) {
      const Attribute* child = ChildNamed(text.substr(0, end), path, root, readable);
      if (child == nullptr) return std::nullopt;
      path.push_back(child);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (path.empty()) return std::nullopt;
  return path;
}

std::string ToText(const AttributePath& path) {
  std::string text;
  for (const Attribute* attribute : path) {
    if (!text.empty()) text += '.';
    text += attribute->name;
  }
  return text;
}

bool IsInPlural(const AttributePath& path) {
  return std::any_of(path.begin(), path.end() - 1,
                     [](const Attribute* attribute) { return attribute->kind == Kind::kPlural; });
}

}  // namespace dossier
