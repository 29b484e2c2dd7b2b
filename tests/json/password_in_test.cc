// Passwords on their way in: what is noted to be hashed, what is kept as given, what is refused.
#include "json/password_in.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dossier/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "record/test_records.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::HasErrorAt;
using ::dossier::testing::IsOk;
using ::dossier::testing::TestRecords;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kShape =
    "name:string secret:password keys[key:password] o{pin:password*}";

std::string Password(std::string_view json) {
  return absl::StrCat(R"({"secret":)", std::string(json),
                      R"(,"o":{"pin":{"type":"password-x","value":"v"}}})");
}

std::string Read(TestRecords& records, std::string_view record, std::string_view path) {
  std::string json;
  EXPECT_TRUE(AppendValueJson(RecordView::Trusted(record),
                              Path::Parse(path, records.shape(), "").value(), nullptr, json));
  return json;
}

TEST(PasswordIn, KeepsHashObjectsAsGiven) {
  struct Row {
    const char* given;
    const char* read;  // null: as given
  };
  for (const Row& row : {
           Row{R"({"type":"password-bcrypt","value":"$2a$04$abc"})", nullptr},
           Row{R"({"type":"password","value":""})", nullptr},
           Row{R"({"value":"EA78","salt":"S41t","type":"password-md5-salted-right-base64"})",
               nullptr},
           Row{R"({"type":"password-no.such_Scheme-1","value":"\"\\\u0001é"})", nullptr},
           Row{R"({ "type" : "password-md5" , "value":"a\u0062\/" , "salt":null,"more":null})",
               R"({"type":"password-md5","value":"ab/"})"},
           Row{R"({"type":"password-pbkdf2-sha1","value":"x","iterations": 1.50e3 ,"b64":true})",
               R"({"type":"password-pbkdf2-sha1","value":"x","iterations":1.50e3,"b64":true})"},
       }) {
    TestRecords records(kShape);
    const auto record = records.Create(Password(row.given));
    ASSERT_THAT(record, IsOk()) << row.given;
    EXPECT_THAT(records.Verify(*record), IsOk());
    EXPECT_EQ(Read(records, *record, "/secret"), row.read == nullptr ? row.given : row.read);
    const auto again = records.Apply(*record, Mode::kReplace, "/", records.Json(*record));
    ASSERT_THAT(again, IsOk()) << row.given;
    EXPECT_EQ(records.Json(*again), records.Json(*record)) << "a record read can be written back";
  }
}

TEST(PasswordIn, NullClears) {
  TestRecords records(kShape);
  const auto record = records.Create(Password(R"({"type":"password","value":"v"})"));
  ASSERT_THAT(record, IsOk());
  const auto cleared = records.Apply(*record, Mode::kUpdate, "/secret", "null");
  ASSERT_THAT(cleared, IsOk());
  EXPECT_EQ(Read(records, *cleared, "/secret"), "null");
  EXPECT_THAT(records.Apply(*record, Mode::kUpdate, "/o/pin", "null"), HasErrorAt(362, "/o/pin"));
}

TEST(PasswordIn, Refuses) {
  std::string many = R"({"type":"password","value":"v")";
  for (size_t i = 2; i <= kPasswordMembersMax; ++i) absl::StrAppend(&many, ",\"m", i, "\":null");
  struct Row {
    const char* name;
    std::string json;
    int code;
  };
  for (const Row& row : {
           Row{"number", "1", 341},
           Row{"boolean", "true", 341},
           Row{"array", R"(["x"])", 341},
           Row{"empty object", "{}", 340},
           Row{"no value", R"({"type":"password"})", 340},
           Row{"no type", R"({"value":"x"})", 340},
           Row{"null type", R"({"type":null,"value":"x"})", 341},
           Row{"null value", R"({"type":"password","value":null})", 341},
           Row{"number for a value", R"({"type":"password","value":1})", 341},
           Row{"number for a salt", R"({"type":"password","value":"x","salt":1})", 341},
           Row{"object in it", R"({"type":"password","value":"x","more":{}})", 341},
           Row{"array in it", R"({"type":"password","value":"x","more":[]})", 341},
           Row{"another type", R"({"type":"md5","value":"x"})", 340},
           Row{"type with nothing behind", R"({"type":"password-","value":"x"})", 340},
           Row{"type without a hyphen", R"({"type":"passwords","value":"x"})", 340},
           Row{"type with a blank", R"({"type":"password-a b","value":"x"})", 340},
           Row{"long type",
               absl::StrCat(R"({"type":"password-)", std::string(56, 'a'), R"(","value":"x"})"),
               340},
           Row{"type twice", R"({"type":"password","type":"password","value":"x"})", 340},
           Row{"unknown member twice", R"({"type":"password","value":"x","a":null,"a":1})", 340},
           Row{"17 members", many + "}", 340},
           Row{"long value",
               absl::StrCat(R"({"type":"password","value":")",
                            std::string(kPasswordObjectBytesMax, 'a'), R"("})"),
               340},
           Row{"empty text", R"("")", 340},
           Row{"text with a NUL", R"("a\u0000b")", 340},
           Row{"long text", absl::StrCat("\"", std::string(kPasswordTextBytesMax + 1, 'a'), "\""),
               340},
       }) {
    TestRecords records(kShape);
    const auto record = records.Create(Password(row.json));
    EXPECT_THAT(record, HasErrorAt(row.code, "/secret")) << row.name;
    EXPECT_THAT(record.status().ToString(), Not(HasSubstr("aaaa"))) << "no value in an error";
  }
  TestRecords records(kShape);
  EXPECT_THAT(records.Create(Password(R"({"type":"password","value":01})")), HasError(200));
  EXPECT_THAT(records.Create(Password(R"({"type":"password","value":"x","n":01})")), HasError(200));
  EXPECT_THAT(records.Create(Password(R"({"type":"password","value":"x","n":tru})")),
              HasError(200));
}

