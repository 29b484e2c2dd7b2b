#include "base/time_text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/time_free_form.h"

namespace dossier {
namespace {

constexpr int64_t kSecondMicros = 1'000'000;
constexpr int64_t kDayMicros = 86'400 * kSecondMicros;

// Of 0001-01-01 and 9999-12-31.
constexpr int32_t kFirstDay = -719'162;
constexpr int32_t kLastDay = 2'932'896;

constexpr size_t kDateBytes = 10;      // 2013-08-23
constexpr size_t kDateTimeBytes = 19;  // 2013-08-23 12:38:33

int Digit(char c) { return static_cast<unsigned char>(c) - '0'; }

// The number of `count` digits; negative where one is not a digit.
int Number(const char* at, int count) {
  int number = 0;
  for (int i = 0; i < count; ++i) {
    const int digit = Digit(at[i]);
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

std::optional<std::chrono::year_month_day> ReadCanonicalDate(std::string_view text) {
  if (text.size() < kDateBytes || text[4] != '-' || text[7] != '-') return std::nullopt;
  return CalendarDate(Number(text.data(), 4), Number(text.data() + 5, 2),
                      Number(text.data() + 8, 2));
}

// Removes the fraction at the front of `text`, the dot included, and returns its microseconds;
// negative where no digit follows the dot.
int64_t TakeFraction(std::string_view& text) {
  int64_t micros = 0;
  int64_t unit = kSecondMicros;
  size_t i = 1;
  for (; i < text.size() && Digit(text[i]) >= 0 && Digit(text[i]) <= 9; ++i) {
    unit /= 10;
    micros += Digit(text[i]) * unit;
  }
  text.remove_prefix(i);
  return i > 1 ? micros : -1;
}

// The forms that clients send in bulk: YYYY-MM-DD, alone or with [ T]HH:MM:SS[.f+][ ][Z|+0000].
// Nothing for every other text, also for valid ones.
std::optional<WrittenTime> ReadCanonical(std::string_view text) {
  const auto date = ReadCanonicalDate(text);
  if (!date) return std::nullopt;
  if (text.size() == kDateBytes) return WrittenTime{*date, 0, 0};
  if (text.size() < kDateTimeBytes || (text[10] != ' ' && text[10] != 'T') || text[13] != ':' ||
      text[16] != ':') {
    return std::nullopt;
  }
  const int hour = Number(text.data() + 11, 2);
  const int minute = Number(text.data() + 14, 2);
  const int second = Number(text.data() + 17, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
    return std::nullopt;
  }
  text.remove_prefix(kDateTimeBytes);
  int64_t fraction = 0;
  if (!text.empty() && text[0] == '.') fraction = TakeFraction(text);
  if (fraction < 0) return std::nullopt;
  if (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  if (!text.empty() && text != "Z" && text != "+0000") return std::nullopt;
  return WrittenTime{*date, ((hour * 60 + minute) * 60 + second) * kSecondMicros + fraction, 0};
}

std::optional<WrittenTime> Read(std::string_view text, int64_t now_micros) {
  if (const auto written = ReadCanonical(text)) return written;
  return ReadFreeForm(text, now_micros);
}

int32_t DaysOf(std::chrono::year_month_day date) {
  return static_cast<int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

constexpr std::array<char, 200> kDigitPairs = [] {
  std::array<char, 200> pairs = {};
  for (size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

char* WritePair(uint32_t number, char* at) {
  std::memcpy(at, &kDigitPairs[2 * number], 2);
  return at + 2;
}

// `separator` comes before the pair.
char* WritePair(char separator, uint32_t number, char* at) {
  *at = separator;
  return WritePair(number, at + 1);
}

char* WriteDate(int32_t days, char* at) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  const auto year = static_cast<uint32_t>(static_cast<int>(date.year()));
  at = WritePair(year / 100, at);
  at = WritePair(year % 100, at);
  at = WritePair('-', static_cast<unsigned>(date.month()), at);
  return WritePair('-', static_cast<unsigned>(date.day()), at);
}

}  // namespace

std::optional<int64_t> ParseDateTime(std::string_view text, int64_t now_micros) {
  const auto written = Read(text, now_micros);
  if (!written) return std::nullopt;
  const int64_t micros = DaysOf(written->date) * kDayMicros + written->micros_of_day -
                         written->offset_seconds * kSecondMicros;
  if (micros < kFirstDay * kDayMicros || micros >= (kLastDay + 1) * kDayMicros) {
    return std::nullopt;
  }
  return micros;
}

std::optional<int32_t> ParseDate(std::string_view text, int64_t now_micros) {
  const auto written = Read(text, now_micros);
  if (!written) return std::nullopt;
  return DaysOf(written->date);
}

void AppendDateTime(int64_t micros, std::string& out) {
  micros = std::clamp(micros, kFirstDay * kDayMicros, (kLastDay + 1) * kDayMicros - 1);
  int64_t day = micros / kDayMicros;
  int64_t rest = micros % kDayMicros;
  if (rest < 0) {
    rest += kDayMicros;
    --day;
  }
  const auto seconds = static_cast<uint32_t>(rest / kSecondMicros);
  const auto fraction = static_cast<uint32_t>(rest % kSecondMicros);
  std::array<char, 32> text;
  char* at = WriteDate(static_cast<int32_t>(day), text.data());
  at = WritePair(' ', seconds / 3600, at);
  at = WritePair(':', seconds / 60 % 60, at);
  at = WritePair(':', seconds % 60, at);
  if (fraction != 0) {
    at = WritePair('.', fraction / 10'000, at);
    at = WritePair(fraction / 100 % 100, at);
    at = WritePair(fraction % 100, at);
  }
  std::memcpy(at, " +0000", 6);
  out.append(text.data(), static_cast<size_t>(at + 6 - text.data()));
}

void AppendDate(int32_t days, std::string& out) {
  std::array<char, kDateBytes> text;
  WriteDate(std::clamp(days, kFirstDay, kLastDay), text.data());
  out.append(text.data(), text.size());
}

}  // namespace dossier
