// Eight threads that go through histories together.
#ifndef DOSSIER_TESTS_LINEAR_THREADS_H_
#define DOSSIER_TESTS_LINEAR_THREADS_H_

#include <cstdint>
#include <functional>

#include "dossier/session.h"
#include "linear/call.h"
#include "linear/report.h"

namespace dossier::linear {

inline constexpr int kThreadCount = 8;
inline constexpr int kCallsPerThread = 9;

// How a call is carried out: by Play, or by something that is to be caught.
using Player = std::function<Seen(Session&, const Call&)>;

// Plays histories `first` to `first + count` and judges them. Records of different histories have
// nothing to do with each other; those of one are left in the store.
Report PlayHistories(const Session& session, const Player& player, uint64_t first, uint64_t count);

}  // namespace dossier::linear

#endif  // DOSSIER_TESTS_LINEAR_THREADS_H_
