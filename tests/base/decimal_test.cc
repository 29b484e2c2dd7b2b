#include "base/decimal.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dossier {
namespace {

TEST(DecimalTest, EqualNumbersAreOneValue) {
  const std::vector<std::vector<std::string_view>> classes = {
      {"0", "-0", "0.00", "0e999", "-0.0E-5"},
      {"1.1", "1.10", "11e-1", "0.11E1", "0.00011e+4"},
      {"-250", "-2.5e2", "-2500e-1"},
      {"123456789012345678901234567890", "1.2345678901234567890123456789e29"},
  };
  for (size_t i = 0; i < classes.size(); ++i) {
    for (const std::string_view a : classes[i]) {
      for (size_t j = 0; j < classes.size(); ++j) {
        for (const std::string_view b : classes[j]) {
          EXPECT_EQ(Decimal::Of(a) == Decimal::Of(b), i == j) << a << " " << b;
          EXPECT_EQ(Compare(Decimal::Of(a), Decimal::Of(b)) == 0, i == j) << a << " " << b;
        }
      }
    }
  }
}

TEST(DecimalTest, OrderIsThatOfTheNumbers) {
  const std::string_view rising[] = {"-1e400",
                                     "-100",
                                     "-99.9",
                                     "-10",
                                     "-9",
                                     "-1.01",
                                     "-1",
                                     "-0.1",
                                     "-0.09",
                                     "-1e-400",
                                     "0",
                                     "1e-99999999999999999999",
                                     "1e-400",
                                     "0.09",
                                     "0.1",
                                     "0.11",
                                     "0.2",
                                     "1",
                                     "1.01",
                                     "9",
                                     "10",
                                     "9007199254740992",
                                     "9007199254740993",
                                     "1e400",
                                     "1e99999999999999999999"};
  for (size_t i = 0; i < std::size(rising); ++i) {
    for (size_t j = 0; j < std::size(rising); ++j) {
      const int order = Compare(Decimal::Of(rising[i]), Decimal::Of(rising[j]));
      EXPECT_EQ(order < 0, i < j) << rising[i] << " " << rising[j];
      EXPECT_EQ(order > 0, i > j) << rising[i] << " " << rising[j];
    }
  }
}

}  // namespace
}  // namespace dossier
