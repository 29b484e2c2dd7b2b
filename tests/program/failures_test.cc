// The file of the rows that an import refused, when an import that was stopped goes on.
#include "failures.h"

#include <signal.h>
#include <sys/resource.h>

#include <fstream>
#include <string>

#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier::program {
namespace {

using dossier::testing::IsOk;
using dossier::testing::TemporaryDirectory;

constexpr std::string_view kFirst = "{\"failure\":{\"number\":1},\"row\":{}}\n";
constexpr std::string_view kThird = "{\"failure\":{\"number\":3},\"row\":{}}\n";

class FailuresTest : public ::testing::Test {
 protected:
  void Write(std::string_view text) { std::ofstream(path_, std::ios::binary) << text; }
  std::string Read() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const TemporaryDirectory top_;
  const std::string path_ = top_.Join("failures");
};

TEST_F(FailuresTest, KeepsThoseOfTheRowsThatAreDone) {
  Write(std::string(kFirst) + std::string(kThird));
  const auto failures = Failures::Open(path_, 3);
  ASSERT_THAT(failures, IsOk());
  EXPECT_EQ((*failures)->count(), 1u);
  EXPECT_EQ(Read(), kFirst);
  ASSERT_THAT((*failures)->Add({.line = 5, .json = "{}"}, 4, absl::UnknownError("why")), IsOk());
  EXPECT_EQ(Read(), std::string(kFirst) +
                        R"({"failure":{"line":5,"number":4,"reason":"why"},"row":{}})"
                        "\n");
  EXPECT_THAT(Failures::Open(path_, 0), IsOk());
  EXPECT_EQ(Read(), "");
}

TEST_F(FailuresTest, WhatIsNoFailureIsLeftOut) {
  Write(std::string(kFirst) +
        "{\"failure\":3}\n{\"failure\":{\"number\":\"x\"}}\n{\"failure\":{\"number\":-1}}\n[1]"
        "\n\xff\n" +
        "{\"failure\":{\"number\":2},\"ro");
  EXPECT_THAT(Failures::Open(path_, 9), IsOk());
  EXPECT_EQ(Read(), kFirst);
}

// The disk is full when the import goes on: what the run before wrote is all there is of those rows.
TEST_F(FailuresTest, LosesNoneWhereTheyCannotBeWritten) {
  Write(std::string(kFirst) + std::string(kThird));
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  const rlimit none{.rlim_cur = 1, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &none), 0);
  const auto failures = Failures::Open(path_, 3);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  signal(SIGXFSZ, handler);
  EXPECT_EQ(failures.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Read(), std::string(kFirst) + std::string(kThird));
}

}  // namespace
}  // namespace dossier::program
