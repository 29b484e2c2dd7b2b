// Every key byte by byte, as engine/storage/FORMAT.md lists them.
#include "storage/keyspace.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOkAndHolds;
using ::testing::ElementsAre;

constexpr std::string_view kSixteen = "0123456789abcdef";

Hash128 HashOf(std::string_view bytes) {
  Hash128 hash;
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

std::string Text(const Key& key) { return std::string(key.view()); }

struct KeyRow {
  const char* name;
  std::string key;
  std::string bytes;
};

TEST(Keyspace, IsStoredAsTheFormatSays) {
  const KeyRow rows[] = {
      {"record", Text(RecordKey(TypeId{0x0102}, 0x1122334455667788)),
       std::string("\x01\x02\x11\x22\x33\x44\x55\x66\x77\x88", 10)},
      {"first record", Text(RecordKey(TypeId{1}, 1)), std::string("\0\1\0\0\0\0\0\0\0\1", 10)},
      {"last record", Text(RecordKey(TypeId{0xffff}, UINT64_MAX)), std::string(10, '\xff')},
      {"uuid", Text(UuidKey(TypeId{0x0102}, kSixteen)),
       std::string("\1\1\2", 3) + std::string(kSixteen)},
      {"claim", Text(ClaimKey(TypeId{0x0102}, 0x1011, HashOf(kSixteen))),
       std::string("\2\1\2\x10\x11", 5) + std::string(kSixteen)},
      {"hash key", MetaKey(MetaTag::kHashKey), "\1"},
      {"next id", MetaKey(MetaTag::kNextId), "\2"},
      {"entity type", EntityTypeKey(TypeId{0x0102}), "\3\1\2"},
      {"client", MetaKey(MetaTag::kClient, "ada"), "\4ada"},
      {"next type", MetaKey(MetaTag::kNextTypeId), "\5"},
      {"unfinished", AttributeKey(MetaTag::kUnfinished, TypeId{0x0102}, 0x1011), "\6\1\2\x10\x11"},
      {"due", AttributeKey(MetaTag::kDue, TypeId{0x0102}, 0x1011), "\7\1\2\x10\x11"},
      {"id", Text(IdValue(0x1122334455667788)), "\x11\x22\x33\x44\x55\x66\x77\x88"},
  };
  for (const KeyRow& row : rows) EXPECT_EQ(row.key, row.bytes) << row.name;
}

TEST(Keyspace, RangesHoldWhatBeginsWithThePrefixAlone) {
  const struct {
    const char* name;
    KeyRange range;
    std::string begin;
    std::string end;
  } rows[] = {
      {"plain", WithPrefix("ab"), "ab", "ac"},
      {"last byte", WithPrefix("a\xff"), "a\xff", "b"},
      {"last bytes", WithPrefix("a\xff\xff"), "a\xff\xff", "b"},
      {"claims", ClaimsOfAttribute(LookupTag::kClaim, TypeId{0x0102}, 0x10ff),
       std::string("\2\1\2\x10\xff"), std::string("\2\1\2\x11")},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(row.range.begin, row.begin) << row.name;
    EXPECT_EQ(row.range.end, row.end) << row.name;
  }
  const Key claim = ClaimKey(TypeId{0x0102}, 0x10ff, HashOf(kSixteen));
  EXPECT_EQ(ClaimNumberOf(claim), 0x10ff);
  const KeyRange range = ClaimsOfAttribute(LookupTag::kClaim, TypeId{0x0102}, 0x10ff);
  EXPECT_LT(range.begin, Text(claim));
  EXPECT_LT(Text(claim), range.end);
  EXPECT_GT(Text(ClaimKey(TypeId{0x0102}, 0x1100, HashOf(kSixteen))), range.end);
}

TEST(Keyspace, RecordsSortByTypeThenId) {
  const std::vector<Key> rising = {
      RecordKey(TypeId{1}, 1),          RecordKey(TypeId{1}, 255),
      RecordKey(TypeId{1}, 256),        RecordKey(TypeId{1}, 1u << 31),
      RecordKey(TypeId{1}, 1ull << 32), RecordKey(TypeId{1}, 1ull << 63),
      RecordKey(TypeId{2}, 1),          RecordKey(TypeId{255}, 2),
      RecordKey(TypeId{256}, 1),        RecordKey(TypeId{0x8000}, 0)};
  for (size_t i = 1; i < rising.size(); ++i) EXPECT_LT(rising[i - 1], rising[i]) << i;
}

TEST(Keyspace, KeysOfDifferentThingsDiffer) {
  EXPECT_NE(UuidKey(TypeId{1}, kSixteen), UuidKey(TypeId{2}, kSixteen));
  EXPECT_NE(ClaimKey(TypeId{1}, 16, HashOf(kSixteen)), ClaimKey(TypeId{1}, 17, HashOf(kSixteen)));
  EXPECT_NE(ClaimKey(TypeId{1}, 16, HashOf(kSixteen)), ClaimKey(TypeId{2}, 16, HashOf(kSixteen)));
  EXPECT_EQ(ClaimKey(TypeId{1}, 16, HashOf(kSixteen)), ClaimKey(TypeId{1}, 16, HashOf(kSixteen)));
}

TEST(Keyspace, FamiliesKeepTheirNames) {
  std::vector<std::string> names;
  for (size_t i = 0; i < kFamilyCount; ++i) {
    names.emplace_back(NameOf(static_cast<Family>(i)));
  }
  EXPECT_THAT(names, ElementsAre("default", "records", "elements", "lookup", "index"));
}

TEST(RecordKey, GivesItsIdBack) {
  for (const EntityId id :
       {EntityId{0}, EntityId{1}, EntityId{256}, EntityId{1} << 40, UINT64_MAX}) {
    EXPECT_THAT(IdOfRecordKey(RecordKey(TypeId{7}, id).view()), IsOkAndHolds(id));
  }
}

}  // namespace
}  // namespace dossier
