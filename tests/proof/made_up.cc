#include "proof/made_up.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace dossier::testing {
namespace {

std::string JsonText(std::string text) {
  absl::StrReplaceAll({{"\\", "\\\\"}, {"\"", "\\\""}}, &text);
  return absl::StrCat("\"", text, "\"");
}

std::string FilterText(std::string text) {
  absl::StrReplaceAll({{"\\", "\\\\"}, {"'", "\\'"}}, &text);
  return absl::StrCat("'", text, "'");
}

}  // namespace

std::string TextOf(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%d %H:%M:%E6S +0000", time, absl::UTCTimeZone());
}

absl::Time TimeOf(int64_t write) {
  return absl::FromUnixSeconds(1'600'000'000) + absl::Milliseconds(write);
}

const std::vector<Scalar>& Scalars() {
  static const auto* const kAll = new std::vector<Scalar>{
      {"name", Type::kText},
      {"code", Type::kText},
      {"age", Type::kInteger},
      {"sum", Type::kDecimal},
      {"isNew", Type::kBoolean},
      {"born", Type::kDate},
      {"seen", Type::kDateTime},
      {"at", Type::kAddress},
      {"key", Type::kText},
      {"number", Type::kInteger},
      {"o.city", Type::kText},
      {"o.p.n", Type::kInteger},
      {"created", Type::kWriteTime},
      {"lastUpdated", Type::kWriteTime},
      {"tags.tag", Type::kText, true},
      {"tags.q.n", Type::kInteger, true},
      {"w.list.s", Type::kText, true},
      {"w.list.d", Type::kDecimal, true},
      {"w.list.day", Type::kDate, true},
      {"w.list.t", Type::kDateTime, true},
      {"w.list.b", Type::kBoolean, true},
      {"w.list.ip", Type::kAddress, true},
      {"mails.address", Type::kText, true},
  };
  return *kAll;
}

std::string AttrDefs(bool is_unique) {
  const char* const unique = is_unique ? R"(,"constraints":["unique"])" : "";
  return absl::StrCat(R"([
    {"name":"no","type":"integer"},
    {"name":"name","type":"string"},{"name":"code","type":"string","case-sensitive":true},
    {"name":"age","type":"integer"},{"name":"sum","type":"decimal"},
    {"name":"isNew","type":"boolean"},{"name":"born","type":"date"},
    {"name":"seen","type":"dateTime"},{"name":"at","type":"ipAddress"},
    {"name":"made","type":"dateTime"},{"name":"changed","type":"dateTime"},
    {"name":"key","type":"string")",
                      unique, R"(},{"name":"number","type":"integer")", unique, R"(},
    {"name":"o","type":"object","attr_defs":[{"name":"city","type":"string"},
      {"name":"p","type":"object","attr_defs":[{"name":"n","type":"integer"}]}]},
    {"name":"tags","type":"plural","attr_defs":[{"name":"tag","type":"string"},
      {"name":"q","type":"plural","attr_defs":[{"name":"n","type":"integer"}]}]},
    {"name":"w","type":"object","attr_defs":[{"name":"list","type":"plural","attr_defs":[
      {"name":"s","type":"string","case-sensitive":true},{"name":"d","type":"decimal"},
      {"name":"day","type":"date"},{"name":"t","type":"dateTime"},
      {"name":"b","type":"boolean"},{"name":"ip","type":"ipAddress"}]}]},
    {"name":"mails","type":"plural","attr_defs":[{"name":"address","type":"string")",
                      unique, "}]}]");
}

std::string MadeUp::Text() {
  static const auto* const kTexts = new std::vector<std::string>{
      "",       "a", "A",   "aB",   "Ab",   "ab",      "abc",    "ada",        "Ada", "ADA",
      "b",      "ß", "ẞ",   "ss",   "i",    "I",       "ı",      "İ",          "k",   "K",
      "\u212A", "ς", "σ",   "Σ",    "é",    "e\u0301", "\uFFFD", "\U0001F600", "'",   "\\",
      "\"",     " ", "a b", "\x01", "\x7f", "id",      "null"};
  if (!OneIn(6)) return OneOf(*kTexts);
  // Alike up to where an index cuts them, and some beyond.
  std::string text(125 + Below(6), OneIn(3) ? 'X' : 'x');
  if (OneIn(2)) text += OneIn(2) ? "Y" : "y";
  return text;
}

std::string MadeUp::Integer() {
  if (!OneIn(12)) return absl::StrCat(static_cast<int>(Below(12)) - 5);
  static const auto* const kEnds = new std::vector<std::string>{
      "9223372036854775807", "-9223372036854775808", "9007199254740993", "-9007199254740993"};
  return OneOf(*kEnds);
}

std::string MadeUp::Decimal() {
  if (OneIn(3)) return Integer();
  const std::string sign = OneIn(2) ? "-" : "";
  switch (Below(5)) {
    case 0:  // alike up to where an index cuts them
      return absl::StrCat(sign, "0.", std::string(126 + Below(5), '3'), OneIn(2) ? "" : "4");
    case 1:
      return absl::StrCat(sign, "1", std::string(Below(4), '0'), OneIn(2) ? ".0" : "");
    case 2:
      return absl::StrCat(sign, "0.", std::string(Below(30), '0'), 1 + Below(2));
    case 3:
      return absl::StrCat(sign, 1 + Below(3), ".5e", static_cast<int>(Below(5)) - 2);
    default:
      return absl::StrCat(sign, Below(3), ".", Below(10), Below(2) == 0 ? "0" : "5");
  }
}

std::string MadeUp::Value(Type type, int64_t write) {
  switch (type) {
    case Type::kText:
      return Text();
    case Type::kInteger:
      return Integer();
    case Type::kDecimal:
      return Decimal();
    case Type::kBoolean:
      return OneIn(2) ? "true" : "false";
    case Type::kDate: {
      static const auto* const kDays = new std::vector<std::string>{
          "0001-01-01", "9999-12-31", "1969-12-31", "1970-01-01", "1970-01-02", "2020-02-29"};
      return OneIn(3) ? OneOf(*kDays) : absl::StrCat("1970-01-1", Below(10));
    }
    case Type::kDateTime: {
      if (OneIn(10)) return OneIn(2) ? "0001-01-01 00:00:00 +0000" : "9999-12-31 23:59:59 +0000";
      const int64_t days = static_cast<int64_t>(Below(20)) - 2;
      return TextOf(
          absl::FromUnixMicros(days * 86'400'000'000 + static_cast<int64_t>(Below(3)) - 1));
    }
    case Type::kAddress: {
      static const auto* const kAddresses = new std::vector<std::string>{
          "0.0.0.0", "255.255.255.255", "127.255.255.255", "128.0.0.0", "9.0.0.1"};
      return OneIn(3) ? OneOf(*kAddresses) : absl::StrCat("10.0.0.", Below(12));
    }
    case Type::kWriteTime:
      return TextOf(TimeOf(static_cast<int64_t>(Below(static_cast<size_t>(write) + 2))) +
                    absl::Microseconds(OneIn(4) ? 1 : 0));
  }
  return "";
}

std::string MadeUp::Json(Type type) {
  if (OneIn(5)) return "null";
  const std::string value = Value(type, 0);
  const bool is_bare = type == Type::kInteger || type == Type::kDecimal || type == Type::kBoolean;
  if (is_bare) return value;
  if (value == "\x01") return R"("\u0001")";
  if (value == "b" && OneIn(3)) return R"("a\u0000b")";
  return JsonText(value);
}

std::string MadeUp::Elements(std::string_view plural) {
  std::string elements = "[";
  size_t count = Below(4);
  if (OneIn(25)) count = 20 + Below(60);
  while (count-- > 0) {
    absl::StrAppend(&elements, elements.size() > 1 ? "," : "");
    if (plural == "mails") {
      const char* const form = OneIn(2) ? "Mail" : "mAIL";
      absl::StrAppend(&elements, R"({"address":)",
                      OneIn(4) ? "null" : absl::StrCat("\"", form, ++unique_count_, "\""), "}");
    } else if (plural == "tags") {
      absl::StrAppend(&elements, R"({"tag":)", Json(Type::kText), R"(,"q":[)",
                      OneIn(2) ? "" : absl::StrCat(R"({"n":)", Json(Type::kInteger), "},{}"), "]}");
    } else {
      absl::StrAppend(&elements, R"({"s":)", Json(Type::kText), R"(,"d":)", Json(Type::kDecimal),
                      R"(,"day":)", Json(Type::kDate), R"(,"t":)", Json(Type::kDateTime),
                      R"(,"b":)", Json(Type::kBoolean), R"(,"ip":)", Json(Type::kAddress), "}");
    }
  }
  return elements + "]";
}

std::string MadeUp::Record(int64_t write, bool is_new) {
  const std::string now = JsonText(TextOf(TimeOf(write)));
  std::string record = absl::StrCat(R"({"changed":)", now);
  if (is_new) absl::StrAppend(&record, R"(,"made":)", now, R"(,"no":)", ++record_count_);
  // A record has nearly everything, or next to nothing.
  const size_t rarity = OneIn(4) ? 2 : 6;
  const auto says = [&] { return rarity == 2 ? OneIn(4) : !OneIn(rarity); };
  for (const Scalar& scalar : Scalars()) {
    if (scalar.is_in_plural || scalar.type == Type::kWriteTime || !says()) continue;
    if (scalar.path == "key") {
      absl::StrAppend(&record, R"(,"key":")", OneIn(2) ? "Key" : "kEY", ++unique_count_, "\"");
    } else if (scalar.path == "number") {
      absl::StrAppend(&record, R"(,"number":)", ++unique_count_);
    } else if (scalar.path == "o.city") {
      absl::StrAppend(&record, R"(,"o":{"city":)", Json(Type::kText), R"(,"p":{"n":)",
                      Json(Type::kInteger), "}}");
    } else if (scalar.path != "o.p.n") {
      absl::StrAppend(&record, ",\"", scalar.path, "\":", Json(scalar.type));
    }
  }
  if (says()) absl::StrAppend(&record, R"(,"tags":)", Elements("tags"));
  if (says()) absl::StrAppend(&record, R"(,"w":{"list":)", Elements("w.list"), "}");
  if (says()) absl::StrAppend(&record, R"(,"mails":)", Elements("mails"));
  return record + "}";
}

std::string MadeUp::Literal(Type type, int64_t write) {
  if (type == Type::kInteger && OneIn(5)) type = Type::kDecimal;
  if (type == Type::kDate && OneIn(3)) type = Type::kDateTime;
  if (type == Type::kDateTime && OneIn(3)) type = Type::kDate;
  return FilterText(Value(type, write));
}

// Two bounds of one attribute; of texts what begins with a text.
std::string MadeUp::Between(const Scalar& scalar, int64_t write) {
  std::string lower = Literal(scalar.type, write);
  std::string upper = Literal(scalar.type, write);
  if (scalar.type == Type::kText) upper = lower.substr(0, lower.size() - 1) + "\U0010FFFF'";
  return absl::StrCat(scalar.path, OneIn(2) ? " >= " : " > ", lower, " and ", scalar.path,
                      OneIn(2) ? " < " : " <= ", upper);
}

std::string MadeUp::Predicate(int64_t write) {
  const Scalar& scalar = OneOf(Scalars());
  static const auto* const kComparisons =
      new std::vector<std::string>{" = ", " = ", " = ", " != ", " < ", " <= ", " > ", " >= "};
  switch (Below(12)) {
    case 0:
    case 1:
      return absl::StrCat(scalar.path, OneIn(2) ? " is null" : " is not null");
    case 2:
      return absl::StrCat("(", Between(scalar, write), ")");
    case 3:
      return absl::StrCat("id", OneOf(*kComparisons), "{", Below(size_t{1} << 20), "}");
    case 4: {
      const Scalar& other = OneOf(Scalars());
      if (other.type == scalar.type) {
        return absl::StrCat(scalar.path, OneOf(*kComparisons), other.path);
      }
      break;
    }
    default:
      break;
  }
  if (scalar.path == "key" || scalar.path == "mails.address") {
    return absl::StrCat(scalar.path, OneOf(*kComparisons), "'",
                        scalar.path == "key" ? "KEY" : "MAIL",
                        Below(static_cast<size_t>(unique_count_) + 2), "'");
  }
  if (scalar.path == "number") {
    return absl::StrCat("number", OneOf(*kComparisons),
                        Below(static_cast<size_t>(unique_count_) + 2));
  }
  return absl::StrCat(scalar.path, OneOf(*kComparisons), Literal(scalar.type, write));
}

std::string MadeUp::Filter(int64_t write, int depth) {
  const size_t n = Below(8);
  if (depth == 0 || n < 3) return Predicate(write);
  if (n == 3) return absl::StrCat("not (", Filter(write, depth - 1), ")");
  return absl::StrCat("(", Filter(write, depth - 1), n < 6 ? " and " : " or ",
                      Filter(write, depth - 1), ")");
}

std::vector<std::string> MadeUp::SortOn() {
  std::vector<std::string> sort_on;
  static const auto* const kCounts = new std::vector<size_t>{0, 1, 1, 1, 2, 2, 3};
  for (size_t count = OneOf(*kCounts); count > 0; --count) {
    const Scalar& scalar = Scalars()[Below(14)];  // those that are in no plural
    sort_on.push_back(absl::StrCat(OneIn(2) ? "-" : "", OneIn(8) ? "id" : scalar.path));
  }
  return sort_on;
}

FindOptions MadeUp::Search(int64_t write) {
  static const auto* const kAttributes = new std::vector<std::vector<std::string>>{
      {"no"},         {"no"},
      {"no"},         {"no", "name", "created", "lastUpdated"},
      {"no", "tags"}, {"no", "w.list.d", "mails", "o"}};
  FindOptions options;
  if (!OneIn(10)) options.filter = Filter(write, static_cast<int>(Below(4)));
  options.sort_on = SortOn();
  options.attributes = OneOf(*kAttributes);
  options.max_results = static_cast<int64_t>(OneIn(2) ? Below(12) : OneIn(2) ? 100 : 10'000);
  options.first_result = static_cast<int64_t>(OneIn(3) ? Below(40) : 0);
  options.show_total_count = OneIn(4);
  return options;
}

}  // namespace dossier::testing
