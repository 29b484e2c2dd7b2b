// Addresses, and the blocks of them that a client may call from.
#include "access/addresses.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::testing::HasSubstr;

struct AllowRow {
  const char* block;
  std::vector<std::string> inside;
  std::vector<std::string> outside;
};

TEST(AllowList, HasTheAddressesOfItsBlocks) {
  const AllowRow rows[] = {
      {"0.0.0.0/0", {"1.2.3.4", "::1", "2001:db8::1", "", "no address", "::ffff:1.2.3.4"}, {}},
      {"192.168.0.0/30",
       {"192.168.0.0", "192.168.0.3", "::ffff:192.168.0.1"},
       {"192.168.0.4", "192.167.255.255", "", "no address", "::1", "::192.168.0.1"}},
      {"192.168.0.1", {"192.168.0.1"}, {"192.168.0.0", "192.168.0.2"}},
      {"192.168.0.1/32", {"192.168.0.1"}, {"192.168.0.0", "192.168.0.2"}},
      {"10.1.2.3/8", {"10.0.0.0", "10.255.255.255"}, {"11.0.0.0", "9.255.255.255"}},
      {"128.0.0.0/1", {"128.0.0.0", "255.255.255.255"}, {"127.255.255.255"}},
      {"192.168.128.0/17", {"192.168.128.0", "192.168.255.255"}, {"192.168.127.255"}},
      {"::/0", {"::1", "2001:db8::1"}, {"1.2.3.4", "::ffff:1.2.3.4", ""}},
      {"2001:db8::/32", {"2001:db8::", "2001:db8:ffff::1"}, {"2001:db9::", "2001:db7:ffff::"}},
      {"2001:db8::/33", {"2001:db8:7fff::"}, {"2001:db8:8000::"}},
      {"2001:db8::1", {"2001:db8::1", "2001:0db8:0:0::0:1"}, {"2001:db8::2"}},
      {"::1/128", {"::1"}, {"::2", "::", "127.0.0.1"}},
      {"::ffff:10.0.0.0/104", {"10.1.2.3", "::ffff:10.1.2.3"}, {"11.1.2.3", "::10.1.2.3"}},
      {"::ffff:10.0.0.1", {"10.0.0.1"}, {"10.0.0.2"}},
  };
  for (const AllowRow& row : rows) {
    const auto list = AllowList::Parse({row.block});
    ASSERT_THAT(list, IsOk()) << row.block;
    const auto both = AllowList::Parse({"203.0.113.9", row.block});
    ASSERT_THAT(both, IsOk());
    for (const std::string& address : row.inside) {
      EXPECT_TRUE(list->Allows(address)) << row.block << " " << address;
      EXPECT_TRUE(both->Allows(address)) << row.block << " " << address;
    }
    for (const std::string& address : row.outside) {
      EXPECT_FALSE(list->Allows(address)) << row.block << " " << address;
      EXPECT_FALSE(both->Allows(address)) << row.block << " " << address;
    }
    EXPECT_TRUE(both->Allows("203.0.113.9"));
  }
}

TEST(AllowList, RefusesWhatIsNoBlock) {
  for (const char* block : {"",
                            "/",
                            "/8",
                            "10.0.0.0/",
                            "10.0.0.0/-1",
                            "10.0.0.0/+8",
                            "10.0.0.0/8 ",
                            " 10.0.0.0/8",
                            "10.0.0.0/8/8",
                            "10.0.0.0/x",
                            "10.0.0.0/0x8",
                            "10.0.0/8",
                            "10.0.0.256",
                            "10.0.0.0.0",
                            "010.0.0.0",
                            "10",
                            "localhost",
                            "*",
                            "2001:db8::/-1",
                            "::ffff:10.0.0.0/95",
                            "::ffff:10.0.0.1/4",
                            "2001:::1",
                            "2001:db8::1%eth0",
                            "[::1]",
                            "::1]/8",
                            "10.0.0.0/99999999999999999999",
                            "\xff"}) {
    EXPECT_THAT(AllowList::Parse({block}), HasError(200)) << block;
    EXPECT_THAT(AllowList::Parse({"0.0.0.0/0", block}), HasError(200)) << block;
  }
  EXPECT_THAT(AllowList::Parse({std::string("10.0.0.0\0", 9)}), HasError(200));
  EXPECT_THAT(AllowList::Parse({}), HasError(200)) << "who may call is said, not left out";
  EXPECT_THAT(AllowList::Parse(std::vector<std::string>(1'000, "10.0.0.0/8")), IsOk());
  EXPECT_THAT(AllowList::Parse(std::vector<std::string>(1'001, "10.0.0.0/8")), HasError(200));
}

TEST(AllowList, SaysWhatIsTooLong) {
  for (const auto& [block, bits] : {std::pair{"10.0.0.0/33", "32"}, {"::/129", "128"}}) {
    EXPECT_THAT(std::string(AllowList::Parse({block}).status().message()),
                HasSubstr(std::string("value after slash must be ") + bits + " or less"));
  }
}

}  // namespace
}  // namespace dossier
