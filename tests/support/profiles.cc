#include "support/profiles.h"

#include <array>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace dossier::testing {
namespace {

constexpr std::array<const char*, 12> kGivenNames = {"Ada",       "Grace",   "Edsger", "Barbara",
                                                     "Jos\u00e9", "Frances", "Alan",   "Katherine",
                                                     "Niklaus",   "Radia",   "Donald", "Hedy"};
constexpr std::array<const char*, 12> kFamilyNames = {
    "Lovelace", "Hopper",  "Dijkstra", "Liskov",  "Garc\u00eda", "Allen",
    "Turing",   "Johnson", "Wirth",    "Perlman", "Knuth",       "Lamarr"};
constexpr std::array<const char*, 8> kCities = {"Portland", "Z\u00fcrich", "Austin",  "Utrecht",
                                                "Bologna",  "Gda\u0144sk", "Nairobi", "Osaka"};
constexpr std::array<const char*, 3> kDomains = {"accounts.example.com", "social.example.org",
                                                 "id.example.net"};
constexpr std::array<const char*, 16> kWords = {
    "coffee", "mountains", "reading", "the",  "sea",   "early",  "trains", "letters",
    "music",  "gardens",   "cycling", "maps", "paper", "winter", "bread",  "history"};

// SplitMix64: small, and the same numbers everywhere, which <random>'s distributions do not
// promise.
class Draw {
 public:
  explicit Draw(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t mixed = (state_ += 0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }

  uint64_t Below(uint64_t bound) { return Next() % bound; }

  template <typename Choices>
  const char* OneOf(const Choices& choices) {
    return choices[Below(choices.size())];
  }

 private:
  uint64_t state_;
};

std::string Sentence(Draw& draw, int word_count) {
  std::string sentence;
  for (int i = 0; i < word_count; ++i) {
    absl::StrAppend(&sentence, i == 0 ? "" : " ", draw.OneOf(kWords));
  }
  return sentence;
}

std::string Day(Draw& draw, int first_year, uint64_t year_count) {
  const int year = first_year + static_cast<int>(draw.Below(year_count));
  const int month = 1 + static_cast<int>(draw.Below(12));
  const int day = 1 + static_cast<int>(draw.Below(28));
  return absl::StrFormat("%04d-%02d-%02d", year, month, day);
}

// Each draw is a statement of its own: the order in which arguments are evaluated is the
// compiler's.
std::string PrimaryAddress(Draw& draw) {
  const uint64_t house = 1 + draw.Below(9999);
  const char* street = draw.OneOf(kWords);
  const char* city = draw.OneOf(kCities);
  const bool is_american = draw.Below(2) == 0;
  const uint64_t zip = draw.Below(100'000);
  const uint64_t phone = draw.Below(10'000);
  return absl::StrFormat(
      R"({"address1":"%d %s Street","city":"%s","stateAbbreviation":"%s","zip":"%05d",)"
      R"("country":"%s","phone":"+1 503 555 %04d"})",
      house, street, city, is_american ? "OR" : "NH", zip,
      is_american ? "United States" : "Netherlands", phone);
}

std::string Profiles(Draw& draw, uint64_t number) {
  std::string elements;
  for (const char* domain : kDomains) {
    absl::StrAppendFormat(&elements,
                          R"(%s{"identifier":"https://%s/users/%016x-%d","domain":"%s"})",
                          elements.empty() ? "" : ",", domain, draw.Next(), number, domain);
  }
  return elements;
}

std::string Statuses(Draw& draw) {
  std::string elements;
  for (int i = 0; i < 3; ++i) {
    const std::string status = Sentence(draw, 6);
    const std::string day = Day(draw, 2010, 10);
    const uint64_t second = draw.Below(24 * 60 * 60);
    absl::StrAppendFormat(&elements, R"(%s{"status":"%s","statusCreated":"%sT%02d:%02d:%02dZ"})",
                          i == 0 ? "" : ",", status, day, second / 3600, second / 60 % 60,
                          second % 60);
  }
  return elements;
}

}  // namespace

std::string ProfileEmail(uint64_t number) { return absl::StrCat("person", number, "@example.com"); }

std::string Profile(uint64_t number) {
  Draw draw(number);
  const std::string given_name = draw.OneOf(kGivenNames);
  const std::string family_name = draw.OneOf(kFamilyNames);
  const char* gender = draw.Below(2) == 0 ? "female" : "male";
  const std::string birthday = Day(draw, 1940, 65);
  const std::string about_me = Sentence(draw, 24);
  const std::string primary_address = PrimaryAddress(draw);
  const std::string profiles = Profiles(draw, number);
  const std::string statuses = Statuses(draw);
  return absl::StrFormat(
      R"({"email":"%s","givenName":"%s","familyName":"%s","displayName":"%s %s","gender":"%s",)"
      R"("birthday":"%s","aboutMe":"%s","primaryAddress":%s,"profiles":[%s],"statuses":[%s]})",
      ProfileEmail(number), given_name, family_name, given_name, family_name, gender, birthday,
      about_me, primary_address, profiles, statuses);
}

}  // namespace dossier::testing
