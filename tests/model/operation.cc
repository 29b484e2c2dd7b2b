#include "model/operation.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace dossier::model {
namespace {

constexpr std::string_view kNobody = "999999999";

void Append(std::string& out, std::string_view name, std::string_view text) {
  if (!text.empty()) absl::StrAppend(&out, " ", std::string(name), "=", std::string(text));
}

void Append(std::string& out, std::string_view name, Expected expected) {
  if (expected == Expected::kNothing) return;
  Append(out, name, expected == Expected::kStored ? "(stored)" : "(another)");
}

std::string TextOf(const Key& key) {
  std::string out;
  if (!key.plural.empty()) Append(out, "entity_path", key.plural);
  if (key.by == Key::By::kId) Append(out, "id", key.value);
  if (key.by == Key::By::kUuid) Append(out, "uuid", key.value);
  if (key.by == Key::By::kAttribute) {
    Append(out, "key_attribute", key.path);
    Append(out, "key_value", key.value);
  }
  return out;
}

bool IsOfName(char c) { return (c >= '0' && c <= '9') || c == '.' || c == 'u'; }

}  // namespace

std::string_view NameOf(Verb verb) {
  constexpr std::array<std::string_view, kVerbCount> kNames = {"create",
                                                               "get",
                                                               "update",
                                                               "replace",
                                                               "delete",
                                                               "find",
                                                               "count",
                                                               "bulkCreate",
                                                               "bulkDelete",
                                                               "purge",
                                                               "createType",
                                                               "deleteType",
                                                               "readType",
                                                               "addAttribute",
                                                               "removeAttribute",
                                                               "renameAttribute",
                                                               "setConstraints",
                                                               "addIndex",
                                                               "removeIndex",
                                                               "addClient",
                                                               "deleteClient",
                                                               "listClients",
                                                               "setFeatures",
                                                               "setAccessSchema",
                                                               "readAccessSchema",
                                                               "deleteAccessSchema",
                                                               "dump",
                                                               "reopen"};
  return kNames[static_cast<size_t>(verb)];
}

std::string ToText(const Operation& operation) {
  std::string out = absl::StrCat(operation.number, ": ", std::string(NameOf(operation.verb)));
  Append(out, "caller", operation.caller);
  Append(out, "type", operation.type);
  absl::StrAppend(&out, TextOf(operation.key));
  Append(out, "path", operation.path);
  Append(out, "value", operation.value);
  Append(out, "names", absl::StrJoin(operation.names, ","));
  Append(out, "sort_on", absl::StrJoin(operation.sort_on, ","));
  if (operation.first != 0) Append(out, "first", absl::StrCat(operation.first));
  if (operation.count != 100) Append(out, "count", absl::StrCat(operation.count));
  Append(out, "created", operation.created);
  Append(out, "lastUpdated", operation.last_updated);
  if (operation.flag) Append(out, "flag", "true");
  return absl::StrCat(out, " at ", operation.clock, " us");
}

void Names::Add(size_t operation, const std::vector<uint64_t>& ids) {
  for (size_t i = 0; i < ids.size(); ++i) {
    const std::string name = absl::StrCat("$", operation, ".", i);
    names_[ids[i]] = name;
    values_[name] = absl::StrCat(ids[i]);
  }
}

std::string Names::Fill(std::string_view text) const {
  std::string out;
  while (!text.empty()) {
    const size_t dollar = std::min(text.find('$'), text.size());
    out += text.substr(0, dollar);
    text.remove_prefix(dollar);
    if (text.empty()) break;
    size_t end = 1;
    while (end < text.size() && IsOfName(text[end])) ++end;
    const auto found = values_.find(text.substr(0, end));
    out += found == values_.end() ? kNobody : std::string_view(found->second);
    text.remove_prefix(end);
  }
  return out;
}

Operation Names::Fill(Operation operation) const {
  operation.key.value = Fill(operation.key.value);
  operation.path = Fill(operation.path);
  operation.value = Fill(operation.value);
  return operation;
}

}  // namespace dossier::model
