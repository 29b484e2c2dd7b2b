#include "model/made_up.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "model/writing.h"

namespace dossier::model {
namespace {

using Texts = std::vector<std::string>;

// JSON; wrong values of a type are those of the others.
const std::map<std::string, Texts>& Scalars() {
  static const auto* const kScalars = new std::map<std::string, Texts>{
      {"string",
       {R"("")", R"("a")", R"("A")", R"("b")", R"("ab")", R"("aB1")", R"("é")", R"("\u00c9x")",
        R"("a@b.co")", R"("x y-z")", R"("\u0001\"\\")", R"("😀 b\/")", R"("zz")", R"("Zz")",
        R"("c")", R"("d")", R"("e1")", R"("a quite long text that is kept")"}},
      {"integer",
       {"0", "1", "-1", "2", "3", "3.0", "17", "400e-2", "9223372036854775807",
        "-9223372036854775808", "5", "6", "7", "8"}},
      {"decimal",
       {"0", "0.00", "1", "1.0", "10e-1", "-2.50", "2.5", "1e400", "0.1", "123456789012345678901",
        "3", "4", "5.5", "6"}},
      {"boolean", {"true", "false", R"("true")"}},
      {"date",
       {R"("2001-02-03")", R"("2001-02-03 04:05:06")", R"("1999-12-31")", R"("2024-02-29")",
        R"("1815-12-10")"}},
      {"dateTime",
       {R"("2001-02-03")", R"("2001-02-03 04:05:06.5")", R"("2001-02-03T04:05:06Z")",
        R"("1999-12-31 23:59:59.999999 +0000")", R"("2001-02-03 06:05:06 +0200")"}},
      {"ipAddress", {R"("1.2.3.4")", R"("10.0.0.1")", R"("9.255.0.0")", R"("255.255.255.255")"}},
      {"json", {"1.50", R"("s")", "[]", "{}", R"({"id":0,"a":[{"b":null},true]})", "[[1],[2]]"}}};
  return *kScalars;
}

const std::map<std::string, Texts>& WrongScalars() {
  static const auto* const kScalars = new std::map<std::string, Texts>{
      {"string", {"1", "true", "{}", "[]"}},
      {"integer", {R"("1")", "true", "1.5", "9223372036854775808", "{}", "1e30"}},
      {"decimal", {R"("1")", "false", "[]"}},
      {"boolean", {R"("yes")", "1", "[]"}},
      {"date", {R"("x")", "1", R"("2001-02-30")", "true"}},
      {"dateTime", {R"("never")", "{}", R"("2001-13-01")"}},
      {"ipAddress", {R"("1.2.3")", R"("::1")", R"("1.2.3.256")", "7"}},
      {"json", {"null"}},
      {"object", {"1", R"("x")", "[]"}},
      {"plural", {"1", R"("x")", "{}", "[1]", "[null]"}}};
  return *kScalars;
}

const Texts& ScalarTypes() {
  static const auto* const kTypes =
      new Texts{"string",  "string", "string",   "integer",   "decimal",
                "boolean", "date",   "dateTime", "ipAddress", "json"};
  return *kTypes;
}

// All scalars below, with their schema paths and whether they are in plurals.
struct Leaf {
  const Attribute* attribute;
  std::string path;
  bool is_in_plural;
};

void AddLeaves(const std::vector<Attribute>& attributes, const std::string& path, bool is_in_plural,
               std::vector<Leaf>& leaves) {
  for (const Attribute& attribute : attributes) {
    const std::string below = path.empty() ? attribute.name : path + "." + attribute.name;
    leaves.push_back({&attribute, below, is_in_plural});
    AddLeaves(attribute.children, below, is_in_plural || attribute.is_plural(), leaves);
  }
}

std::vector<Leaf> Leaves(const std::vector<Attribute>& attributes) {
  std::vector<Leaf> leaves;
  AddLeaves(attributes, "", false, leaves);
  return leaves;
}

}  // namespace

bool MadeUp::Errs() {
  if (mistakes_ == 0 || !Percent(30)) return false;
  --mistakes_;
  return true;
}

std::string MadeUp::Name() {
  static const auto* const kNames = new Texts{"a", "b", "c", "d", "e", "f", "g", "h"};
  return OneOf(*kNames);
}

