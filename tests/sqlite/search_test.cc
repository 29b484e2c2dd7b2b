// Searches against SQLite: the same made-up records, as JSON text in a table, and made-up filters,
// sorts and pages, each written once for the engine and once as SQL. The answers must be the same.
//
// SQLite knows three truths and the engine two, so each predicate becomes false in SQL where it is
// null. Times, dates and addresses are numbers in the table; the folding of case is a table of its own,
// for the letters that are used. Decimals are quarters: SQLite's numbers hold them exactly.
//
// In half of them the engine has indexes. DOSSIER_SEARCHES=100000 asks for that many instead of the few
// of an ordinary run.
#include <sqlite3.h>

#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;

constexpr int kRecordCount = 150;
constexpr int kSettingCount = 4;
constexpr int64_t kMicrosPerDay = 86'400'000'000;

enum class Type { kText, kCased, kInteger, kDecimal, kBoolean, kDate, kTime, kAddress };

// A scalar attribute. `plurals` are those that it is in, outermost first; `path` is below the last.
struct Scalar {
  Type type;
  std::vector<std::string> plurals;
  std::string path;

  std::string Name() const {
    return absl::StrCat(absl::StrJoin(plurals, "."), plurals.empty() ? "" : ".", path);
  }
};

constexpr std::string_view kAttrDefs = R"([
  {"name":"s","type":"string"},{"name":"c","type":"string","case-sensitive":true},
  {"name":"i","type":"integer"},{"name":"d","type":"decimal"},{"name":"b","type":"boolean"},
  {"name":"day","type":"date"},{"name":"t","type":"dateTime"},{"name":"ip","type":"ipAddress"},
  {"name":"o","type":"object","attr_defs":[
    {"name":"s","type":"string"},{"name":"i","type":"integer"},
    {"name":"p","type":"object","attr_defs":[{"name":"d","type":"decimal"}]}]},
  {"name":"e","type":"plural","attr_defs":[
    {"name":"s","type":"string"},{"name":"i","type":"integer"},{"name":"t","type":"dateTime"},
    {"name":"o","type":"object","attr_defs":[{"name":"c","type":"string","case-sensitive":true}]},
    {"name":"f","type":"plural","attr_defs":[{"name":"s","type":"string"}]}]},
  {"name":"g","type":"plural","attr_defs":[{"name":"d","type":"decimal"},{"name":"s","type":"string"}]}])";

const std::vector<Scalar>& Scalars() {
  static const auto* const kAll = new std::vector<Scalar>{
      {Type::kText, {}, "s"},         {Type::kCased, {}, "c"},       {Type::kInteger, {}, "i"},
      {Type::kDecimal, {}, "d"},      {Type::kBoolean, {}, "b"},     {Type::kDate, {}, "day"},
      {Type::kTime, {}, "t"},         {Type::kAddress, {}, "ip"},    {Type::kText, {}, "o.s"},
      {Type::kInteger, {}, "o.i"},    {Type::kDecimal, {}, "o.p.d"}, {Type::kText, {"e"}, "s"},
      {Type::kInteger, {"e"}, "i"},   {Type::kTime, {"e"}, "t"},     {Type::kCased, {"e"}, "o.c"},
      {Type::kText, {"e", "f"}, "s"}, {Type::kDecimal, {"g"}, "d"},  {Type::kText, {"g"}, "s"}};
  return *kAll;
}

// The letters of the texts, each as it folds.
constexpr std::pair<std::string_view, std::string_view> kLetters[] = {
    {"a", "a"}, {"A", "a"}, {"b", "b"}, {"B", "b"}, {"z", "z"},   {"Ä", "ä"},  {"ä", "ä"},
    {"Ł", "ł"}, {"ł", "ł"}, {"Σ", "σ"}, {"σ", "σ"}, {"ς", "σ"},   {"ß", "ß"},  {"'", "'"},
    {" ", " "}, {"_", "_"}, {"0", "0"}, {"😀", "😀"}, {"\\", "\\"}, {"\"", "\""}};

