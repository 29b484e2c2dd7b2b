// The tools of the other tests: a matcher that always matches would hide every failure.
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/errors.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/profiles.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Not;
using ::testing::StartsWith;

TEST(StatusMatchers, TellGoodFromBad) {
  const absl::StatusOr<int> seven = 7;
  const absl::StatusOr<int> lost = absl::NotFoundError("no such record");
  EXPECT_THAT(absl::OkStatus(), IsOk());
  EXPECT_THAT(lost.status(), Not(IsOk()));
  EXPECT_THAT(seven, IsOkAndHolds(7));
  EXPECT_THAT(seven, Not(IsOkAndHolds(8)));
  EXPECT_THAT(lost, Not(IsOkAndHolds(7)));
  EXPECT_THAT(lost, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(lost, Not(StatusIs(absl::StatusCode::kDataLoss)));
  EXPECT_THAT(lost, StatusIs(absl::StatusCode::kNotFound, HasSubstr("record")));
  EXPECT_THAT(lost, Not(StatusIs(absl::StatusCode::kNotFound, HasSubstr("element"))));
  EXPECT_THAT(errors::RecordNotFound(), HasError(310));
  EXPECT_THAT(errors::UnknownAttribute("/x"), HasErrorAt(223, "/x"));
  EXPECT_THAT(errors::UnknownAttribute("/x"), Not(HasErrorAt(223, "/y")));
  EXPECT_THAT(errors::RecordNotFound(), Not(HasError(222)));
  EXPECT_THAT(lost, Not(HasError(310)));
  EXPECT_THAT(absl::OkStatus(), Not(HasError(310)));
}

TEST(TemporaryDirectory, IsGoneWithAllItHeld) {
  std::string path;
  {
    const TemporaryDirectory directory;
    const TemporaryDirectory other;
    path = directory.path();
    EXPECT_NE(path, other.path());
    std::ofstream(directory.Join("file")) << "content";
    EXPECT_TRUE(std::filesystem::exists(directory.Join("file")));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Profile, IsOfOneSizeAndRepeatable) {
  std::set<std::string> seen;
  for (uint64_t number = 0; number < 1'000; ++number) {
    const std::string profile = Profile(number);
    EXPECT_EQ(profile, Profile(number));
    EXPECT_THAT(profile.size(), AllOf(Ge(1'000u), Le(1'250u))) << profile;
    EXPECT_THAT(profile, AllOf(StartsWith("{"), EndsWith("]}"), HasSubstr(ProfileEmail(number))));
    EXPECT_TRUE(seen.insert(profile).second);
  }
}

}  // namespace
}  // namespace dossier::testing
