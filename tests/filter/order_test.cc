// The one order of values: ordered bytes, comparisons with literals and of two values agree.
#include "filter/order.h"

#include <string>
#include <vector>

#include "../record/test_records.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "record/writer.h"

namespace dossier {
namespace {

using ::dossier::testing::kRichShape;
using ::dossier::testing::TestRecords;

// Values of one attribute as JSON, each above the one before.
struct Rising {
  const char* attribute;
  std::vector<std::string> values;
};

class OrderTest : public ::testing::Test {
 protected:
  // The record that has the value; it must outlive the view.
  std::string RecordWith(const std::string& attribute, const std::string& json) {
    return *records_.Create("{\"" + attribute + "\":" + json + "}");
  }
  static ValueView ValueIn(const std::string& record, const Attribute& attribute) {
    return RecordView::Trusted(record).root().Find(attribute.number);
  }

  TestRecords records_{kRichShape};
};

TEST_F(OrderTest, IsOneForBytesLiteralsAndValues) {
  const std::vector<Rising> all = {
      {"name",
       {R"("")", R"("\u0000")", R"("\u0000\u0000")", R"("\u0000a")", R"("\u0001")", R"("A")",
        R"("A\u0000")", R"("A\u0000b")", R"("A\u0001")", R"("AA")", R"("B")", R"("a")", R"("ä")",
        R"("\uffff")", R"("😀")"}},
      {"age",
       {"-9223372036854775808", "-65536", "-1", "0", "1", "255", "256", "65535", "65536",
        "9223372036854775807"}},
      {"height",
       {"-1e1000", "-123.5", "-123.4", "-123", "-12.5", "-1e-10", "-1e-1000", "0", "1e-1000",
        "1e-10", "0.99", "0.991", "1", "1.00000000000000000000000000000001", "9", "10", "10.5",
        "123e5", "1e1000"}},
      {"active", {"false", "true"}},
      {"born", {R"("0001-01-01")", R"("1969-12-31")", R"("1970-01-01")", R"("9999-12-31")"}},
      {"seen",
       {R"("0001-01-01")", R"("1969-12-31 23:59:59.999999")", R"("1970-01-01")",
        R"("1970-01-01 00:00:00.000001")", R"("9999-12-31")"}},
      {"address",
       {R"("0.0.0.0")", R"("9.255.255.255")", R"("127.255.255.255")", R"("128.0.0.0")",
        R"("255.255.255.255")"}},
  };
  for (const auto& [name, values] : all) {
    const Attribute& attribute = *records_.shape().FindNamed(name);
    std::string last_bytes;
    for (size_t i = 0; i < values.size(); ++i) {
      const std::string record = RecordWith(name, values[i]);
      const ValueView value = ValueIn(record, attribute);
      std::string bytes;
      AppendPlace(value, bytes);
      EXPECT_LT(last_bytes, bytes) << name << " " << values[i];
      EXPECT_FALSE(i > 0 && bytes.starts_with(last_bytes)) << name << " " << values[i];
      last_bytes = bytes;
      for (size_t j = 0; j < values.size(); ++j) {
        const std::string other = RecordWith(name, values[j]);
        const int order = CompareValues(attribute, value, attribute, ValueIn(other, attribute));
        EXPECT_EQ(order < 0, i < j) << name << " " << values[i] << " " << values[j];
        EXPECT_EQ(order > 0, i > j) << name << " " << values[i] << " " << values[j];
      }
    }
    std::string null_bytes;
    AppendPlace(ValueView(), null_bytes);
    EXPECT_LT(last_bytes, null_bytes) << name;
  }
}

TEST_F(OrderTest, EqualDecimalsHaveTheSameBytes) {
  const Attribute& attribute = *records_.shape().FindNamed("height");
  for (const auto& [a, b] :
       {std::pair{"1.50", "15e-1"}, {"0", "-0.00"}, {"100", "1e2"}, {"-0.5", "-5.0e-1"}}) {
    std::string bytes_a, bytes_b;
    const std::string record_a = RecordWith("height", a);
    AppendPlace(ValueIn(record_a, attribute), bytes_a);
    const std::string record_b = RecordWith("height", b);
    AppendPlace(ValueIn(record_b, attribute), bytes_b);
    EXPECT_EQ(bytes_a, bytes_b) << a << " " << b;
  }
}

// A stored date may be any number of days.
TEST_F(OrderTest, DatesPastAllTimesCompareWithTimes) {
  Writer writer;
  const Writer::Mark mark = writer.BeginObject();
  const Attribute& born = *records_.shape().FindNamed("born");
  const Attribute& seen = *records_.shape().FindNamed("seen");
  writer.AddDate(born.number, INT32_MAX);
  writer.AddTime(seen.number, 0);
  writer.EndObject(mark);
  const ObjectView object(writer.bytes().data());
  EXPECT_GT(CompareValues(born, object.Find(born.number), seen, object.Find(seen.number)), 0);
}

}  // namespace
}  // namespace dossier
