// What every call asks of a caller with a token, and the calls on tokens, each spelled out as its
// steps.
#include <array>

#include "access/access_schemas.h"
#include "base/errors.h"
#include "base/status.h"
#include "dossier/limits.h"
#include "dossier/session.h"
#include "parts.h"
#include "record/attribute_set.h"
#include "record_call.h"

namespace dossier {
namespace {

absl::StatusOr<int64_t> ExpiryOf(absl::Duration lifetime, int64_t now) {
  if (lifetime < absl::Seconds(1) || lifetime > absl::Seconds(kTokenSecondsMax)) {
    return errors::InvalidArgument("lifetime", "it must be 1 second to ten years");
  }
  return now + absl::ToInt64Microseconds(lifetime);
}

// The id of the record, as it was at one moment of the call.
absl::StatusOr<EntityId> FindIt(EngineParts& parts, const EntityType& type, const Access& access,
                                const EntityKey& key) {
  if (key.plural_path()) {
    return errors::InvalidArgument("entity_path", "this call is not about elements");
  }
  DOSSIER_ASSIGN_OR_RETURN(
      const Selector selector,
      ParseSelector(key, type, parts.hash_key, parts.clock.NowMicros(), access.readable.get()));
  const AttributeSet none;  // of its large plurals
  DOSSIER_ASSIGN_OR_RETURN(const Found found, parts.selection->Find(selector, type, Path(), &none));
  return RecordView::Trusted(*found.record).id();
}

// Does something with a record that stays meanwhile.
template <typename Action>
auto WithRecord(EngineParts& parts, const EntityType& type, const Access& access,
                const EntityKey& key, const AccessOptions& options, Action action)
    -> decltype(action(std::declval<const RecordName&>())) {
  DOSSIER_ASSIGN_OR_RETURN(const EntityId id, FindIt(parts, type, access, key));
  const LockTable::Guard lock = parts.record_locks.Lock(std::array{RecordKey(type.id(), id)});
  const RecordName name{type.id(), id};
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes record, parts.records.Get(name, type.root()));
  if (record == nullptr) return errors::RecordNotFound();
  DOSSIER_RETURN_IF_ERROR(
      CheckPreconditions(RecordView::Trusted(*record), PreconditionsOf(options)));
  return action(name);
}

}  // namespace

// Source: with an access token "any uuid, id, key_* sent is ignored, not rejected" and the type is
// implied. A key of an element would become one of the whole record that way: it is rejected.
absl::StatusOr<Target> TypeCalls::AuthorizeOn(Operation operation, const Target& named) const {
  if (!caller_.has_token()) {
    DOSSIER_ASSIGN_OR_RETURN(const FeatureSet features,
                             parts_->clients->Authorize(caller_, operation));
    return Target{named.type_name, named.key, (features & kMetadata) != 0};
  }
  DOSSIER_RETURN_IF_ERROR(parts_->clients->CheckToken(caller_));
  const Grant& grant = *caller_.grant;
  if (!grant.is_of_record()) return errors::NotWithAToken();
  if (named.key != nullptr && named.key->plural_path()) {
    return errors::InvalidArgument("entity_path", "a token reaches its record as a whole");
  }
  return Target{grant.type_name, &grant.key};
}

absl::StatusOr<std::string_view> Session::AuthorizeCreate(std::string_view type_name) const {
  if (!caller_.has_token()) {
    DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kWriteEntity));
    return type_name;
  }
  DOSSIER_RETURN_IF_ERROR(parts_->clients->CheckToken(caller_));
  const Grant& grant = *caller_.grant;
  const bool is_its_type = type_name.empty() || type_name == grant.type_name;
  if (grant.is_of_record() || !is_its_type) return errors::NotWithAToken();
  return std::string_view(grant.type_name);
}

// Source: whoever may issue tokens at all may do so for other clients; the pages of access/* restrict
// for_client_id no further.
absl::StatusOr<std::string> Session::KnownClient(std::string_view client_id) const {
  DOSSIER_ASSIGN_OR_RETURN(std::string meant, Meant(client_id));
  if (parts_->clients->Find(meant) == nullptr) {
    return errors::InvalidArgument("for_client_id", "for_client_id is not a valid id");
  }
  return meant;
}

absl::StatusOr<std::string> Session::IssueAccessToken(std::string_view type_name,
                                                      const EntityKey& key,
                                                      const AccessOptions& options) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kIssueAccess));
  DOSSIER_ASSIGN_OR_RETURN(const std::string client, KnownClient(options.client_id));
  const int64_t now = parts_->clock.NowMicros();
  DOSSIER_ASSIGN_OR_RETURN(const int64_t expires, ExpiryOf(options.lifetime, now));
  return WithType(*parts_, type_name, [&](const dossier::EntityType& type) {
    return WithRecord(*parts_, type, AccessTo(type), key, options,
                      [&](const RecordName& record) -> absl::StatusOr<std::string> {
                        return parts_->grants->Issue({client, type.name(), record, expires}, now,
                                                     parts_->durability);
                      });
  });
}

absl::StatusOr<std::string> Session::IssueCreationToken(std::string_view type_name,
                                                        const AccessOptions& options) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kIssueAccess));
  DOSSIER_ASSIGN_OR_RETURN(const std::string client, KnownClient(options.client_id));
  const int64_t now = parts_->clock.NowMicros();
  DOSSIER_ASSIGN_OR_RETURN(const int64_t expires, ExpiryOf(options.lifetime, now));
  // Held while the token is issued, so that it goes with the type where that is deleted.
  DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts_->registry->Find(type_name));
  return parts_->grants->Issue({client, type->name(), {type->id(), 0}, expires}, now,
                               parts_->durability);
}

absl::Status Session::DeleteAccess(std::string_view type_name, const EntityKey& key,
                                   const AccessOptions& options) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kDeleteAccess));
  if (!options.client_id.empty()) {
    DOSSIER_RETURN_IF_ERROR(KnownClient(options.client_id).status());
  }
  return WithType(*parts_, type_name, [&](const dossier::EntityType& type) {
    return WithRecord(*parts_, type, AccessTo(type), key, options, [&](const RecordName& record) {
      return parts_->grants->EndThoseOf(record, options.client_id);
    });
  });
}

}  // namespace dossier
