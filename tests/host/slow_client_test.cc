// Clients that are slow, silent or many, against a host that waits a second for them.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "host_fixture.h"
#include "host_program.h"
#include "http_client.h"

namespace dossier::host_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ::testing::HasSubstr;

std::vector<std::string> FlagsOf(const TempDirectory& directory, const char* timeout_seconds) {
  return {"--data-dir",
          directory.Store(),
          "--listen",
          "127.0.0.1:0",
          "--durability",
          "buffered",
          "--owner-client-id",
          "owner",
          "--owner-client-secret",
          "secret",
          "--timeout-seconds",
          timeout_seconds,
          "--metrics-listen",
          "127.0.0.1:0"};
}

// Open connections to the API, as /metrics tells.
int ConnectionCount(uint16_t metrics_port) {
  constexpr std::string_view kName = "\ndossier_connections ";
  const std::string text =
      Exchange(metrics_port, "GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n").body;
  const size_t at = text.find(kName);
  return at == std::string::npos ? -1 : std::atoi(text.c_str() + at + kName.size());
}

TEST(SlowClientTest, WhoSendsABodyByteNowAndThenIsNotWaitedForForEver) {
  const TempDirectory directory;
  HostProgram host(FlagsOf(directory, "1"));
  const uint16_t port = host.Port();
  const std::string never_ends(1000, 'x');
  for (const std::string_view begin : {"POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n",
                                       "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                                       "400\r\n"}) {
    Connection connection(port);
    connection.Send(begin);
    // At this pace it would take 100 seconds, in which something moves all the time.
    EXPECT_FALSE(connection.SendSlowly(never_ends, 1, milliseconds(100))) << begin;
    EXPECT_TRUE(connection.Ends()) << begin;
  }
}

TEST(SlowClientTest, WhoSendsAHeadByteNowAndThenIsNotWaitedForForEver) {
  const TempDirectory directory;
  HostProgram host(FlagsOf(directory, "1"));
  const uint16_t port = host.Port();
  const std::string never_ends(1000, 'x');
  for (const bool is_first : {true, false}) {
    for (const std::string_view begin : {"", "GET / HTTP/1.1\r\nA: "}) {
      Connection connection(port);
      if (!is_first) {
        connection.Send(Post("/entity.create", "type_name=user&attributes={}"));
        EXPECT_THAT(connection.Read().body, HasSubstr(kOk));
      }
      connection.Send(begin);
      EXPECT_FALSE(connection.SendSlowly(never_ends, 1, milliseconds(100))) << begin;
      EXPECT_TRUE(connection.Ends()) << begin;
    }
  }
}

TEST(SlowClientTest, WhoSendsAHeadByteByByteInTimeIsServed) {
  const TempDirectory directory;
  HostProgram host(FlagsOf(directory, "1"));
  Connection connection(host.Port());
  for (int i = 0; i < 3; ++i) {  // in all it takes longer than one head may
    EXPECT_TRUE(connection.SendSlowly("GET /nowhere HTTP/1.1\r\n\r\n", 1, milliseconds(40)));
    EXPECT_THAT(connection.Read().body, HasSubstr("\"code\":404"));
  }
}

TEST(SlowClientTest, WhoStopsInTheMiddleIsClosed) {
  const TempDirectory directory;
  HostProgram host(FlagsOf(directory, "1"));
  const uint16_t port = host.Port();
  for (const std::string_view begin : {"", "GET /", "GET / HTTP/1.1\r\nA: ",
                                       "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf"}) {
    for (const bool is_half_closed : {false, true}) {
      Connection connection(port);
      connection.Send(begin);
      if (is_half_closed) connection.HalfClose();
      EXPECT_TRUE(connection.Ends()) << begin;
    }
  }
}

TEST(SlowClientTest, WhoIsSlowButSteadyIsServed) {
  const TempDirectory directory;
  HostProgram host(FlagsOf(directory, "1"));
  Connection connection(host.Port());
  std::string form = R"(type_name=user&attributes={"email":"slow@example.com"}&padding=)";
  form.resize(100'000, 'x');
  const std::string request = Post("/entity.create", form);
  EXPECT_TRUE(connection.SendSlowly(request, 2'000, milliseconds(50)));  // 2.5 seconds
  EXPECT_THAT(connection.Read().body, HasSubstr(kOk));
}

TEST(SlowClientTest, WhoDoesNotReadItsAnswerIsClosed) {
  const TempDirectory directory;
  HostProgram host(FlagsOf(directory, "1"));
  const uint16_t metrics_port = host.MetricsPort();
  const std::string text(4'000'000, 'x');
  const Answer created = Exchange(
      host.Port(),
      Post("/entity.create",
           R"(type_name=user&attributes={"email":"large@example.com","aboutMe":")" + text + "\"}"));
  ASSERT_THAT(created.body, HasSubstr(kOk));
  const std::string read =
      Get(R"(/entity?type_name=user&key_attribute=email&key_value="large@example.com")");
  Connection connection(host.Port());
  for (int i = 0; i < 10; ++i) connection.Send(read);  // more than the system keeps for a reader
  const steady_clock::time_point deadline = steady_clock::now() + kPatience;
  while (ConnectionCount(metrics_port) != 0 && steady_clock::now() < deadline) {
  }
  EXPECT_EQ(ConnectionCount(metrics_port), 0);
  EXPECT_THAT(Exchange(host.Port(), read).body, HasSubstr(text));
}

// As many as the system lets this process have, of which 10,000 are enough.
size_t ManyConnections() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  return std::min<size_t>(10'000, limit.rlim_cur / 2);
}

TEST(SlowClientTest, ThousandsAreIdleWhileOthersAreServed) {
  const TempDirectory directory;
  HostProgram host(FlagsOf(directory, "300"));
  const uint16_t port = host.Port();
  const uint16_t metrics_port = host.MetricsPort();
  const size_t count = ManyConnections();
  std::vector<std::unique_ptr<Connection>> idle;
  for (size_t i = 0; i < count; ++i) {
    idle.push_back(std::make_unique<Connection>(port));
    ASSERT_TRUE(idle.back()->connected()) << i;
    idle.back()->ResetOnClose();
    // A third has been served, a third has begun a request, a third has sent nothing.
    if (i % 3 == 0) {
      idle.back()->Send(Get("/nowhere"));
      ASSERT_EQ(idle.back()->Read().status, 200) << i;
    } else if (i % 3 == 1) {
      idle.back()->Send("GET /nowh");
    }
  }
  for (int i = 0; i < 100; ++i) {
    const std::string email = "busy" + std::to_string(i) + "@example.com";
    EXPECT_THAT(Exchange(port, Post("/entity.create",
                                    R"(type_name=user&attributes={"email":")" + email + R"("})"))
                    .body,
                HasSubstr(kOk));
  }
  EXPECT_GE(ConnectionCount(metrics_port), static_cast<int>(count));
  for (size_t i = 0; i < count; i += 97) {
    idle[i]->Send(i % 3 == 1 ? "ere HTTP/1.1\r\n\r\n" : Get("/nowhere"));
    EXPECT_THAT(idle[i]->Read().body, HasSubstr("\"code\":404")) << i;
  }
  EXPECT_EQ(host.Stop(), 0) << host.output();
}

}  // namespace
}  // namespace dossier::host_test
