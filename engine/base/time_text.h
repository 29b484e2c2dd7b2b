// Times and dates between their texts in the API and their numbers in the store.
#ifndef DOSSIER_BASE_TIME_TEXT_H_
#define DOSSIER_BASE_TIME_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dossier {

// The instant that `text` means: microseconds since 1970-01-01T00:00:00Z; nothing where it is none
// or lies outside the years 0001 to 9999. The words today, yesterday (midnight UTC) and now refer
// to `now_micros`, in the same unit.
// Shape: a date and, in any order, a time of day, a zone and a weekday, all optional. The date is
// YYYY-MM-DD, YYYYMMDD, a month's name (or three letters of it or more) with a day and a year, or
// three numbers with '-', '/' or '.' between: a year of four digits stands first or last, and the
// order is month-day-year where that is a date, else the one of day-month-year and year-month-day
// that is. The time is HH:MM[:SS[.fraction]] after a blank or T, or HHMM[SS[.fraction]] after the
// date, with am or pm; second 60 and 24:00:00 roll over. The zone is Z, UTC, GMT, +HH, +HHMM or
// +HH:MM; without one it is UTC.
// Units: fractions past microseconds are cut off. Years 00-69 are 2000-2069, 70-99 are 1970-1999.
// Source: section 2.7 of the entity API reference; PostgreSQL's input where that is silent.
std::optional<int64_t> ParseDateTime(std::string_view text, int64_t now_micros);

// The date that `text` means: days since 1970-01-01. Takes the same texts; a time and a zone are
// checked but do not move the date that is written.
std::optional<int32_t> ParseDate(std::string_view text, int64_t now_micros);

// Appends the instant as 2013-08-23 12:38:33.475581 +0000; a fraction of zero is left out. An
// instant outside the years 0001 to 9999 is written as the nearest one inside.
void AppendDateTime(int64_t micros, std::string& out);

// Appends the date as 2013-08-23, with the same bounds.
void AppendDate(int32_t days, std::string& out);

}  // namespace dossier

#endif  // DOSSIER_BASE_TIME_TEXT_H_
