// The six core mixes of YCSB: BM_YcsbA/<peer> to BM_YcsbF/<peer>, with 1 and 2 threads.
#ifndef DOSSIER_BENCH_YCSB_YCSB_BENCH_H_
#define DOSSIER_BENCH_YCSB_YCSB_BENCH_H_

#include <string>

#include "calls/settings.h"
#include "ycsb/table.h"

namespace dossier::bench {

// Each run loads a table of settings.record_count records and makes settings.call_count calls.
void RegisterYcsb(const std::string& peer, const MakeTable& make, const Settings& settings);

}  // namespace dossier::bench

#endif  // DOSSIER_BENCH_YCSB_YCSB_BENCH_H_
