#include "record/path.h"

#include <charconv>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"
#include "base/text.h"
#include "dossier/limits.h"

namespace dossier {
namespace {

struct Segment {
  std::string_view name;
  std::string_view id;
  bool has_id = false;
};

Segment Split(std::string_view segment) {
  const size_t hash = segment.find('#');
  if (hash == std::string_view::npos) return {segment, {}};
  return {segment.substr(0, hash), segment.substr(hash + 1), true};
}

// 0 where `text` is not the id of anything. Ids have 63 bits, as JSON's integers do.
EntityId ParseId(std::string_view text) {
  int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  const bool is_id = error == std::errc() && end == text.data() + text.size() && id > 0;
  return is_id ? static_cast<EntityId>(id) : 0;
}

const Attribute* Reserved(AttributeNumber number, std::string_view name, Kind kind) {
  auto* attribute = new Attribute;  // lives as long as the process
  attribute->name = std::string(name);
  attribute->number = number;
  attribute->kind = kind;
  return attribute;
}

}  // namespace

const Attribute* ReservedAttributeNamed(std::string_view name) {
  static const Attribute* const kAll[] = {
      Reserved(kIdNumber, "id", Kind::kInteger), Reserved(kUuidNumber, "uuid", Kind::kString),
      Reserved(kCreatedNumber, "created", Kind::kDateTime),
      Reserved(kLastUpdatedNumber, "lastUpdated", Kind::kDateTime)};
  for (const Attribute* attribute : kAll) {
    if (attribute->name == name) return attribute;
  }
  return nullptr;
}

class PathParser {
 public:
  PathParser(const Shape& root, std::string_view argument, bool with_ids,
             const AttributeSet* allowed)
      : shape_(&root), argument_(argument), with_ids_(with_ids), allowed_(allowed) {}

  absl::StatusOr<Path> Parse(std::string_view text) {
    if (text.size() > kPathBytesMax) return Refuse("the path is longer than any attribute's");
    // A mere dot must not pass for the root: a deletion would take the whole record.
    if (text.find_first_not_of("/.") == text.npos && text.find('.') != text.npos) {
      return Refuse("the path names no attribute");
    }
    while (!text.empty()) {
      const size_t end = std::min(text.find_first_of("/."), text.size());
      if (end > 0) {
        const absl::Status status = Descend(Split(text.substr(0, end)));
        if (!status.ok()) return status;
      }
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::move(path_);
  }

 private:
  absl::Status Refuse(std::string_view reason) const {
    return errors::InvalidArgument(argument_, reason);
  }

  absl::Status Descend(const Segment& segment) {
    if (with_ids_ && !path_.is_root() && path_.back().attribute->kind == Kind::kPlural &&
        path_.back().element == 0) {
      return Refuse(absl::StrCat("the path passes through the plural ",
                                 PathOf(*path_.back().attribute), " without the id of an element"));
    }
    const Attribute* attribute = Child(segment.name);
    if (attribute == nullptr) {
      const Attribute* parent = path_.is_root() ? nullptr : path_.back().attribute;
      return errors::UnknownAttribute(PathOf(parent, segment.name));
    }
    path_.steps_.push_back({attribute, 0});
    shape_ = attribute->children.get();
    return segment.has_id ? TakeElement(segment.id) : absl::OkStatus();
  }

  const Attribute* Child(std::string_view name) const {
    if (shape_ == nullptr) return nullptr;
    const Attribute* attribute = shape_->FindNamed(name);
    if (attribute != nullptr) return Allows(allowed_, *attribute) ? attribute : nullptr;
    return path_.is_root() ? ReservedAttributeNamed(name) : nullptr;
  }

  absl::Status TakeElement(std::string_view id) {
    Step& step = path_.steps_.back();
    if (!with_ids_ || step.attribute->kind != Kind::kPlural) {
      return Refuse(absl::StrCat(PathOf(*step.attribute), " takes no id of an element"));
    }
    step.element = ParseId(id);
    if (step.element == 0) return Refuse("the id of an element is a number above 0");
    return absl::OkStatus();
  }

  Path path_;
  const Shape* shape_;
  std::string_view argument_;
  bool with_ids_;
  const AttributeSet* allowed_;
};

absl::StatusOr<Path> Path::Parse(std::string_view text, const Shape& root,
                                 std::string_view argument, const AttributeSet* allowed) {
  return PathParser(root, argument, /*with_ids=*/true, allowed).Parse(text);
}

absl::StatusOr<Path> Path::ParseSchemaPath(std::string_view text, const Shape& root,
                                           std::string_view argument, const AttributeSet* allowed) {
  return PathParser(root, argument, /*with_ids=*/false, allowed).Parse(text);
}

absl::StatusOr<AttributeSet> ParseProjection(const std::vector<std::string>& paths,
                                             const Shape& root, const AttributeSet* readable) {
  AttributeSet set;
  for (const std::string& text : paths) {
    DOSSIER_ASSIGN_OR_RETURN(const Path path,
                             Path::ParseSchemaPath(text, root, "attributes", readable));
    if (path.is_root()) return errors::InvalidArgument("attributes", "it names no attribute");
    set.Add(*path.back().attribute);
  }
  return readable == nullptr ? set : set.And(*readable);
}

std::string ToText(const Path& path) {
  std::string text;
  for (size_t i = 0; i < path.size(); ++i) {
    text = PathBelow(text, path[i].attribute->name);
    if (path[i].element != 0) text = WithElement(text, path[i].element);
  }
  return text.empty() ? "/" : text;
}

}  // namespace dossier