std::string MadeUp::AttrDefs(int depth, bool is_in_plural) {
  Texts names;
  Texts definitions;
  const size_t count = depth == 0 ? 3 + Below(4) : 1 + Below(3);
  while (names.size() < count) {
    const std::string name = Name();
    const bool is_there = std::find(names.begin(), names.end(), name) != names.end();
    if (is_there && !Errs()) continue;
    names.push_back(name);
    definitions.push_back(AttrDef(Errs() ? "uuid" : name, depth, is_in_plural));
  }
  return absl::StrCat("[", absl::StrJoin(definitions, ","), "]");
}

std::string MadeUp::AttrDef(const std::string& name, int depth, bool is_in_plural) {
  const std::string head = absl::StrCat(R"({"name":")", name, R"(","type":")");
  if (depth < 4 && Percent(depth == 0 ? 40 : 25)) {
    const bool is_plural = Percent(65);
    return absl::StrCat(head, is_plural ? "plural" : "object", R"(","attr_defs":)",
                        AttrDefs(depth + 1, is_in_plural || is_plural), "}");
  }
  const std::string type = OneOf(ScalarTypes());
  std::string definition = head + type + "\"";
  if (type == "string" && Percent(20)) absl::StrAppend(&definition, R"(,"length":)", 1 + Below(5));
  if (type == "string" && Percent(20)) absl::StrAppend(&definition, R"(,"case-sensitive":true)");
  const std::string constraints = Constraints(type, is_in_plural);
  if (constraints != "[]") absl::StrAppend(&definition, R"(,"constraints":)", constraints);
  return definition + "}";
}

std::string MadeUp::Constraints(const std::string& type, bool is_in_plural) {
  Texts constraints;
  if (type == "json") return "[]";
  if (is_in_plural ? Percent(25) : Errs()) {
    constraints.emplace_back("\"locally-unique\"");
  } else if (type != "boolean" && Percent(25)) {
    constraints.emplace_back("\"unique\"");
  }
  if (Percent(8)) constraints.emplace_back("\"required\"");
  static const auto* const kFormats =
      new Texts{"\"alphabetic\"", "\"alphanumeric\"", "\"unicode-printable\"", "\"email-address\""};
  if (type == "string" && Percent(12)) constraints.push_back(OneOf(*kFormats));
  return absl::StrCat("[", absl::StrJoin(constraints, ","), "]");
}

std::string MadeUp::Scalar(const std::string& type) { return OneOf(Scalars().at(type)); }

std::string MadeUp::Object(const std::vector<Attribute>& attributes, const Json* old, Mode mode,
                           const Names& names) {
  Texts members;
  for (const Attribute& attribute : attributes) {
    const bool is_asked_for = attribute.Has("required") && mode != Mode::kUpdate;
    if (!Percent(is_asked_for ? 97 : 45)) continue;
    const Json* const value = old == nullptr ? nullptr : old->Find(attribute.name);
    members.push_back(
        absl::StrCat("\"", attribute.name, "\":", Value(attribute, value, mode, names)));
  }
  if (mistakes_ > 0 && Percent(15)) {
    --mistakes_;
    members.push_back(absl::StrCat(R"("nobody":)", Scalar("string")));
  }
  for (size_t i = members.size(); i > 1; --i) std::swap(members[i - 1], members[Below(i)]);
  return absl::StrCat("{", absl::StrJoin(members, ","), "}");
}

std::string MadeUp::Value(const Attribute& attribute, const Json* old, Mode mode,
                          const Names& names) {
  if (Errs()) return OneOf(WrongScalars().at(attribute.type));
  if (Percent(attribute.is_scalar() ? 12 : 6)) {
    return attribute.Has("required") && Percent(90) ? Scalar(attribute.type) : "null";
  }
  if (attribute.is_object()) return Object(attribute.children, old, mode, names);
  if (attribute.is_plural()) return Plural(attribute, old, mode, names);
  return Scalar(attribute.type);
}

