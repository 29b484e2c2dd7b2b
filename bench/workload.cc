#include "workload.h"

#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "support/profiles.h"

namespace dossier::bench {
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

Workload::Workload() {
  for (size_t n = 0; n < kRecordCount; ++n) profiles.push_back(testing::Profile(n));
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
  std::fflush(nullptr);
  std::_Exit(1);  // other threads may be waiting for what is not there
}

}  // namespace dossier::bench
