#include "calls/settings.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "workload.h"

namespace dossier::bench {
namespace {

constexpr size_t kRecordsMin = 1'000;

// Whether the argument is `--name=...`; what stands behind it.
bool Takes(std::string_view argument, std::string_view name, std::string& value) {
  if (!argument.starts_with(name) || argument.substr(name.size(), 1) != "=") return false;
  value = argument.substr(name.size() + 1);
  return true;
}

size_t Number(const std::string& text, size_t least) {
  const unsigned long long number = std::strtoull(text.c_str(), nullptr, 10);
  if (number < least) Fail(text, "is no number that is large enough");
  return number;
}

bool Take(std::string_view argument, Settings& settings) {
  std::string value;
  if (Takes(argument, "--directory", settings.directory)) return true;
  if (Takes(argument, "--records", value)) {
    settings.record_count = Number(value, kRecordsMin);
  } else if (Takes(argument, "--large_records", value)) {
    settings.large_record_count = Number(value, 0);
  } else if (Takes(argument, "--calls", value)) {
    settings.call_count = Number(value, 1);
  } else if (Takes(argument, "--synced_calls", value)) {
    settings.synced_call_count = Number(value, 1);
  } else {
    return false;
  }
  return true;
}

}  // namespace

Settings TakeSettings(int& argc, char** argv) {
  Settings settings;
  char** const end =
      std::remove_if(argv + 1, argv + argc, [&](char* each) { return Take(each, settings); });
  argc = static_cast<int>(end - argv);
  settings.call_count = std::min(settings.call_count, settings.record_count);
  settings.synced_call_count = std::min(settings.synced_call_count, settings.call_count);
  return settings;
}

}  // namespace dossier::bench
