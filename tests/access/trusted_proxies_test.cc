#include "dossier/trusted_proxies.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

struct Case {
  const char* name;
  const char* peer;
  const char* forwarded_for;
  const char* client;
};

// 10.0.0.0/8 and ::1 are trusted.
class ClientAddressTest : public ::testing::TestWithParam<Case> {};

TEST_P(ClientAddressTest, IsTheLastThatIsNoProxy) {
  const auto proxies = TrustedProxies::Parse({"10.0.0.0/8", "::1"});
  ASSERT_TRUE(proxies.ok());
  EXPECT_EQ(proxies->ClientAddress(GetParam().peer, GetParam().forwarded_for), GetParam().client);
}

INSTANTIATE_TEST_SUITE_P(
    Headers, ClientAddressTest,
    ::testing::Values(Case{"OneProxy", "10.0.0.1", "192.0.2.7", "192.0.2.7"},
                      Case{"TwoProxies", "10.0.0.1", "192.0.2.7, 10.0.0.2", "192.0.2.7"},
                      Case{"WhatTheClientClaims", "10.0.0.1", "127.0.0.1, 192.0.2.7, 10.0.0.2",
                           "192.0.2.7"},
                      Case{"WhatTheClientClaimsAProxyToBe", "10.0.0.1",
                           "127.0.0.1, 10.9.9.9, 192.0.2.7", "192.0.2.7"},
                      Case{"APeerThatIsNotTrusted", "192.0.2.9", "192.0.2.7", "192.0.2.9"},
                      Case{"APeerThatIsNotKnown", "", "192.0.2.7", ""},
                      Case{"NoHeader", "10.0.0.1", "", "10.0.0.1"},
                      Case{"ABlankHeader", "10.0.0.1", "  ", "10.0.0.1"},
                      Case{"ProxiesOnly", "10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3"},
                      Case{"IPv6", "::1", "2001:db8::7", "2001:db8::7"},
                      Case{"IPv4InIPv6", "::ffff:10.0.0.1", "::ffff:192.0.2.7", "::ffff:192.0.2.7"},
                      Case{"WithAPort", "10.0.0.1", "192.0.2.7:49152", "192.0.2.7"},
                      Case{"IPv6WithAPort", "10.0.0.1", "[2001:db8::7]:49152", "2001:db8::7"},
                      Case{"IPv6InBrackets", "10.0.0.1", "[2001:db8::7]", "2001:db8::7"},
                      Case{"NoAddress", "10.0.0.1", "192.0.2.7, unknown", ""},
                      Case{"NoAddressBeforeOne", "10.0.0.1", "unknown, 192.0.2.7", "192.0.2.7"},
                      Case{"NothingBehindTheComma", "10.0.0.1", "192.0.2.7,", ""},
                      Case{"AnOpenBracket", "10.0.0.1", "[", ""},
                      Case{"APortAlone", "10.0.0.1", ":80", ""}),
    [](const auto& one) { return one.param.name; });

TEST(TrustedProxiesTest, NoneAreTrustedUnlessNamed) {
  EXPECT_EQ(TrustedProxies().ClientAddress("127.0.0.1", "192.0.2.7"), "127.0.0.1");
}

TEST(TrustedProxiesTest, WhatIsNoBlockIsRefused) {
  for (const std::vector<std::string>& blocks :
       {std::vector<std::string>{}, {""}, {"10.0.0.0/8", "proxy.example.com"}, {"10.0.0.0/33"}}) {
    EXPECT_FALSE(TrustedProxies::Parse(blocks).ok());
  }
}

}  // namespace
}  // namespace dossier