std::string Folded(std::string_view text) {
  std::string folded;
  while (!text.empty()) {
    for (const auto& [letter, small] : kLetters) {
      if (!text.starts_with(letter)) continue;
      folded += small;
      text.remove_prefix(letter.size());
      break;
    }
  }
  return folded;
}

// A value: for the engine as JSON, for the table as JSON, and as a literal in a filter and in SQL.
struct Value {
  std::string json;
  std::string table_json;
  std::string literal;
  std::string sql;
};

std::string JsonText(std::string_view text) {
  return absl::StrCat(
      "\"", absl::StrReplaceAll(std::string(text), {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}
std::string SqlText(std::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(std::string(text), {{"'", "''"}}), "'");
}
std::string FilterText(std::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(std::string(text), {{"\\", "\\\\"}, {"'", "\\'"}}),
                      "'");
}
std::string TimeText(int64_t micros) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%E6S +0000", absl::FromUnixMicros(micros),
                          absl::UTCTimeZone());
}

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  int Below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }
  bool OneIn(int n) { return Below(n) == 0; }
  template <typename T>
  const T& OneOf(const std::vector<T>& all) {
    return all[random_() % all.size()];
  }

  Value Make(Type type) {
    switch (type) {
      case Type::kText:
      case Type::kCased: {
        std::string text;
        for (int length = Below(3); length > 0; --length) {
          text += kLetters[random_() % std::size(kLetters)].first;
        }
        return {JsonText(text), JsonText(text), FilterText(text), SqlText(text)};
      }
      case Type::kInteger: {
        const int64_t number = OneIn(20) ? (int64_t{Below(3)} - 1) * INT64_MAX : Below(9) - 4;
        const std::string text = absl::StrCat(number);
        return {text, text, OneIn(2) ? text : absl::StrCat("'", text, "'"), text};
      }
      case Type::kDecimal: {
        const std::string text = absl::StrCat(0.25 * (Below(33) - 16));
        return {text, text, text, text};
      }
      case Type::kBoolean: {
        const std::string text = OneIn(2) ? "true" : "false";
        return {text, text, OneIn(2) ? text : absl::StrCat("'", text, "'"),
                text == "true" ? "1" : "0"};
      }
      case Type::kDate: {
        const int64_t days = Below(5) - 2 - (OneIn(4) ? 36'000 : 0);
        const std::string text = TimeText(days * kMicrosPerDay).substr(0, 10);
        const std::string instant = absl::StrCat(days * kMicrosPerDay);
        return {JsonText(text), instant, FilterText(text), instant};
      }
      case Type::kTime: {
        const int64_t micros = (Below(5) - 2) * kMicrosPerDay + Below(3) - 1;
        const std::string text = TimeText(micros);
        return {JsonText(text), absl::StrCat(micros), FilterText(text), absl::StrCat(micros)};
      }
      case Type::kAddress: {
        const int last = Below(4);
        const int first = OneIn(2) ? 9 : 192;
        const std::string text = absl::StrCat(first, ".0.2.", last);
        const std::string number = absl::StrCat(int64_t{first} << 24 | 2 << 8 | last);
        return {JsonText(text), number, FilterText(text), number};
      }
    }
    return {};
  }

  // What an attribute is compared with: now and then of another type that it takes.
  Value Literal(Type type) {
    if (type == Type::kInteger && OneIn(3)) return Make(Type::kDecimal);
    if (type == Type::kDate && OneIn(2)) return Make(Type::kTime);
    if (type == Type::kTime && OneIn(3)) return Make(Type::kDate);
    return Make(type);
  }

 private:
  std::mt19937_64 random_;
};

// A record for the engine (`table` false), where what is null may be left out, or for the table.
class RecordMaker {
 public:
  explicit RecordMaker(Generator& generator) : generator_(generator) {}

