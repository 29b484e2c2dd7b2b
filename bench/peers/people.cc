#include "peers/people.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>
#include <utility>

#include "support/profiles.h"

namespace dossier::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kSeed = 20240229;
constexpr uint32_t kTextsOfLarge = 14;     // of other people, behind one's own
constexpr uint32_t kStatusesOfLarge = 21;  // the same
constexpr uint32_t kOthers = 1'000'000'000;

std::string Small(uint32_t number) {
  Json profile = Json::parse(testing::Profile(number));
  profile.erase("aboutMe");
  for (const char* plural : {"profiles", "statuses"}) {
    profile[plural].erase(profile[plural].begin() + 1, profile[plural].end());
  }
  return profile.dump();
}

std::string Large(uint32_t number) {
  Json profile = Json::parse(testing::Profile(number));
  std::string text = profile["aboutMe"];
  for (uint32_t n = 0; n < kTextsOfLarge; ++n) {
    const Json other = Json::parse(testing::Profile(kOthers + number + n));
    text += ' ' + other["aboutMe"].get<std::string>();
    for (const Json& status : other["statuses"]) {
      if (profile["statuses"].size() < kStatusesOfLarge) profile["statuses"].push_back(status);
    }
  }
  profile["aboutMe"] = text;
  return profile.dump();
}

std::string WithDisplayName(std::string profile, std::string_view name) {
  constexpr std::string_view kKey = R"("displayName":")";
  const size_t begin = profile.find(kKey) + kKey.size();
  return profile.replace(begin, profile.find('"', begin) - begin, name);
}

}  // namespace

std::string ProfileOf(uint32_t number, ProfileSize size) {
  switch (size) {
    case ProfileSize::kSmall:
      return Small(number);
    case ProfileSize::kMiddle:
      return testing::Profile(number);
    case ProfileSize::kLarge:
      return Large(number);
  }
  return {};
}

Person PersonOf(uint32_t number, ProfileSize size) {
  Person person{.number = number, .email = testing::ProfileEmail(number)};
  person.profile = ProfileOf(number, size);
  person.replacement = WithDisplayName(person.profile, "Somebody Else");
  return person;
}

std::string UuidOf(uint32_t number) {
  const uint64_t mixed = (uint64_t{number} + 1) * 0x9e3779b97f4a7c15;
  char text[37];
  std::snprintf(text, sizeof text, "%08x-%04x-4%03x-8%03x-%012llx",
                static_cast<unsigned>(mixed >> 32), static_cast<unsigned>(mixed >> 16 & 0xffff),
                static_cast<unsigned>(mixed >> 4 & 0xfff), static_cast<unsigned>(number & 0xfff),
                static_cast<unsigned long long>(mixed & 0xffffffffffff));
  return text;
}

// std::shuffle draws otherwise on other libraries; this is the same everywhere.
std::vector<uint32_t> ShuffledNumbers(uint32_t bound, size_t count) {
  std::vector<uint32_t> numbers(bound);
  std::iota(numbers.begin(), numbers.end(), 0u);
  std::mt19937_64 draw(kSeed);
  for (size_t i = numbers.size() - 1; i > 0; --i) std::swap(numbers[i], numbers[draw() % (i + 1)]);
  numbers.resize(count);
  return numbers;
}

}  // namespace dossier::bench
