// Trees of attributes for tests, from a line of text.
#ifndef DOSSIER_TESTS_RECORD_TEST_SHAPE_H_
#define DOSSIER_TESTS_RECORD_TEST_SHAPE_H_

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "record/attribute.h"

namespace dossier::testing {

// Shape: tree      := (blank | attribute)*
//        attribute := name ["@" number] (":" kind mark* | "{" tree "}" | "[" tree "]")
//        mark      := "*" (required) | "!" (unique) | "~" (at most 4 code points)
// Braces make an object, brackets a plural. Numbers count up from 16 in the order of the text and
// go on from an "@".
class ShapeText {
 public:
  explicit ShapeText(std::string_view text) : rest_(text) {}

  Shape Tree() {
    Shape shape;
    while (!rest_.empty() && rest_[0] != '}' && rest_[0] != ']') {
      if (rest_[0] == ' ') {
        rest_.remove_prefix(1);
      } else {
        shape.Add(One());
      }
    }
    return shape;
  }

 private:
  std::string_view Word() {
    const std::string_view word = rest_.substr(0, rest_.find_first_of("@:{}[]*!~ "));
    rest_.remove_prefix(word.size());
    return word;
  }

  char Take() {
    const char c = rest_.empty() ? ' ' : rest_[0];
    rest_.remove_prefix(rest_.empty() ? 0 : 1);
    return c;
  }

  Attribute One() {
    Attribute attribute;
    attribute.name = Word();
    char separator = Take();
    if (separator == '@') {
      next_ = static_cast<AttributeNumber>(std::stoi(std::string(Word())));
      separator = Take();
    }
    attribute.number = next_++;
    if (separator == ':') {
      attribute.kind = KindNamed(Word()).value();
      attribute.hashes_text = attribute.kind == Kind::kPassword;
      for (; !rest_.empty() && rest_[0] != ' ' && rest_[0] != '}' && rest_[0] != ']'; Take()) {
        attribute.required |= rest_[0] == '*';
        attribute.unique |= rest_[0] == '!';
        if (rest_[0] == '~') attribute.length_max = 4;
      }
      return attribute;
    }
    if (separator != '{' && separator != '[') std::abort();
    attribute.kind = separator == '{' ? Kind::kObject : Kind::kPlural;
    attribute.children = std::make_unique<Shape>(Tree());
    if (Take() != (separator == '{' ? '}' : ']')) std::abort();
    return attribute;
  }

  std::string_view rest_;
  AttributeNumber next_ = kFirstFreeNumber;
};

inline Shape MakeShape(std::string_view text) {
  Shape shape = ShapeText(text).Tree();
  shape.Seal(nullptr);
  return shape;
}

// Every kind, at the root, in an object, in a plural and in a plural of a plural; 5 names deep.
inline constexpr std::string_view kRichShape =
    "name:string age:integer height:decimal active:boolean born:date seen:dateTime "
    "address:ipAddress extra:json "
    "home{city:string geo{lat:decimal lon:decimal} lines[line:string]} "
    "statuses[text:string! when:dateTime likes:integer "
    "replies[text:string by{name:string ids[value:integer]} extra:json]] "
    "tags[tag:string] limited:string~ mail:string!";

}  // namespace dossier::testing

#endif  // DOSSIER_TESTS_RECORD_TEST_SHAPE_H_