  std::pair<std::string, std::string> Make() {
    json_.clear();
    table_.clear();
    Open('{');
    for (const auto& [name, type] :
         std::initializer_list<std::pair<const char*, Type>>{{"s", Type::kText},
                                                             {"c", Type::kCased},
                                                             {"i", Type::kInteger},
                                                             {"d", Type::kDecimal},
                                                             {"b", Type::kBoolean},
                                                             {"day", Type::kDate},
                                                             {"t", Type::kTime},
                                                             {"ip", Type::kAddress}}) {
      Member(name, type);
    }
    Key("o");
    Open('{');
    Member("s", Type::kText);
    Member("i", Type::kInteger);
    Key("p");
    Open('{');
    Member("d", Type::kDecimal);
    Close('}');
    Close('}');
    Plural("e", [this] {
      Member("s", Type::kText);
      Member("i", Type::kInteger);
      Member("t", Type::kTime);
      Key("o");
      Open('{');
      Member("c", Type::kCased);
      Close('}');
      Plural("f", [this] { Member("s", Type::kText); });
    });
    Plural("g", [this] {
      Member("d", Type::kDecimal);
      Member("s", Type::kText);
    });
    Close('}');
    return {json_, table_};
  }

 private:
  void Both(std::string_view text) {
    absl::StrAppend(&json_, std::string(text));
    absl::StrAppend(&table_, std::string(text));
  }
  void Open(char bracket) { Both(std::string(1, bracket)); }
  void Close(char bracket) { Both(std::string(1, bracket)); }
  void Comma() {
    if (json_.back() != '{' && json_.back() != '[') Both(",");
  }
  void Key(std::string_view name) {
    Comma();
    Both(absl::StrCat("\"", std::string(name), "\":"));
  }
  void Member(std::string_view name, Type type) {
    Key(name);
    if (generator_.OneIn(4)) return Both("null");
    const Value value = generator_.Make(type);
    json_ += value.json;
    table_ += value.table_json;
  }
  template <typename Members>
  void Plural(std::string_view name, Members members) {
    Key(name);
    Open('[');
    for (int count = generator_.Below(4); count > 0; --count) {
      Comma();
      Open('{');
      members();
      Close('}');
    }
    Close(']');
  }

  Generator& generator_;
  std::string json_;
  std::string table_;
};

// A filter and the same as SQL over the columns id and j.
struct Question {
  std::string filter;
  std::string sql;
};

class QuestionMaker {
 public:
  QuestionMaker(Generator& generator, int64_t id_max) : generator_(generator), id_max_(id_max) {}

  Question Make(int depth) {
    const int choice = depth == 0 ? 9 : generator_.Below(12);
    if (choice < 6) {
      const bool is_and = choice < 3;
      const Question left = Make(depth - 1);
      const Question right = Make(depth - 1);
      return {absl::StrCat("(", left.filter, is_and ? ") and (" : ")OR(", right.filter, ")"),
              absl::StrCat("(", left.sql, is_and ? " AND " : " OR ", right.sql, ")")};
    }
    if (choice < 8) {
      const Question inner = Make(depth - 1);
      return {absl::StrCat(generator_.OneIn(2) ? "not (" : "!(", inner.filter, ")"),
              absl::StrCat("(NOT ", inner.sql, ")")};
    }
    return Predicate();
  }

  // Sorts, as sort_on and as ORDER BY.
  std::pair<std::vector<std::string>, std::string> Sort() {
    std::vector<std::string> sort_on;
    std::string order;
    for (int count = generator_.Below(4); count > 0; --count) {
      const bool is_falling = generator_.OneIn(2);
      const bool is_id = generator_.OneIn(6);
      const Scalar& scalar = Scalars()[static_cast<size_t>(generator_.Below(11))];
      sort_on.push_back(absl::StrCat(is_falling ? "-" : "", is_id ? "id" : scalar.Name()));
      absl::StrAppend(&order, is_id ? "id" : In("j", scalar),
                      is_falling ? " DESC NULLS FIRST, " : " ASC NULLS LAST, ");
    }
    return {sort_on, order + "id"};
  }