std::string MadeUp::Plural(const Attribute& plural, const Json* old, Mode mode,
                           const Names& names) {
  Texts items;
  std::vector<const Json*> elements;
  if (old != nullptr) {
    for (const Json& element : old->items) elements.push_back(&element);
  }
  for (size_t count = Below(4); count > 0; --count) {
    if (plural.TakesBareStrings() && Percent(40)) {
      items.push_back(Scalar("string"));
    } else if (mode != Mode::kCreate && !elements.empty() && Percent(50)) {
      const size_t chosen = Below(elements.size());
      const Json* const element = elements[chosen];
      elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(chosen));
      std::string object = Object(plural.children, element, mode, names);
      const std::string id = absl::StrCat("\"id\":", names.NameOf(IdOf(*element)));
      object.insert(1, object == "{}" ? id : id + ",");
      items.push_back(object);
    } else if (Errs()) {
      items.push_back(Percent(50) ? R"({"id":999999999})" : R"({"id":1})");
    } else {
      items.push_back(
          Object(plural.children, nullptr, mode == Mode::kUpdate ? Mode::kUpdate : mode, names));
    }
  }
  return absl::StrCat("[", absl::StrJoin(items, ","), "]");
}

std::string MadeUp::Path(const std::vector<Attribute>& attributes) {
  const std::vector<Leaf> leaves = Leaves(attributes);
  if (leaves.empty() || Errs()) return "/nobody";
  const std::string& path = OneOf(leaves).path;
  if (Percent(60)) return path;
  return "/" + absl::StrJoin(NamesIn(path), "/");
}

std::string MadeUp::Literal(const std::string& type) {
  if (type == "string") {
    static const auto* const kTexts =
        new Texts{"''", "'a'", "'A'", "'b'", "'ab'", "'é'", "'É'", "'zz'", "'a@b.co'", "'x y-z'"};
    return OneOf(*kTexts);
  }
  std::string literal = Scalar(type);
  if (literal == "1e400") literal = "1.5";
  if (literal.front() == '"') literal = "'" + literal.substr(1, literal.size() - 2) + "'";
  return literal;
}

std::string MadeUp::Predicate(const std::vector<Attribute>& attributes,
                              const std::vector<uint64_t>& ids, const Names& names) {
  static const auto* const kSigns = new Texts{" = ", " != ", " < ", " <= ", " > ", " >= "};
  if (!ids.empty() && Percent(12)) {
    return absl::StrCat("id", OneOf(*kSigns), names.NameOf(OneOf(ids)));
  }
  if (Percent(5)) return absl::StrCat("lastUpdated", OneOf(*kSigns), "'2001-09-09 01:46:45'");
  if (mistakes_ > 0 && Percent(30)) {
    --mistakes_;
    static const auto* const kWrong =
        new Texts{"nobody = 1", "a b",           "id =",     "= 1",
                  "(id = 1",    "id contains 1", "id < 'x'", "created = 'never'",
                  "id = 1 or",  "id is nothing", "a = null", "id = 1)"};
    return OneOf(*kWrong);
  }
  const std::vector<Leaf> leaves = Leaves(attributes);
  if (leaves.empty()) return "id > 0";
  const Leaf& leaf = OneOf(leaves);
  if (!leaf.attribute->is_scalar() || leaf.attribute->type == "json" || Percent(20)) {
    return absl::StrCat(leaf.path, Percent(50) ? " is null" : " is not null");
  }
  if (Percent(12)) {
    const Leaf& other = OneOf(leaves);
    if (!leaf.is_in_plural && !other.is_in_plural &&
        other.attribute->type == leaf.attribute->type) {
      return absl::StrCat(leaf.path, OneOf(*kSigns), other.path);
    }
  }
  return absl::StrCat(leaf.path, OneOf(*kSigns), Literal(leaf.attribute->type));
}

std::string MadeUp::Filter(const std::vector<Attribute>& attributes,
                           const std::vector<uint64_t>& ids, const Names& names, int depth) {
  if (depth == 0 || Percent(45)) return Predicate(attributes, ids, names);
  if (Percent(25)) {
    return absl::StrCat("not (", Filter(attributes, ids, names, depth - 1), ")");
  }
  const std::string left = Filter(attributes, ids, names, depth - 1);
  const std::string right = Filter(attributes, ids, names, depth - 1);
  if (Percent(30)) return absl::StrCat("(", left, " or ", right, ")");
  return absl::StrCat(left, Percent(60) ? " and " : " or ", right);
}

}  // namespace dossier::model
