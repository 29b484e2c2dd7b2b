// AddForm: application/x-www-form-urlencoded, as leniently as the clients of the API need it.
#include <algorithm>

#include "base/digits.h"
#include "dossier/api.h"
#include "dossier/limits.h"

namespace dossier::api {
namespace {

std::string Decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded += ' ';
      continue;
    }
    const int high = text[i] == '%' && i + 2 < text.size() ? HexDigitOf(text[i + 1]) : -1;
    const int low = high >= 0 ? HexDigitOf(text[i + 2]) : -1;
    if (low < 0) {
      decoded += text[i];
      continue;
    }
    decoded += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return decoded;
}

}  // namespace

void AddForm(std::string_view text, Parameters& parameters) {
  while (!text.empty() && parameters.size() < kParameterCountMax) {
    const size_t end = std::min(text.find('&'), text.size());
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (field.empty()) continue;
    const size_t equals = field.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : field.substr(equals + 1);
    parameters.emplace_back(Decoded(field.substr(0, equals)), Decoded(value));
  }
}

}  // namespace dossier::api