 private:
  static std::string In(std::string_view json, const Scalar& scalar) {
    return absl::StrCat("json_extract(", std::string(json), ",'$.", scalar.path, "')");
  }
  static int ClassOf(Type type) {
    switch (type) {
      case Type::kText:
      case Type::kCased:
        return 0;
      case Type::kInteger:
      case Type::kDecimal:
        return 1;
      case Type::kDate:
      case Type::kTime:
        return 2;
      case Type::kBoolean:
        return 3;
      default:
        return 4;
    }
  }

  std::string Sign() {
    static const auto* const kSigns =
        new std::vector<std::string>{"=", "=", "=", "!=", "<", "<=", ">", ">="};
    return generator_.OneOf(*kSigns);
  }

  // Holds for some element of all these plurals, of which the first `known` are bound already.
  static std::string Exists(const std::vector<std::string>& plurals, size_t known,
                            std::string_view variable, const std::string& condition) {
    std::string sql = absl::StrCat("coalesce(", condition, ",0)");
    for (size_t i = plurals.size(); i-- > known;) {
      const std::string outer = i == 0 ? "j" : absl::StrCat(std::string(variable), i - 1, ".value");
      sql = absl::StrCat("EXISTS(SELECT 1 FROM json_each(", outer, ",'$.", plurals[i], "') AS ",
                         std::string(variable), i, " WHERE ", sql, ")");
    }
    return sql;
  }
  static std::string Last(const std::vector<std::string>& plurals, std::string_view variable) {
    return plurals.empty() ? "j"
                           : absl::StrCat(std::string(variable), plurals.size() - 1, ".value");
  }

  static std::string Compared(const std::string& left, const std::string& sign,
                              const std::string& right, bool folds) {
    if (folds && (sign == "=" || sign == "!=")) {
      return absl::StrCat("(folded(", left, ") ", sign, " folded(", right, "))");
    }
    return absl::StrCat("(", left, " ", sign, " ", right, ")");
  }

  Question Predicate() {
    switch (generator_.Below(10)) {
      case 0:
        return Id();
      case 1:
      case 2:
        return Null();
      case 3:
      case 4:
        return TwoAttributes();
      default:
        return WithLiteral();
    }
  }

  Question Id() {
    const std::string sign = Sign();
    const int id = generator_.Below(static_cast<int>(id_max_) + 10) - 5;
    return {absl::StrCat("id", sign, id), absl::StrCat("(id ", sign, " ", id, ")")};
  }

  Question Null() {
    const bool is_null = generator_.OneIn(2);
    const char* const words = is_null ? " is null" : " IS NOT NULL";
    const auto plural = [&](const char* name) -> Question {
      return {absl::StrCat(name, words),
              absl::StrCat("(json_array_length(j,'$.", name, "') ", is_null ? "= 0)" : "> 0)")};
    };
    switch (generator_.Below(6)) {
      case 0:
        return plural("e");
      case 1:
        return plural("g");
      case 2:
        return {
            absl::StrCat("e.f", words),
            Exists({"e"}, 0, "x",
                   absl::StrCat("json_array_length(x0.value,'$.f') ", is_null ? "= 0" : "> 0"))};
      case 3:
        return {absl::StrCat("o", words),
                absl::StrCat(is_null ? "(" : "(NOT ",
                             "coalesce(json_extract(j,'$.o.s'),json_extract(j,'$.o.i'),"
                             "json_extract(j,'$.o.p.d')) IS NULL)")};
      default:
        break;
    }
    const Scalar& scalar = generator_.OneOf(Scalars());
    return {absl::StrCat(scalar.Name(), words),
            Exists(scalar.plurals, 0, "x",
                   absl::StrCat("(", In(Last(scalar.plurals, "x"), scalar), words, ")"))};
  }

