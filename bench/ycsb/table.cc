#include "ycsb/table.h"

namespace dossier::bench {

std::string FieldName(size_t field) { return "field" + std::to_string(field); }

std::string JsonOf(const std::string& key, const Fields& fields) {
  std::string json = key.empty() ? "{" : R"({"key":")" + key + '"';
  for (size_t i = 0; i < kFieldCount; ++i) {
    if (json.size() > 1) json += ',';
    json += '"' + FieldName(i) + R"(":")" + fields[i] + '"';
  }
  return json + '}';
}

}  // namespace dossier::bench
