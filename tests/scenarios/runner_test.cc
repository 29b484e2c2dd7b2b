// Plays every tests/scenarios/*.txt through dossier::api::Api: one test a file.
//
// With --rewrite or DOSSIER_REWRITE=1 the expectations that differ are written anew; read the diff.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "json_value.h"
#include "player.h"
#include "scenario.h"
#include "support/temporary_directory.h"

namespace dossier::scenarios {
namespace {

using ::testing::IsEmpty;

bool rewrite_wanted = false;

std::vector<std::string> ScenarioPaths() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(DOSSIER_SCENARIO_DIR)) {
    if (entry.path().extension() == ".txt") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string NameOf(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = std::filesystem::path(info.param).stem().string();
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

class ScenarioTest : public ::testing::TestWithParam<std::string> {};

TEST_P(ScenarioTest, AnswersAsWritten) {
  absl::StatusOr<Scenario> scenario = ReadScenario(GetParam());
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  bool has_source = false;
  for (const std::string& line : scenario->lines) {
    has_source = has_source || line.rfind("# Source: ", 0) == 0;
  }
  EXPECT_TRUE(has_source) << GetParam() << " does not name its source";
  // Where elements are kept changes no answer: all in their records, some, none.
  for (const size_t large_plural_bytes : {size_t{8192}, size_t{150}, size_t{1}}) {
    dossier::testing::TemporaryDirectory directory;
    Player player(*scenario, directory.path(), large_plural_bytes, rewrite_wanted);
    for (const Failure& failure : player.Play()) {
      ADD_FAILURE_AT(GetParam().c_str(), failure.line)
          << "plurals leave at " << large_plural_bytes << " bytes: " << failure.message;
    }
    if (rewrite_wanted || HasFailure()) break;
  }
  if (!rewrite_wanted) return;
  std::ofstream file(GetParam(), std::ios::trunc);
  for (const std::string& line : scenario->lines) file << line << "\n";
}

INSTANTIATE_TEST_SUITE_P(Files, ScenarioTest, ::testing::ValuesIn(ScenarioPaths()), NameOf);

// The judge itself: rules that a scenario could not show by passing.
struct JudgeCase {
  const char* name;
  const char* expectation;
  const char* answer;
  bool equal;
};

class JudgeTest : public ::testing::TestWithParam<JudgeCase> {};

TEST_P(JudgeTest, TellsDifferences) {
  std::optional<JsonValue> answer = ParseJson(GetParam().answer);
  ASSERT_TRUE(answer.has_value());
  Captures captures;
  captures["seven"] = *ParseJson("7");
  std::string difference = Difference(GetParam().expectation, *answer, captures);
  if (GetParam().equal) {
    EXPECT_THAT(difference, IsEmpty());
  } else {
    EXPECT_FALSE(difference.empty());
  }
}

constexpr char kError361[] =
    R"({"stat":"error","code":361,"error":"unique_violation","error_description":"d",)"
    R"("attribute_name":"/email","request_id":"aaaaaaaaaaaaaaaa"})";

INSTANTIATE_TEST_SUITE_P(
    Rules, JudgeTest,
    ::testing::Values(
        JudgeCase{"member_order", R"({"a":1,"b":2})", R"({"b":2,"a":1})", true},
        JudgeCase{"array_order", "[1,2]", "[2,1]", false},
        JudgeCase{"missing_member", R"({"a":1,"b":2})", R"({"a":1})", false},
        JudgeCase{"extra_member", R"({"a":1})", R"({"a":1,"b":2})", false},
        JudgeCase{"extra_member_allowed", R"({"a":1,"...":"<any>"})", R"({"a":1,"b":2})", true},
        JudgeCase{"number_text", "[1.0]", "[1.00]", false},
        JudgeCase{"number_is_no_string", "[1]", R"(["1"])", false},
        JudgeCase{"null_is_no_string", "[null]", R"(["null"])", false},
        JudgeCase{"escapes", R"(["\u00e9\n"])", R"(["é\n"])", true},
        JudgeCase{"capture", R"(["$seven"])", "[7]", true},
        JudgeCase{"capture_differs", R"(["$seven"])", "[8]", false},
        JudgeCase{"capture_type", R"(["$seven"])", R"(["7"])", false},
        JudgeCase{"id_form", R"(["<id>"])", R"(["1"])", false},
        JudgeCase{"time_form", R"(["<time>"])", R"(["2013-08-23 12:38:33.475581 +0000"])", true},
        JudgeCase{"time_without_zone", R"(["<time>"])", R"(["2013-08-23 12:38:33"])", false},
        JudgeCase{"time_zero_fraction", R"(["<time>"])", R"(["2013-08-23 12:38:33.000000 +0000"])",
                  false},
        JudgeCase{"uuid_form", R"(["<uuid>"])", R"(["02b0c68d-7d7a-49d8-a88d-022585b0f87"])",
                  false},
        JudgeCase{"error", "! 361 unique_violation attribute_name=/email", kError361, true},
        JudgeCase{"error_one_of", "! 360|361", kError361, true},
        JudgeCase{"error_code", "! 360", kError361, false},
        JudgeCase{"error_name", "! 361 constraint_violation", kError361, false},
        JudgeCase{"error_member", "! 361 attribute_name=email", kError361, false},
        JudgeCase{"error_for_ok", "! 361", R"({"stat":"ok"})", false}),
    [](const auto& judge_case) { return std::string(judge_case.param.name); });

}  // namespace
}  // namespace dossier::scenarios

int main(int argc, char** argv) {
  ::testing::InitGoogleMock(&argc, argv);
  const char* rewrite = std::getenv("DOSSIER_REWRITE");
  dossier::scenarios::rewrite_wanted = rewrite != nullptr && std::string(rewrite) == "1";
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--rewrite") dossier::scenarios::rewrite_wanted = true;
  }
  return RUN_ALL_TESTS();
}
