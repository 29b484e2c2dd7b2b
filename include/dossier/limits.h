// Every bound on what a caller or a file may ask of the engine, with its unit and its reason.
#ifndef DOSSIER_LIMITS_H_
#define DOSSIER_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace dossier {

// Bytes of a request's body. Source: body parameter limits of the entity API (5 MB).
inline constexpr size_t kRequestBytesMax = 5'242'880;

// Bytes of one JSON value given to the engine: a body can hold no larger one.
inline constexpr size_t kJsonBytesMax = kRequestBytesMax;

// Records of one bulkCreate. Source: as many as one find returns; known clients send 2,000.
inline constexpr size_t kBulkRecordsMax = 10'000;

// Ids that an import may give: programs that take numbers for doubles cannot tell larger ones apart.
inline constexpr uint64_t kImportedIdMax = (uint64_t{1} << 53) - 1;

// Bytes of the name of an import, and threads that one makes.
inline constexpr size_t kImportNameBytesMax = 256;
inline constexpr size_t kImportThreadsMax = 16;

// Names in an attribute's path: "object1.plural2.object3.plural4.givenName" is the deepest.
// Source: the plural data type.
inline constexpr int kAttributeDepthMax = 5;

// Rules of one entity type, compound unique ones among them: each write of an attribute pays for
// all of its rules.
inline constexpr size_t kPropertyCountMax = 1'000;

// Rules inside one rule, at any depth, itself included; and how deep they may nest.
inline constexpr size_t kRulePartsMax = 200;
inline constexpr int kRuleDepthMax = 16;

// Indexes of one entity type, those of its times among them: each write of an indexed attribute pays
// for its own, and each write looks through all of them.
inline constexpr size_t kIndexCountMax = 64;

// Bytes of a rule's pattern: the longest that are in use, those of e-mail addresses, have 6 KB.
inline constexpr size_t kPatternBytesMax = 16'384;

// Levels of nesting in a value of a `json` attribute, and in JSON arguments: bounds recursion.
inline constexpr int kJsonDepthMax = 64;

// Attributes of one entity type over its whole life, nested ones included (numbers are 16 bits).
inline constexpr size_t kAttributeCountMax = 60'000;

// Bytes of an attribute's or entity type's name.
inline constexpr size_t kNameBytesMax = 128;

// Bytes of one stored record. A record grows by appends; this keeps it far below 2^31.
inline constexpr size_t kRecordBytesMax = 64u << 20;

// Bytes of the elements of one large plural, and of a record with all its large plurals in it: what is
// read as one answer must fit in memory several times over.
inline constexpr size_t kLargePluralBytesMax = 1u << 30;
inline constexpr size_t kWholeRecordBytesMax = 1u << 30;

// Digits and signs of a decimal number: beyond any real measure, short enough to compare cheaply.
inline constexpr size_t kDecimalBytesMax = 400;

// The power of ten that a decimal's exponent names, either way: beyond any double (308) and any
// numeric of SQL databases (131,072), and small enough that two decimals compare in 64 bits.
inline constexpr int64_t kDecimalExponentMax = 1'000'000;

// Bytes of an attribute path given in a request: depth five with the longest names and ids.
inline constexpr size_t kPathBytesMax = 1'024;

// Entity types of one store over its whole life (ids are 16 bits).
inline constexpr size_t kEntityTypeCountMax = 65'000;

// Bytes of a plain text password. Source: what crypt(3) takes.
inline constexpr size_t kPasswordTextBytesMax = 511;

// Bytes of a stored password, which is a JSON object: the longest known hash takes 200.
inline constexpr size_t kPasswordObjectBytesMax = 4'096;

// Members of a password's object, null ones included.
inline constexpr size_t kPasswordMembersMax = 16;

// Bytes of a password's type: "password-phpass-sha512-truncated-55" is the longest known.
inline constexpr size_t kPasswordTypeBytesMax = 64;

// Plain text passwords in one write: each costs some 50 ms of CPU time.
inline constexpr size_t kPlainPasswordsMax = 16;

// The cost of bcrypt, a power of two, in a stored hash that is checked or in a new one: 16 takes
// some 4 s.
inline constexpr int kBcryptCostMin = 4;
inline constexpr int kBcryptCostMax = 16;

// Rounds of another stored hash that is checked: SHA-512 takes some 3 s.
inline constexpr uint64_t kPasswordRoundsMax = 5'000'000;

// Blocks of addresses in one client's whitelist: each request from a restricted client looks through
// them.
inline constexpr size_t kWhitelistBlocksMax = 1'000;

// Hours that the secret before the newest goes on being valid. Source: clients/reset_secret.
inline constexpr int64_t kSecretHoursMax = 168;

// Bytes of EngineOptions::secrets_key: as many as its derived key is worth at least half of.
inline constexpr size_t kSecretsKeyBytesMin = 16;

// Bytes of the keys and values of one client's settings, and of the store's. Source: the limit of
// published settings (1 MB); they are written whole with each change.
inline constexpr size_t kSettingsBytesMax = 1'048'576;

// Tokens of one record at the same time: with one more the first to expire ends. They are kept in
// memory.
inline constexpr size_t kTokensPerRecordMax = 1'000;

// Seconds of a token's life: ten years.
inline constexpr int64_t kTokenSecondsMax = 315'360'000;

// Bytes of a filter's text, and the comparisons in it: clients send lists of some hundred ids, and each
// record that is looked at may pay for all of them.
inline constexpr size_t kFilterBytesMax = 262'144;
inline constexpr size_t kFilterPredicatesMax = 5'000;

// Levels of and, or and not inside each other in a filter: bounds recursion.
inline constexpr int kFilterDepthMax = 32;

// Records in one answer of a find. Source: section 2.9 of the entity API's reference.
inline constexpr int64_t kFindResultsMax = 10'000;

// Bytes of JSON in one answer of a find, and of what it sorts by at a time.
inline constexpr size_t kPageBytesMax = 256u << 20;
inline constexpr size_t kSortBytesMax = 256u << 20;

// Attributes that a find sorts by.
inline constexpr size_t kSortKeysMax = 32;

// Seconds that a find, a count or a bulk create may take. Source: section 1.0 of the entity API's reference.
inline constexpr int64_t kSearchSecondsMax = 60;

// Bytes of a stored record that Session::GetAtOnce reads: their JSON takes some microseconds.
inline constexpr size_t kReadAtOnceBytesMax = 16u << 10;

// Parameters of one request.
inline constexpr size_t kParameterCountMax = 1'000;

}  // namespace dossier

#endif  // DOSSIER_LIMITS_H_
