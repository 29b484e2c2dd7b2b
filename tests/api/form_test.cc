#include <string>

#include "dossier/api.h"
#include "dossier/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dossier::api {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;

struct FormRow {
  const char* name;
  std::string text;
  Parameters parameters;
};

TEST(AddForm, DecodesAsItsClientsWrite) {
  const FormRow rows[] = {
      {"nothing", "", {}},
      {"one", "a=b", {{"a", "b"}}},
      {"in order, twice", "a=1&b=2&a=3", {{"a", "1"}, {"b", "2"}, {"a", "3"}}},
      {"no value", "a&b=&=c&=", {{"a", ""}, {"b", ""}, {"", "c"}, {"", ""}}},
      {"empty fields", "&&a=1&&", {{"a", "1"}}},
      {"equals in the value", "a=b=c==", {{"a", "b=c=="}}},
      {"plus", "a+b=c+d+", {{"a b", "c d "}}},
      {"escapes of either case", "%61=%C3%a9%2B%26%3d%25", {{"a", "\xc3\xa9+&=%"}}},
      {"escaped twice", "a=%2541", {{"a", "%41"}}},
      {"nul", "a=%00b", {{"a", std::string("\0b", 2)}}},
      {"broken escapes",
       "a=%&b=%4&c=%zz&d=%4g&e=100%",
       {{"a", "%"}, {"b", "%4"}, {"c", "%zz"}, {"d", "%4g"}, {"e", "100%"}}},
      {"an escape at the end", "a=%41", {{"a", "A"}}},
      {"percent before an escape", "a=%%41", {{"a", "%A"}}},
      {"raw JSON", R"(value={"a":"#1","b":[1]})", {{"value", R"({"a":"#1","b":[1]})"}}},
      {"raw path", "attribute_name=profiles#68507", {{"attribute_name", "profiles#68507"}}},
      {"semicolons are no separators", "a=1;b=2", {{"a", "1;b=2"}}},
      {"bytes that are no UTF-8", "a=\xff%fe", {{"a", "\xff\xfe"}}},
  };
  for (const FormRow& row : rows) {
    Parameters parameters;
    AddForm(row.text, parameters);
    EXPECT_EQ(parameters, row.parameters) << row.name;
  }
}

TEST(AddForm, AppendsToWhatIsThere) {
  Parameters parameters;
  AddForm("a=1", parameters);
  AddForm("a=2", parameters);
  EXPECT_THAT(parameters, ElementsAre(Pair("a", "1"), Pair("a", "2")));
}

TEST(AddForm, DropsWhatIsTooMuch) {
  std::string text;
  for (size_t i = 0; i < kParameterCountMax + 10; ++i) text += "a=b&";
  Parameters parameters;
  AddForm(text, parameters);
  AddForm("c=d", parameters);
  EXPECT_THAT(parameters, SizeIs(kParameterCountMax));
  EXPECT_EQ(parameters.back().first, "a");
}

}  // namespace
}  // namespace dossier::api