  Question WithLiteral() {
    const Scalar& scalar = generator_.OneOf(Scalars());
    const Value value = generator_.Literal(scalar.type);
    const std::string sign = Sign();
    const std::string left = In(Last(scalar.plurals, "x"), scalar);
    return {absl::StrCat(scalar.Name(), sign, value.literal),
            Exists(scalar.plurals, 0, "x",
                   Compared(left, sign, value.sql, scalar.type == Type::kText))};
  }

  Question TwoAttributes() {
    const Scalar& left = generator_.OneOf(Scalars());
    std::vector<Scalar> fitting;
    for (const Scalar& other : Scalars()) {
      if (ClassOf(other.type) == ClassOf(left.type)) fitting.push_back(other);
    }
    const Scalar right = generator_.OneOf(fitting);
    const std::string sign = Sign();
    size_t shared = 0;
    while (shared < std::min(left.plurals.size(), right.plurals.size()) &&
           left.plurals[shared] == right.plurals[shared]) {
      ++shared;
    }
    // The right side binds what it does not share under names of its own.
    const std::string right_variable = shared == 0 ? "y" : "x";
    const std::string condition = Compared(In(Last(left.plurals, "x"), left), sign,
                                           In(Last(right.plurals, right_variable), right),
                                           left.type == Type::kText && right.type == Type::kText);
    return {absl::StrCat(left.Name(), " ", sign, " ", right.Name()),
            Exists(left.plurals, 0, "x", Exists(right.plurals, shared, right_variable, condition))};
  }

  Generator& generator_;
  const int64_t id_max_;
};

class Table {
 public:
  Table() {
    sqlite3* opened = nullptr;
    EXPECT_EQ(::sqlite3_open(":memory:", &opened), SQLITE_OK);
    connection_.reset(opened);
    ::sqlite3_create_function(opened, "folded", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                              Fold, nullptr, nullptr);
    EXPECT_EQ(Ids("CREATE TABLE t(id INTEGER PRIMARY KEY, j TEXT)"), "");
  }

  void Insert(uint64_t id, const std::string& json) {
    EXPECT_EQ(Ids(absl::StrCat("INSERT INTO t VALUES(", id, ",", SqlText(json), ")")), "");
  }

  // The first column of the rows, as what a find of the attribute id answers.
  std::string Ids(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (::sqlite3_prepare_v2(connection_.get(), sql.c_str(), -1, &statement, nullptr) !=
        SQLITE_OK) {
      return absl::StrCat(::sqlite3_errmsg(connection_.get()), " in ", sql);
    }
    std::string ids;
    while (::sqlite3_step(statement) == SQLITE_ROW) {
      absl::StrAppend(&ids, ids.empty() ? "" : ",",
                      "{\"id\":", ::sqlite3_column_int64(statement, 0), "}");
    }
    return ::sqlite3_finalize(statement) == SQLITE_OK
               ? ids
               : absl::StrCat(::sqlite3_errmsg(connection_.get()), " in ", sql);
  }

 private:
  struct Close {
    void operator()(sqlite3* connection) const { ::sqlite3_close(connection); }
  };

  static void Fold(sqlite3_context* context, int, sqlite3_value** values) {
    const auto* text = reinterpret_cast<const char*>(::sqlite3_value_text(values[0]));
    if (text == nullptr) return ::sqlite3_result_null(context);
    const std::string folded = Folded(text);
    ::sqlite3_result_text(context, folded.data(), static_cast<int>(folded.size()),
                          SQLITE_TRANSIENT);
  }

  std::unique_ptr<sqlite3, Close> connection_;
};

int SearchCount() {
  const char* const wanted = std::getenv("DOSSIER_SEARCHES");
  int count = 3'000;
  if (wanted != nullptr) {
    EXPECT_TRUE(absl::SimpleAtoi(wanted, &count));
  }
  return count;
}

