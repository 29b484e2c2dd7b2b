#include "storage/locks.h"

#include <algorithm>
#include <functional>

namespace dossier {

LockTable::Guard::~Guard() {
  for (std::mutex* stripe : stripes_) stripe->unlock();
}

std::mutex* LockTable::StripeOf(std::string_view key) {
  return &stripes_[std::hash<std::string_view>()(key) % kStripeCount];
}

LockTable::Guard LockTable::LockEverything() {
  Guard guard;
  guard.stripes_.reserve(kStripeCount);
  for (std::mutex& stripe : stripes_) guard.stripes_.push_back(&stripe);
  LockAll(guard);
  return guard;
}

void LockTable::LockAll(Guard& guard) {
  auto& stripes = guard.stripes_;
  std::sort(stripes.begin(), stripes.end());
  stripes.erase(std::unique(stripes.begin(), stripes.end()), stripes.end());
  for (std::mutex* stripe : stripes) stripe->lock();
}

}  // namespace dossier
