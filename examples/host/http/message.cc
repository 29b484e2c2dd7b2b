#include "http/message.h"

#include <microhttpd.h>
#include <strings.h>

#include <cstdint>
#include <utility>

namespace dossier::http {
namespace {

constexpr size_t kPartBufferBytes = 16u << 10;  // of the multipart reader; holds a part's headers

struct Parts {
  Fields& fields;
  size_t field_count_max;
};

// Called with each piece of each field. Files are no fields.
MHD_Result AddPart(void* cls, MHD_ValueKind, const char* name, const char* file_name, const char*,
                   const char*, const char* bytes, uint64_t offset, size_t size) {
  auto& [fields, field_count_max] = *static_cast<Parts*>(cls);
  if (name == nullptr || file_name != nullptr) return MHD_YES;
  if (offset == 0) {
    if (fields.size() >= field_count_max) return MHD_NO;
    fields.emplace_back(name, "");
  }
  if (!fields.empty()) fields.back().second.append(bytes, size);
  return MHD_YES;
}

}  // namespace

std::string_view Request::Find(const char* name) const {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? std::string_view() : value;
}

std::string Request::FindAll(const char* name) const {
  struct Search {
    const char* name;
    std::string found = {};
    bool is_found = false;
  } search{name};
  const auto look = [](void* cls, MHD_ValueKind, const char* header, const char* value) {
    Search& so_far = *static_cast<Search*>(cls);
    if (strcasecmp(header, so_far.name) != 0) return MHD_YES;
    if (std::exchange(so_far.is_found, true)) so_far.found += ',';
    if (value != nullptr) so_far.found += value;
    return MHD_YES;
  };
  MHD_get_connection_values(connection, MHD_HEADER_KIND, look, &search);
  return search.found;
}

void AddMultipart(const Request& request, size_t field_count_max, Fields& fields) {
  Parts parts{fields, field_count_max};
  MHD_PostProcessor* reader =
      MHD_create_post_processor(request.connection, kPartBufferBytes, &AddPart, &parts);
  if (reader == nullptr) return;  // no boundary
  MHD_post_process(reader, request.body.data(), request.body.size());
  MHD_destroy_post_processor(reader);
}

}  // namespace dossier::http