struct Setting {
  size_t large_plural_bytes;
  bool has_indexes;  // of every scalar
};

class SearchesAgainstSqlite : public ::testing::TestWithParam<Setting> {};

TEST_P(SearchesAgainstSqlite, AnswerTheSame) {
  const TemporaryDirectory directory;
  const auto engine = Engine::Open({.directory = directory.path(),
                                    .durability = Durability::kBuffered,
                                    .large_plural_bytes = GetParam().large_plural_bytes,
                                    .monotonic_clock = [] { return absl::ZeroDuration(); }});
  ASSERT_THAT(engine, IsOk());
  Session session = (*engine)->HostSession();
  ASSERT_THAT(session.CreateEntityType("t", kAttrDefs), IsOk());
  for (const Scalar& scalar : Scalars()) {
    if (!GetParam().has_indexes) break;
    ASSERT_THAT(session.AddIndex("t", scalar.Name()), IsOk());
  }
  Generator generator(20'240'229 + GetParam().large_plural_bytes);
  Table table;
  RecordMaker records(generator);
  uint64_t id_max = 0;
  for (int n = 0; n < kRecordCount; ++n) {
    const auto [json, table_json] = records.Make();
    const absl::StatusOr<Created> created = session.Create("t", json);
    ASSERT_THAT(created, IsOk()) << json;
    table.Insert(created->id, table_json);
    id_max = created->id;
  }
  ASSERT_THAT(session.AwaitIndexes(), IsOk());
  QuestionMaker questions(generator, static_cast<int64_t>(id_max));
  int some_count = 0;
  for (int n = 0; n < SearchCount() / kSettingCount; ++n) {
    const Question question = questions.Make(generator.Below(4));
    const auto [sort_on, order] = questions.Sort();
    const int max_results = generator.OneIn(3) ? generator.Below(20) : 1'000;
    const int first_result = generator.OneIn(3) ? generator.Below(20) : 0;
    const std::string all = absl::StrCat("SELECT id FROM t WHERE ", question.sql);
    const absl::StatusOr<FoundRecords> found =
        session.Find("t", {.filter = question.filter,
                           .sort_on = sort_on,
                           .attributes = {"id"},
                           .max_results = max_results,
                           .first_result = first_result,
                           .show_total_count = generator.OneIn(2)});
    ASSERT_THAT(found, IsOk()) << question.filter;
    ASSERT_EQ(found->records,
              absl::StrCat("[",
                           table.Ids(absl::StrCat(all, " ORDER BY ", order, " LIMIT ", max_results,
                                                  " OFFSET ", first_result)),
                           "]"))
        << question.filter << "\n"
        << absl::StrJoin(sort_on, " ") << "\n"
        << all << " ORDER BY " << order;
    const absl::StatusOr<uint64_t> count = session.Count("t", {.filter = question.filter});
    ASSERT_THAT(count, IsOk());
    ASSERT_EQ(absl::StrCat("{\"id\":", *count, "}"),
              table.Ids(absl::StrCat("SELECT count(*) FROM t WHERE ", question.sql)))
        << question.filter << "\n"
        << all;
    if (found->total_count) {
      ASSERT_EQ(*found->total_count, *count) << question.filter;
    }
    some_count += *count > 0 && *count < kRecordCount;
  }
  EXPECT_GT(some_count, SearchCount() / kSettingCount / 3) << "the filters choose nothing";
}

INSTANTIATE_TEST_SUITE_P(With, SearchesAgainstSqlite,
                         ::testing::Values(Setting{8192, false}, Setting{1, false},
                                           Setting{8192, true}, Setting{1, true}),
                         [](const auto& setting) {
                           return absl::StrCat(setting.param.has_indexes ? "Indexes" : "NoIndexes",
                                               "AndPluralsThatLeaveAt",
                                               setting.param.large_plural_bytes);
                         });

}  // namespace
}  // namespace dossier
