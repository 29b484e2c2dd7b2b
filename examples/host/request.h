// From an HTTP request to the API's.
#ifndef DOSSIER_EXAMPLES_HOST_REQUEST_H_
#define DOSSIER_EXAMPLES_HOST_REQUEST_H_

#include <string_view>

#include "dossier/api.h"
#include "http/message.h"

namespace dossier::host {

// "/entity" also of a target that names the server: "http://127.0.0.1:8080/entity".
std::string_view WithoutServer(std::string_view path);

// The request of the API: the query's parameters, then the body's where the body is a form.
api::Request ToApiRequest(const http::Request& request);

}  // namespace dossier::host

#endif  // DOSSIER_EXAMPLES_HOST_REQUEST_H_
