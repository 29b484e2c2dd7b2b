// The forms of a date and time that people write, for time_text.
#ifndef DOSSIER_BASE_TIME_FREE_FORM_H_
#define DOSSIER_BASE_TIME_FREE_FORM_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dossier {

// What a text says, in its own zone. The date is one of the calendar, in years 1 to 9999.
struct WrittenTime {
  std::chrono::year_month_day date = {};
  int64_t micros_of_day = 0;   // 0 to 86'401 s: 24:00:00 and second 60 roll over
  int32_t offset_seconds = 0;  // east of UTC
};

// The date of the calendar with these numbers; nothing where there is none in years 1 to 9999.
inline std::optional<std::chrono::year_month_day> CalendarDate(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  return date.ok() ? std::optional(date) : std::nullopt;
}

// Reads any form that ParseDateTime of base/time_text.h takes.
std::optional<WrittenTime> ReadFreeForm(std::string_view text, int64_t now_micros);

}  // namespace dossier

#endif  // DOSSIER_BASE_TIME_FREE_FORM_H_
