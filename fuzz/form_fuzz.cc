// AddForm: within its bound, in any two halves alike, and what it reads is read again from its
// strictest spelling.
#include <string>

#include "check.h"
#include "dossier/api.h"
#include "dossier/limits.h"

namespace dossier::fuzz {
namespace {

void AppendEncoded(std::string_view text, std::string& out) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

std::string Encoded(const api::Parameters& parameters) {
  std::string out;
  for (const auto& [name, value] : parameters) {
    AppendEncoded(name, out);
    out += '=';
    AppendEncoded(value, out);
    out += '&';
  }
  return out;
}

}  // namespace
}  // namespace dossier::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dossier::fuzz;  // NOLINT(google-build-using-namespace): the target is one
                                  // function
  using dossier::api::AddForm;
  const std::string_view text = TextOf(data, size);
  dossier::api::Parameters parameters;
  AddForm(text, parameters);
  Check(parameters.size() <= dossier::kParameterCountMax, "the number of fields is bounded");
  dossier::api::Parameters again;
  AddForm(Encoded(parameters), again);
  Check(again == parameters, "the same fields again");
  dossier::api::Parameters halves;
  const size_t middle = text.find('&', size / 2);
  if (middle != std::string_view::npos) {
    AddForm(text.substr(0, middle), halves);
    AddForm(text.substr(middle), halves);
    Check(halves == parameters, "the same fields from two texts");
  }
  return 0;
}
