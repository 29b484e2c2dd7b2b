// What the operating system says of this process.
#ifndef DOSSIER_EXAMPLES_HOST_PROCESS_FIGURES_H_
#define DOSSIER_EXAMPLES_HOST_PROCESS_FIGURES_H_

#include <string>

namespace dossier::host {

// Appends process_cpu_seconds_total, process_resident_memory_bytes, process_open_fds and
// process_max_fds, as Prometheus names them, without those that cannot be had.
void AppendProcessFigures(std::string& text);

}  // namespace dossier::host

#endif  // DOSSIER_EXAMPLES_HOST_PROCESS_FIGURES_H_
