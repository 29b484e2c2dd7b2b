// The smallest program around the library: opens a store, writes a record and reads it back.
#include <iostream>

#include "dossier/engine.h"

int main(int, char** argv) {
  auto engine = dossier::Engine::Open({.directory = argv[1]});
  if (!engine.ok()) return std::cerr << engine.status() << "\n", 1;
  dossier::Session session = (*engine)->HostSession();
  if (!session.CreateEntityType("user", dossier::DefaultUserAttrDefs()).ok()) return 1;
  auto created = session.Create("user", R"({"givenName":"Ada"})");
  if (!created.ok()) return std::cerr << created.status() << "\n", 1;
  auto name = session.Get("user", dossier::EntityKey::Id(created->id), {.path = "givenName"});
  std::cout << *name << "\n";
  return name.ok() && *name == "\"Ada\"" ? 0 : 1;
}
