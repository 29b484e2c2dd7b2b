// The plain text passwords of one change, and the hashes that stand for them in the record.
//
// A hash takes long by intent, so none is made while a record is locked: the walk over the JSON
// notes each plain text and writes a hash that matches nothing in its place; whoever plans the
// change throws that plan away, lets the locks go, makes the hashes and plans again.
#ifndef DOSSIER_JSON_PLAIN_PASSWORDS_H_
#define DOSSIER_JSON_PLAIN_PASSWORDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "record/attribute.h"

namespace dossier {

// Of one change, over all its walks: each meets the same plain texts in the same order.
// Not thread-safe. Holds texts until they are hashed, and wipes them then or at its end.
class PlainPasswords {
 public:
  struct Entry {
    const Attribute* attribute = nullptr;
    std::string text;  // empty once there is a hash
    std::string hash;  // the stored form, {"type":..,"value":..}; empty until it is made
  };

  PlainPasswords() = default;
  ~PlainPasswords() {
    if (!entries_.empty()) WipeTexts();
  }
  PlainPasswords(const PlainPasswords&) = delete;
  PlainPasswords& operator=(const PlainPasswords&) = delete;

  // The next walk starts over.
  void BeginWalk() { next_ = 0; }
  // The hash of the walk's next plain text, which is `text`; noted, and empty, where there is none
  // yet. At most kPlainPasswordsMax of a change.
  std::string_view Take(const Attribute& attribute, std::string_view text);
  // Plain texts that this walk has met so far.
  size_t met() const { return next_; }

  bool lacks_hashes() const { return !entries_.empty() && entries_.back().hash.empty(); }
  // Those that want a hash, which SetHash gives them in their order.
  const std::vector<Entry>& entries() const { return entries_; }
  void SetHash(size_t i, std::string hash);

 private:
  void WipeTexts();

  std::vector<Entry> entries_;  // in the order of the text
  size_t next_ = 0;
};

}  // namespace dossier

#endif  // DOSSIER_JSON_PLAIN_PASSWORDS_H_