// The walk of one change with `passwords`.
absl::StatusOr<SharedBytes> Walk(const Shape& shape, std::string_view json,
                                 PlainPasswords& passwords) {
  EntityId next = 1;
  const auto new_id = [&]() -> absl::StatusOr<EntityId> { return next++; };
  return ChangedRecord(nullptr, shape, {.mode = Mode::kCreate, .value = json}, {},
                       {testing::CheckLength, new_id, &passwords});
}

TEST(PasswordIn, NotesTextsAndTakesTheirHashesInTheNextWalk) {
  TestRecords records(kShape);
  const std::string json =
      R"({"keys":[{"key":"o\u006ee"},{"key":{"type":"password-md5","value":"v"}},{"key":"two"}],
          "secret":null,"o":{"pin":"three"}})";
  PlainPasswords passwords;
  const auto draft = Walk(records.shape(), json, passwords);
  ASSERT_THAT(draft, IsOk());
  ASSERT_TRUE(passwords.lacks_hashes());
  std::vector<std::string> texts;
  for (const auto& entry : passwords.entries()) texts.push_back(entry.text);
  EXPECT_THAT(texts, ::testing::ElementsAre("one", "two", "three"));
  EXPECT_THAT(records.Json(**draft), Not(HasSubstr("three")));
  ASSERT_THAT(Walk(records.shape(), json, passwords), IsOk());
  EXPECT_EQ(passwords.entries().size(), 3u) << "a second walk meets the same texts";
  for (size_t i = 0; i < 3; ++i) {
    passwords.SetHash(i, absl::StrCat(R"({"type":"password","value":"h)", i, R"("})"));
    EXPECT_EQ(passwords.entries()[i].text, "");
  }
  EXPECT_FALSE(passwords.lacks_hashes());
  const auto record = Walk(records.shape(), json, passwords);
  ASSERT_THAT(record, IsOk());
  EXPECT_EQ(Read(records, **record, "/keys#1/key"), R"({"type":"password","value":"h0"})");
  EXPECT_EQ(Read(records, **record, "/keys#2/key"), R"({"type":"password-md5","value":"v"})");
  EXPECT_EQ(Read(records, **record, "/keys#3/key"), R"({"type":"password","value":"h1"})");
  EXPECT_EQ(Read(records, **record, "/o/pin"), R"({"type":"password","value":"h2"})");
}

TEST(PasswordIn, BoundsThePlainTextsOfAWrite) {
  TestRecords records(kShape);
  std::string keys;
  for (size_t i = 0; i < kPlainPasswordsMax; ++i) keys += R"({"key":"x"},)";
  const std::string pin = R"("o":{"pin":{"type":"password","value":"v"}})";
  PlainPasswords most;
  EXPECT_THAT(Walk(records.shape(), absl::StrCat(R"({"keys":[)", keys, "{}],", pin, "}"), most),
              IsOk());
  EXPECT_EQ(most.entries().size(), kPlainPasswordsMax);
  PlainPasswords more;
  EXPECT_THAT(
      Walk(records.shape(), absl::StrCat(R"({"keys":[)", keys, R"({"key":"x"}],)", pin, "}"), more),
      HasError(200));
}

TEST(PasswordIn, ASchemeThatMakesNoHashTakesObjectsOnly) {
  Shape shape;
  Attribute attribute;
  attribute.name = "secret";
  attribute.number = kFirstFreeNumber;
  attribute.kind = Kind::kPassword;
  shape.Add(std::move(attribute));
  shape.Seal(nullptr);
  PlainPasswords passwords;
  EXPECT_THAT(Walk(shape, R"({"secret":"x"})", passwords), HasErrorAt(340, "/secret"));
  EXPECT_THAT(Walk(shape, R"({"secret":{"type":"password-netforum","value":"x"}})", passwords),
              IsOk());
  EXPECT_TRUE(passwords.entries().empty());
}

}  // namespace
}  // namespace dossier
