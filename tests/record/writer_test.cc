// The writer and the views, which are each other's proof.
#include "record/writer.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>

#include "record/test_records.h"

namespace dossier {
namespace {

using format::Tag;

ObjectView RootOf(Writer& writer) { return ObjectView(writer.bytes().data()); }

bool IsWide(const ObjectView& object) {
  return (LoadLittle<uint32_t>(object.bytes().data()) & format::kWideBit) != 0;
}

TEST(Writer, KeepsEachKindOfValue) {
  Writer writer;
  const Writer::Mark mark = writer.BeginObject();
  writer.AddText(30, Tag::kText, std::string(300, 'x'));  // not in order
  writer.AddInline(16, Tag::kFalse);
  writer.AddInline(17, Tag::kTrue);
  writer.AddTime(21, std::numeric_limits<int64_t>::min());
  writer.AddDate(22, -719'162);
  writer.AddIpv4(23, 0xff00'0001);
  writer.AddText(24, Tag::kTextEscaped, std::string_view("a\0\"", 3));
  writer.AddText(25, Tag::kText, "");
  writer.EndObject(mark);
  const ObjectView object = RootOf(writer);
  ASSERT_EQ(object.count(), 8u);
  EXPECT_EQ(object.size(), writer.bytes().size());
  EXPECT_FALSE(IsWide(object));
  EXPECT_EQ(object.Find(16).tag, Tag::kFalse);
  EXPECT_EQ(object.Find(16).number, 16);
  EXPECT_EQ(object.Find(17).tag, Tag::kTrue);
  EXPECT_EQ(object.Find(21).time(), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(object.Find(22).date(), -719'162);
  EXPECT_EQ(object.Find(23).ipv4(), 0xff00'0001);
  EXPECT_EQ(object.Find(24).text(), std::string_view("a\0\"", 3));
  EXPECT_EQ(object.Find(25).text(), "");
  EXPECT_EQ(object.Find(30).text(), std::string(300, 'x'));
  for (const auto number : std::to_array<AttributeNumber>({0, 15, 18, 26, 31, 65535})) {
    EXPECT_EQ(object.Find(number).number, 0) << number;
    EXPECT_EQ(object.Find(number).at, nullptr) << number;
  }
  for (size_t i = 1; i < object.count(); ++i) EXPECT_LT(object[i - 1].number, object[i].number);
}

TEST(Writer, KeepsIntegersOnBothSidesOfTheInlineBound) {
  for (const int64_t integer :
       {int64_t{0}, int64_t{65535}, int64_t{65536}, int64_t{-1},
        std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()}) {
    for (const auto number : std::to_array<AttributeNumber>({16, 4095, 4096, 65535})) {
      Writer writer;
      const Writer::Mark mark = writer.BeginObject();
      writer.AddInteger(number, integer);
      writer.EndObject(mark);
      const ValueView value = RootOf(writer).Find(number);
      EXPECT_EQ(value.tag, integer >= 0 && integer <= 65535 ? Tag::kSmall : Tag::kInt64);
      EXPECT_EQ(value.integer(), integer) << number;
      EXPECT_EQ(IsWide(RootOf(writer)), number > 4095) << number;
    }
  }
}

// One object of one text and its neighbours: at the last byte that a narrow directory reaches and
// the first that it does not.
TEST(Writer, TurnsWideAtTheFirstByteTooMany) {
  constexpr size_t kRest = format::kObjectHeaderSize + 3 + 2 * 4;  // and a length of three bytes
  for (const size_t excess : {0, 1, 2, 70'000}) {
    const std::string text(format::kNarrowBytesMax - kRest + excess, 'x');
    Writer writer;
    const Writer::Mark mark = writer.BeginObject();
    writer.AddText(16, Tag::kText, text);
    writer.AddInteger(17, 5);
    writer.EndObject(mark);
    const ObjectView object = RootOf(writer);
    EXPECT_EQ(IsWide(object), excess > 0) << excess;
    EXPECT_EQ(object.size(), writer.bytes().size()) << excess;
    EXPECT_EQ(object.Find(16).text(), text) << excess;
    EXPECT_EQ(object.Find(17).integer(), 5) << excess;
  }
}

TEST(Writer, CopiesBetweenNarrowAndWideObjects) {
  Writer source;
  const Writer::Mark from = source.BeginObject();
  source.AddInteger(16, 65535);
  source.AddInteger(17, -5);
  source.AddText(18, Tag::kText, "copied");
  const Writer::Mark inner = source.BeginObject();
  source.AddText(21, Tag::kText, "inner");
  source.EndObject(inner);
  source.AddNested(20, Tag::kObject, inner.begin);
  source.EndObject(from);
  for (const bool is_wide : {false, true, false}) {
    Writer target;
    const Writer::Mark to = target.BeginObject();
    if (is_wide) target.AddText(5000, Tag::kText, std::string(70'000, 'y'));
    const ObjectView old = RootOf(source);
    for (size_t i = 0; i < old.count(); ++i) target.AddCopy(old[i]);
    target.EndObject(to);
    const ObjectView object = RootOf(target);
    EXPECT_EQ(IsWide(object), is_wide);
    EXPECT_EQ(object.Find(16).integer(), 65535);
    EXPECT_EQ(object.Find(17).integer(), -5);
    EXPECT_EQ(object.Find(18).text(), "copied");
    EXPECT_EQ(object.Find(20).object().Find(21).text(), "inner");
    if (!is_wide) continue;
    source.Clear();  // and back: the next round copies from the wide one
    const Writer::Mark again = source.BeginObject();
    for (size_t i = 0; i < object.count(); ++i) {
      if (object[i].number < 5000) source.AddCopy(object[i]);
    }
    source.EndObject(again);
  }
}

TEST(Writer, OrdersElementsByIdAndFindsThem) {
  Writer writer;
  const Writer::Mark mark = writer.BeginPlural();
  for (const EntityId id : {EntityId{9}, EntityId{1}, UINT64_MAX, EntityId{4}}) {
    const Writer::Mark element = writer.BeginObject();
    writer.AddInteger(16, static_cast<int64_t>(id % 100));
    writer.EndObject(element);
    writer.AddElement(id, element.begin);
  }
  EXPECT_EQ(writer.ElementCount(mark), 4u);
  writer.EndPlural(mark);
  const PluralView plural(writer.bytes().data());
  ASSERT_EQ(plural.count(), 4u);
  EXPECT_EQ(plural.size(), writer.bytes().size());
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(plural.Find(plural.id(i)), i);
    EXPECT_EQ(plural.element(i).Find(16).integer(), static_cast<int64_t>(plural.id(i) % 100));
  }
  for (const EntityId id : {EntityId{0}, EntityId{2}, EntityId{10}, UINT64_MAX - 1}) {
    EXPECT_EQ(plural.Find(id), plural.count()) << id;
  }
}

TEST(Writer, TakesBackWhatWasBegun) {
  Writer writer;
  const Writer::Mark mark = writer.BeginObject();
  writer.AddText(16, Tag::kText, "kept");
  const std::string before = writer.bytes();
  const Writer::Mark inner = writer.BeginObject();
  EXPECT_TRUE(writer.IsEmptyObject(inner));
  writer.Drop(inner);
  const Writer::Mark plural = writer.BeginPlural();
  writer.Drop(plural);
  EXPECT_EQ(writer.bytes(), before);
  EXPECT_FALSE(writer.IsEmptyObject(mark));
  writer.EndObject(mark);
  EXPECT_EQ(RootOf(writer).count(), 1u);
}

TEST(View, AnEmptyOneHoldsNothing) {
  EXPECT_EQ(ObjectView().count(), 0u);
  EXPECT_EQ(ObjectView().Find(16).number, 0);
  EXPECT_EQ(PluralView().count(), 0u);
  EXPECT_EQ(PluralView().Find(1), 0u);
  EXPECT_EQ(ValueView().object().count(), 0u);
  EXPECT_EQ(ValueView().plural().count(), 0u);
  EXPECT_EQ(ValueView().bytes(), "");
}

TEST(Record, HasAHeaderThatSaysWhatItWasGiven) {
  Writer writer;
  writer.bytes().append(format::kHeaderSize, '\xff');
  writer.EndObject(writer.BeginObject());
  const RecordHeader header{testing::kTestType, 3, testing::kTestId, -1, INT64_MAX, Uuid::Random()};
  SealRecord(header, writer.bytes());
  const Shape shape;
  const auto record = RecordView::Verify(writer.bytes(), header.type, header.id, shape);
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->id(), header.id);
  EXPECT_EQ(record->type_version(), 3u);
  EXPECT_EQ(record->created(), -1);
  EXPECT_EQ(record->last_updated(), INT64_MAX);
  EXPECT_EQ(std::string_view(record->uuid(), 16), header.uuid.view());
  EXPECT_EQ(record->root().count(), 0u);
  EXPECT_EQ(record->bytes().substr(1, 1), std::string_view("\0", 1));
  EXPECT_EQ(record->bytes().substr(12, 4), std::string_view("\0\0\0\0", 4));
}

}  // namespace
}  // namespace dossier
