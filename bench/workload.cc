#include "workload.h"

#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <random>
#include <utility>

#include "support/profiles.h"

namespace dossier::bench {
namespace {

constexpr uint64_t kSeed = 20240229;

std::string WithDisplayName(std::string profile, std::string_view name) {
  constexpr std::string_view kKey = R"("displayName":")";
  const size_t begin = profile.find(kKey) + kKey.size();
  return profile.replace(begin, profile.find('"', begin) - begin, name);
}

// std::shuffle draws otherwise on other libraries; this is the same everywhere.
std::vector<uint32_t> Shuffled(std::vector<uint32_t> numbers) {
  std::mt19937_64 draw(kSeed);
  for (size_t i = numbers.size() - 1; i > 0; --i) std::swap(numbers[i], numbers[draw() % (i + 1)]);
  return numbers;
}

}  // namespace

const std::string_view kAttrDefs = R"([
  {"name":"email","type":"string","length":256,"constraints":["unique"]},
  {"name":"givenName","type":"string","length":1000,"constraints":["unicode-printable"]},
  {"name":"familyName","type":"string","length":1000,"constraints":["unicode-printable"]},
  {"name":"displayName","type":"string","length":1000},
  {"name":"gender","type":"string","length":100},
  {"name":"birthday","type":"date"},
  {"name":"aboutMe","type":"string"},
  {"name":"primaryAddress","type":"object","attr_defs":[
    {"name":"address1","type":"string","length":1000,"constraints":["unicode-printable"]},
    {"name":"city","type":"string","length":1000,"constraints":["unicode-printable"]},
    {"name":"stateAbbreviation","type":"string","length":100,"constraints":["unicode-printable"]},
    {"name":"zip","type":"string","length":100,"constraints":["unicode-printable"]},
    {"name":"country","type":"string","length":1000,"constraints":["unicode-printable"]},
    {"name":"phone","type":"string","length":100,"constraints":["unicode-printable"]}]},
  {"name":"profiles","type":"plural","attr_defs":[
    {"name":"identifier","type":"string","length":1000,"constraints":["required","unique"]},
    {"name":"domain","type":"string","length":1000,"constraints":["required"]}]},
  {"name":"statuses","type":"plural","attr_defs":[
    {"name":"status","type":"string","length":1000},
    {"name":"statusCreated","type":"dateTime"}]}])";

Workload::Workload() : rising(kRecordCount) {
  std::iota(rising.begin(), rising.end(), 0u);
  shuffled = Shuffled(rising);
  for (size_t n = 0; n < kRecordCount; ++n) {
    profiles.push_back(testing::Profile(n));
    replacements.push_back(WithDisplayName(profiles.back(), "Somebody Else"));
    emails.push_back(testing::ProfileEmail(n));
  }
}

double ProcessCpuMicros() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) Fail("getrusage", "it failed");
  const auto micros = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return micros(usage.ru_utime) + micros(usage.ru_stime);
}

DirectoryCopy::DirectoryCopy(const std::string& original) {
  std::error_code error;
  std::filesystem::copy(original, path(), std::filesystem::copy_options::recursive, error);
  if (error) Fail("copying a loaded store", error.message());
}

void Fail(std::string_view what, std::string_view why) {
  std::fprintf(stderr, "dossier-bench: %.*s: %.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(why.size()), why.data());
  std::exit(1);
}

}  // namespace dossier::bench
