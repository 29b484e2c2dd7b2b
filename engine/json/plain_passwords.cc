#include "json/plain_passwords.h"

#include <utility>

#include "base/wipe.h"
#include "dossier/limits.h"

namespace dossier {

std::string_view PlainPasswords::Take(const Attribute& attribute, std::string_view text) {
  const size_t i = next_++;
  if (i == entries_.size()) {
    entries_.reserve(kPlainPasswordsMax);  // a move would leave texts behind
    Entry& entry = entries_.emplace_back();
    entry.attribute = &attribute;
    entry.text = text;
  }
  return entries_[i].hash;
}

void PlainPasswords::SetHash(size_t i, std::string hash) {
  Wipe(entries_[i].text);
  entries_[i].hash = std::move(hash);
}

void PlainPasswords::WipeTexts() {
  for (Entry& entry : entries_) Wipe(entry.text);
}

}  // namespace dossier
