#include "peers/people.h"

#include <cstdio>
#include <numeric>
#include <random>
#include <utility>

#include "support/profiles.h"

namespace dossier::bench {
namespace {

constexpr uint64_t kSeed = 20240229;
constexpr uint32_t kTextsOfLarge = 14;     // of other people, behind one's own
constexpr uint32_t kStatusesOfLarge = 18;  // the same
constexpr uint32_t kOthersCount = 4'096;
constexpr uint32_t kOthers = 1'000'000'000;
constexpr std::string_view kAboutMe = R"("aboutMe":")";

// What stands between the end of `begin` and the next `end`.
std::string_view Between(std::string_view json, std::string_view begin, char end) {
  const std::string_view rest = json.substr(json.find(begin) + begin.size());
  return rest.substr(0, rest.find(end));
}

// Parts of other people, made once, for records that are larger than theirs.
struct Others {
  Others() {
    for (uint32_t n = 0; n < kOthersCount; ++n) {
      const std::string profile = testing::Profile(kOthers + n);
      texts.emplace_back(Between(profile, kAboutMe, '"'));
      statuses.push_back(std::string(Between(profile, R"("statuses":[)", '}')) + '}');
    }
  }

  std::vector<std::string> texts;
  std::vector<std::string> statuses;
};

std::string Small(uint32_t number) {
  std::string profile = testing::Profile(number);
  const size_t text = profile.find(kAboutMe);
  profile.erase(text, profile.find(R"("primaryAddress")") - text);
  for (const char* plural : {R"("profiles":[)", R"("statuses":[)"}) {
    const size_t second = profile.find('}', profile.find(plural)) + 1;
    profile.erase(second, profile.find(']', second) - second);
  }
  return profile;
}

std::string Large(uint32_t number) {
  static const Others others;
  const auto other = [number](uint32_t n) {
    return (number * (kTextsOfLarge + kStatusesOfLarge) + n) % kOthersCount;
  };
  std::string statuses;
  for (uint32_t n = 0; n < kStatusesOfLarge; ++n) statuses += ',' + others.statuses[other(n)];
  std::string texts;
  for (uint32_t n = 0; n < kTextsOfLarge; ++n) {
    texts += ' ' + others.texts[other(kStatusesOfLarge + n)];
  }
  std::string profile = testing::Profile(number);
  profile.insert(profile.rfind(']'), statuses);
  profile.insert(profile.find('"', profile.find(kAboutMe) + kAboutMe.size()), texts);
  return profile;
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
