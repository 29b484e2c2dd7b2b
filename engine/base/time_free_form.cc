#include "base/time_free_form.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace dossier {
namespace {

constexpr int64_t kSecondMicros = 1'000'000;
constexpr int64_t kDayMicros = 86'400 * kSecondMicros;

// Bytes of a text: several times the longest form, so that junk is refused without being read.
constexpr size_t kTextBytesMax = 96;

// Digits of one number: YYYYMMDD is the longest.
constexpr size_t kNumberDigitsMax = 8;

// Seconds of a zone's offset that are too many. Source: PostgreSQL's displacement limit.
constexpr int kOffsetSecondsEnd = 16 * 3600;

enum class Word : uint8_t { kMonth, kWeekday, kHalfDay, kUtc, kTimeMark, kIgnored, kDaysAgo, kNow };

struct NamedWord {
  std::string_view name;
  Word word;
  int value;
};

constexpr std::array kWords = {
    NamedWord{"january", Word::kMonth, 1},     NamedWord{"february", Word::kMonth, 2},
    NamedWord{"march", Word::kMonth, 3},       NamedWord{"april", Word::kMonth, 4},
    NamedWord{"may", Word::kMonth, 5},         NamedWord{"june", Word::kMonth, 6},
    NamedWord{"july", Word::kMonth, 7},        NamedWord{"august", Word::kMonth, 8},
    NamedWord{"september", Word::kMonth, 9},   NamedWord{"october", Word::kMonth, 10},
    NamedWord{"november", Word::kMonth, 11},   NamedWord{"december", Word::kMonth, 12},
    NamedWord{"monday", Word::kWeekday, 1},    NamedWord{"tuesday", Word::kWeekday, 2},
    NamedWord{"wednesday", Word::kWeekday, 3}, NamedWord{"thursday", Word::kWeekday, 4},
    NamedWord{"friday", Word::kWeekday, 5},    NamedWord{"saturday", Word::kWeekday, 6},
    NamedWord{"sunday", Word::kWeekday, 7},    NamedWord{"am", Word::kHalfDay, 0},
    NamedWord{"pm", Word::kHalfDay, 12},       NamedWord{"z", Word::kUtc, 0},
    NamedWord{"utc", Word::kUtc, 0},           NamedWord{"gmt", Word::kUtc, 0},
    NamedWord{"t", Word::kTimeMark, 0},        NamedWord{"at", Word::kIgnored, 0},
    NamedWord{"today", Word::kDaysAgo, 0},     NamedWord{"yesterday", Word::kDaysAgo, 1},
    NamedWord{"now", Word::kNow, 0},
};
constexpr size_t kWordBytesMax = std::string_view("september").size();

// Months and weekdays may be cut to three letters or more: Jan, Sept, Tues, Thurs.
bool Names(const NamedWord& entry, std::string_view word) {
  if (entry.name == word) return true;
  return (entry.word == Word::kMonth || entry.word == Word::kWeekday) && word.size() >= 3 &&
         entry.name.starts_with(word);
}

const NamedWord* FindWord(std::string_view word) {
  const auto entry = std::find_if(kWords.begin(), kWords.end(),
                                  [word](const NamedWord& each) { return Names(each, word); });
  return entry == kWords.end() ? nullptr : &*entry;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
bool IsDateSeparator(char c) { return c == '-' || c == '/' || c == '.'; }

struct Number {
  int value = 0;
  int digits = 0;
};

int FullYear(Number year) {
  if (year.digits > 2) return year.value;
  return year.value + (year.value < 70 ? 2000 : 1900);
}

// Whether the number can only be a year.
bool IsYear(Number number) { return number.digits > 2 || number.value > 31; }

std::optional<std::chrono::year_month_day> DateOfNumbers(Number a, Number b, Number c) {
  if (b.digits > 2) return std::nullopt;
  const auto year_first = CalendarDate(FullYear(a), b.value, c.value);
  if (a.digits > 2) return c.digits > 2 ? std::nullopt : year_first;
  if (const auto month_first = CalendarDate(FullYear(c), a.value, b.value)) return month_first;
  const auto day_first = CalendarDate(FullYear(c), b.value, a.value);
  if (c.digits > 2 || !year_first) return day_first;
  return day_first ? std::nullopt : year_first;
}

// `a` is written before `b`, the month's name anywhere.
std::optional<std::chrono::year_month_day> DateWithMonth(int month, Number a, Number b) {
  if (IsYear(a)) std::swap(a, b);
  if (a.digits > 2) return std::nullopt;
  return CalendarDate(FullYear(b), month, a.value);
}

// Reads a text from left to right, one part after the other. Each Take function consumes one part
// and returns false where the text breaks the form.
class FreeFormReader {
 public:
  FreeFormReader(std::string_view text, int64_t now_micros)
      : text_(text), now_(std::chrono::microseconds(now_micros)) {}

  std::optional<WrittenTime> Read() {
    if (text_.size() > kTextBytesMax) return std::nullopt;
    for (SkipBlanks(); at_ < text_.size(); SkipBlanks()) {
      if (!TakePart()) return std::nullopt;
    }
    if (!date_) return std::nullopt;
    return WrittenTime{*date_, micros_of_day_, offset_seconds_.value_or(0)};
  }

 private:
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void SkipBlanks() {
    while (Peek() == ' ' || Peek() == '\t' || Peek() == ',') ++at_;
  }

  bool TakePart() {
    if (IsDigit(Peek())) return TakeNumber();
    if (IsLetter(Peek())) return TakeWord();
    return (Peek() == '+' || Peek() == '-') && TakeOffset();
  }

  // Nothing where there is no digit or more than kNumberDigitsMax.
  std::optional<Number> ReadDigits() {
    Number number;
    for (; IsDigit(Peek()); ++at_) {
      if (++number.digits > static_cast<int>(kNumberDigitsMax)) return std::nullopt;
      number.value = number.value * 10 + (Peek() - '0');
    }
    return number.digits > 0 ? std::optional(number) : std::nullopt;
  }

  // The entry of the letters ahead; null, with nothing consumed, where they are no known word.
  const NamedWord* ReadWord() {
    std::array<char, kWordBytesMax> lower;
    size_t length = 0;
    for (; IsLetter(Peek(length)); ++length) {
      if (length == kWordBytesMax) return nullptr;
      lower[length] = static_cast<char>(Peek(length) | 0x20);
    }
    const NamedWord* word = FindWord(std::string_view(lower.data(), length));
    if (word != nullptr) at_ += length;
    return word;
  }

  bool TakeNumber() {
    const auto number = ReadDigits();
    if (!number) return false;
    if (Peek() == ':') return TakeTime(*number);
    if (date_) return TakeCompactTime(*number);
    if (IsDateSeparator(Peek()) && NothingOfDate()) return TakeSeparatedDate(*number);
    if (number->digits == 8 && NothingOfDate()) {
      date_ = CalendarDate(number->value / 10'000, number->value / 100 % 100, number->value % 100);
      return date_.has_value();
    }
    return AddDatePart(*number);
  }

  bool NothingOfDate() const { return !date_ && !month_ && !first_ && !second_; }

  // One of the two numbers that go with a month's name.
  bool AddDatePart(Number number) {
    if (second_) return false;
    (first_ ? second_ : first_) = number;
    return CompleteDate();
  }

  bool AddMonth(int month) {
    if (date_ || month_) return false;
    month_ = month;
    return CompleteDate();
  }

  bool CompleteDate() {
    if (!month_ || !second_) return true;
    date_ = DateWithMonth(*month_, *first_, *second_);
    return date_.has_value();
  }

  // After the first number of 2003-01-02, 1/2/2003, 02-Jan-2003: the separator stays the same.
  bool TakeSeparatedDate(Number first) {
    const char separator = Peek();
    ++at_;
    if (IsLetter(Peek())) {
      const NamedWord* month = ReadWord();
      if (month == nullptr || month->word != Word::kMonth || Peek() != separator) return false;
      ++at_;
      const auto last = ReadDigits();
      return last && AddMonth(month->value) && AddDatePart(first) && AddDatePart(*last);
    }
    const auto second = ReadDigits();
    if (!second || Peek() != separator) return false;
    ++at_;
    const auto last = ReadDigits();
    if (!last || Peek() == '.' || Peek() == '/') return false;
    date_ = DateOfNumbers(first, *second, *last);
    return date_.has_value();
  }

  // After the hour, at the colon: 18:15, 18:15:00, 18:15:00.25.
  bool TakeTime(Number hour) {
    ++at_;
    const auto minute = ReadDigits();
    if (!minute || minute->digits > 2 || hour.digits > 2) return false;
    if (Peek() != ':') return SetTime(hour.value, minute->value, 0);
    ++at_;
    const auto second = ReadDigits();
    if (!second || second->digits > 2) return false;
    const int64_t fraction = ReadFraction();
    return SetTime(hour.value, minute->value, second->value, fraction);
  }

  // 1815 or 181500 after a date.
  bool TakeCompactTime(Number number) {
    if (number.digits == 4) return SetTime(number.value / 100, number.value % 100, 0);
    if (number.digits != 6) return false;
    const int64_t fraction = ReadFraction();
    return SetTime(number.value / 10'000, number.value / 100 % 100, number.value % 100, fraction);
  }

  bool SetTime(int hour, int minute, int second, int64_t fraction_micros = 0) {
    if (has_time_ || minute > 59 || second > 60) return false;
    const int64_t seconds = (hour * 60 + minute) * 60 + second;
    micros_of_day_ = seconds * kSecondMicros + fraction_micros;
    hour_ = hour;
    has_time_ = true;
    return hour < 24 || micros_of_day_ == kDayMicros;
  }

  // Zero where there is none.
  int64_t ReadFraction() {
    if ((Peek() != '.' && Peek() != ',') || !IsDigit(Peek(1))) return 0;
    int64_t micros = 0;
    int64_t unit = kSecondMicros;
    for (++at_; IsDigit(Peek()); ++at_) {
      unit /= 10;
      micros += (Peek() - '0') * unit;
    }
    return micros;
  }

  // +07, +0730, +07:30.
  bool TakeOffset() {
    const int sign = Peek() == '-' ? -1 : 1;
    ++at_;
    const auto number = ReadDigits();
    if (!number || number->digits == 3 || number->digits > 4 || offset_seconds_) return false;
    int minutes = number->digits == 4 ? number->value % 100 : 0;
    const int hours = number->digits == 4 ? number->value / 100 : number->value;
    if (number->digits < 3 && Peek() == ':') {
      ++at_;
      const auto read = ReadDigits();
      if (!read || read->digits != 2) return false;
      minutes = read->value;
    }
    const int seconds = (hours * 60 + minutes) * 60;
    if (minutes > 59 || seconds >= kOffsetSecondsEnd || Peek() == ':') return false;
    offset_seconds_ = sign * seconds;
    return date_.has_value() || has_time_;
  }

  bool TakeWord() {
    const NamedWord* word = ReadWord();
    if (word == nullptr) return false;
    switch (word->word) {
      case Word::kMonth:
        return AddMonth(word->value) && SkipAfterName();
      case Word::kWeekday:
        return SkipAfterName();
      case Word::kHalfDay:
        return TakeHalfDay(word->value);
      case Word::kUtc:
        return TakeUtc();
      case Word::kTimeMark:
        return date_ && !has_time_ && IsDigit(Peek()) && TakeNumber();
      case Word::kIgnored:
        return true;
      case Word::kDaysAgo:
        return SetDate(Today() - std::chrono::days(word->value));
      case Word::kNow:
        return TakeNow();
    }
    return false;
  }

  // The dot of an abbreviation, and the separator of Jan-02-2003.
  bool SkipAfterName() {
    if (Peek() == '.') ++at_;
    if (!first_ && !date_ && IsDateSeparator(Peek()) && IsDigit(Peek(1))) return TakeDayAndYear();
    return true;
  }

  bool TakeDayAndYear() {
    const char separator = Peek();
    ++at_;
    const auto day = ReadDigits();
    if (!day || Peek() != separator) return false;
    ++at_;
    const auto year = ReadDigits();
    return year && AddDatePart(*day) && AddDatePart(*year);
  }

  bool TakeHalfDay(int hours_added) {
    if (!hour_ || *hour_ > 12) return false;
    micros_of_day_ += (hours_added - (*hour_ == 12 ? 12 : 0)) * 3600 * kSecondMicros;
    hour_.reset();
    return true;
  }

  bool TakeUtc() {
    if (offset_seconds_ || Peek() == '+' || Peek() == '-') return false;
    offset_seconds_ = 0;
    return date_.has_value() || has_time_;
  }

  std::chrono::sys_days Today() const { return std::chrono::floor<std::chrono::days>(now_); }

  bool SetDate(std::chrono::sys_days day) {
    if (!NothingOfDate()) return false;
    const std::chrono::year_month_day date(day);
    date_ = CalendarDate(static_cast<int>(date.year()),
                         static_cast<int>(static_cast<unsigned>(date.month())),
                         static_cast<int>(static_cast<unsigned>(date.day())));
    return date_ && std::chrono::sys_days(*date_) == day;  // a far day wraps chrono's years
  }

  bool TakeNow() {
    if (has_time_ || offset_seconds_ || !SetDate(Today())) return false;
    micros_of_day_ = (now_ - Today()).count();
    has_time_ = true;
    offset_seconds_ = 0;
    return true;
  }

  std::string_view text_;
  std::chrono::sys_time<std::chrono::microseconds> now_;
  size_t at_ = 0;

  std::optional<std::chrono::year_month_day> date_;
  std::optional<int> month_;
  std::optional<Number> first_;
  std::optional<Number> second_;
  bool has_time_ = false;
  std::optional<int> hour_;  // as written, until am or pm has moved it
  int64_t micros_of_day_ = 0;
  std::optional<int> offset_seconds_;
};

}  // namespace

std::optional<WrittenTime> ReadFreeForm(std::string_view text, int64_t now_micros) {
  return FreeFormReader(text, now_micros).Read();
}

}  // namespace dossier
