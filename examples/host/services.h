// What the host's two servers answer: the API, and how it is doing.
#ifndef DOSSIER_EXAMPLES_HOST_SERVICES_H_
#define DOSSIER_EXAMPLES_HOST_SERVICES_H_

#include <functional>

#include "dossier/api.h"
#include "dossier/engine.h"
#include "dossier/trusted_proxies.h"
#include "http/message.h"
#include "http/server.h"
#include "log.h"
#include "metrics.h"

namespace dossier::host {

// All of it outlives the services made of it.
struct Parts {
  const Engine* engine = nullptr;
  const api::Api* api = nullptr;
  Metrics* metrics = nullptr;
  const Log* log = nullptr;
  TrustedProxies trusted_proxies = {};
};

// The entity API, each request counted and logged, and /health: 200 where the engine answers, else
// 503.
http::Service ApiService(const Parts& parts);

// /health and /metrics, for those who look after the host; uncounted. `figures` of the API's server.
http::Service MonitoringService(const Parts& parts, std::function<http::ServerFigures()> figures);

}  // namespace dossier::host

#endif  // DOSSIER_EXAMPLES_HOST_SERVICES_H_
