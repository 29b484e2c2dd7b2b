// ParseDateTime and ParseDate: what they read prints as a text that they read as the same.
#include <string>

#include "base/time_text.h"
#include "check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dossier::fuzz;  // NOLINT(google-build-using-namespace): the target is one
                                  // function
  constexpr int64_t kNow = 1'377'261'513'475'581;  // 2013-08-23 12:38:33.475581
  const std::string_view text = TextOf(data, size);
  if (const auto micros = dossier::ParseDateTime(text, kNow)) {
    std::string printed;
    dossier::AppendDateTime(*micros, printed);
    Check(dossier::ParseDateTime(printed, 0) == micros, "the same instant again: " + printed);
  }
  if (const auto days = dossier::ParseDate(text, kNow)) {
    std::string printed;
    dossier::AppendDate(*days, printed);
    Check(dossier::ParseDate(printed, 0) == days, "the same date again: " + printed);
  }
  return 0;
}
