#include <iostream>
#include "dossier/engine.h"

int main(int argc, char** argv) {
  auto engine = dossier::Engine::Open({.directory = argc > 1 ? argv[1] : "data"});
  if (!engine.ok()) return std::cerr << engine.status() << "\n", 1;
  dossier::Session store = (*engine)->HostSession();
  store.CreateEntityType("user", dossier::DefaultUserAttrDefs()).IgnoreError();
  store.Create("user", R"({"email":"ada@example.com","statuses":[{"status":"new"}]})")
      .IgnoreError();
  auto ada = dossier::EntityKey::Attribute("email", R"("ada@example.com")");
  auto record = store.Update("user", ada, R"({"givenName":"Ada"})", {.include_record = true});
  std::cout << record.value_or(record.status().ToString()) << "\n";
  return record.ok() ? 0 : 1;
}
