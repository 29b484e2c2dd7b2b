// A stored client is read whole or is damaged, and what was read is read again from what is written of
// it, sealed or not. A block of addresses has its own address. What nobody sealed does not open.
#include "access/addresses.h"
#include "access/sealing.h"
#include "access/stored_client.h"
#include "check.h"

namespace dossier::fuzz {
namespace {

bool AreEqual(const StoredClient& a, const StoredClient& b) {
  const bool has_one_old = a.old_secret.has_value() == b.old_secret.has_value();
  const bool is_same_old = !a.old_secret || !has_one_old ||
                           (a.old_secret->text == b.old_secret->text &&
                            a.old_secret->valid_until == b.old_secret->valid_until);
  return has_one_old && is_same_old && a.client.client_id == b.client.client_id &&
         a.client.client_secret == b.client.client_secret &&
         a.client.description == b.client.description && a.client.features == b.client.features &&
         a.client.whitelist == b.client.whitelist && a.settings == b.settings;
}

void CheckStored(std::string_view text) {
  const Sealer none(SecretsKeys{});
  const Sealer sealer({.current = "a key of the host's"});
  const absl::StatusOr<StoredClient> client = FromStored("id", text, none);
  if (!client.ok()) {
    Check(absl::IsDataLoss(client.status()) || absl::IsFailedPrecondition(client.status()),
          "the kind of the error");
    return;
  }
  for (const Sealer* writer : {&none, &sealer}) {
    const absl::StatusOr<std::string> stored = ToStored(*client, *writer);
    Check(stored.ok(), "it is written");
    const absl::StatusOr<StoredClient> again = FromStored("id", *stored, *writer);
    Check(again.ok() && AreEqual(*again, *client), "the same client again");
  }
}

void CheckBlock(std::string_view text) {
  const absl::StatusOr<AllowList> list = AllowList::Parse({std::string(text)});
  if (!list.ok()) return;
  const std::string_view address = text.substr(0, text.find('/'));
  Check(Address::Parse(address).has_value(), "a block begins with an address");
  Check(list->Allows(address), "a block has its own address");
}

}  // namespace
}  // namespace dossier::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dossier::fuzz;  // NOLINT(google-build-using-namespace): the target is one
                                  // function
  const std::string_view text = TextOf(data, size);
  CheckStored(text);
  CheckBlock(text);
  Check(!dossier::Sealer({.current = "a key of the host's"}).Unseal(text, "id").ok(),
        "it was never sealed");
  return 0;
}
