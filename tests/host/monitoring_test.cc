// What the host tells of itself: /health, /metrics and its log.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "host_fixture.h"
#include "host_program.h"
#include "http_client.h"
#include "log.h"
#include "metrics.h"

namespace dossier::host_test {
namespace {

using std::chrono::microseconds;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

TEST(MetricsTest, CountsWhatAllThreadsDid) {
  host::Metrics metrics({"entity", "entity.update"});
  std::vector<std::thread> threads;
  for (int t = 0; t < 20; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        metrics.CountCall("entity", 0, microseconds(30));
        metrics.CountCall("entity.update", 330, microseconds(10'001));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::string text;
  metrics.AppendText(text);
  for (const char* line :
       {"dossier_requests_total{operation=\"entity\",result=\"ok\"} 20000\n",
        "dossier_requests_total{operation=\"entity.update\",result=\"330\"} 20000\n",
        "dossier_request_duration_seconds_bucket{operation=\"entity\",le=\"0.000025\"} 0\n",
        "dossier_request_duration_seconds_bucket{operation=\"entity\",le=\"0.00005\"} 20000\n",
        "dossier_request_duration_seconds_bucket{operation=\"entity\",le=\"+Inf\"} 20000\n",
        "dossier_request_duration_seconds_bucket{operation=\"entity.update\",le=\"0.01\"} 0\n",
        "dossier_request_duration_seconds_bucket{operation=\"entity.update\",le=\"0.025\"} 20000\n",
        "dossier_request_duration_seconds_sum{operation=\"entity\"} 0.600000000\n",
        "dossier_request_duration_seconds_count{operation=\"entity\"} 20000\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(MetricsTest, ClientsMakeNoLabels) {
  host::Metrics metrics({"entity"});
  metrics.CountCall("", 404, microseconds(1));
  metrics.CountCall("entity.frobnicate", 404, std::chrono::hours(1));
  metrics.CountCall("entity", 987'654, microseconds(1));
  metrics.CountRefusal(413);
  metrics.CountRefusal(-1);
  metrics.CountRefusal(1'000'000);
  std::string text;
  metrics.AppendText(text);
  EXPECT_THAT(text, Not(HasSubstr("frobnicate")));
  EXPECT_THAT(text, Not(HasSubstr("987654")));
  EXPECT_THAT(text, HasSubstr("{operation=\"unknown\",result=\"404\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("{operation=\"entity\",result=\"500\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{operation=\"unknown\",le=\"10\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{operation=\"unknown\",le=\"+Inf\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("dossier_http_refusals_total{status=\"413\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("dossier_http_refusals_total{status=\"0\"} 2\n"));
}

// What a log writes into a pipe.
std::string Written(bool is_of_requests, const std::function<void(const host::Log&)>& write) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return "";
  write(host::Log(ends[1], is_of_requests));
  close(ends[1]);
  std::string text(4096, '\0');
  const ssize_t count = read(ends[0], text.data(), text.size());
  close(ends[0]);
  text.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return text;
}

constexpr char kTime[] = R"(\{"time":"20[0-9-]+T[0-9:]+\.[0-9]{6}Z",)";

TEST(LogTest, LinesAreJson) {
  const host::LoggedRequest request{.request_id = "r1",
                                    .operation = "entity",
                                    .client_id = "a\"b\\c\n",
                                    .code = 310,
                                    .duration = microseconds(12),
                                    .bytes_in = 210,
                                    .bytes_out = 980,
                                    .peer = "::1"};
  EXPECT_THAT(Written(true, [&](const host::Log& log) { log.Request(request); }),
              AllOf(ContainsRegex(kTime),
                    HasSubstr(R"("level":"info","request_id":"r1","operation":"entity",)"
                              R"("client_id":"a\"b\\c\u000a","result":"310","status":200,)"
                              R"("microseconds":12,"bytes_in":210,"bytes_out":980,"peer":"::1"})"
                              "\n")));
  EXPECT_EQ(Written(false, [&](const host::Log& log) { log.Request(request); }), "");
  EXPECT_THAT(Written(false,
                      [](const host::Log& log) {
                        log.Failure("r2", absl::DataLossError("record 7: checksum"));
                      }),
              AllOf(ContainsRegex(kTime), HasSubstr(R"("level":"error","request_id":"r2",)"
                                                    R"("cause":"DATA_LOSS: record 7: checksum"})"
                                                    "\n")));
}

class MonitoringTest : public ::testing::Test {
 protected:
  HostProgram Host(std::vector<std::string> more) const {
    std::vector<std::string> flags = {
        "--data-dir", directory_.Store(),  "--listen", "127.0.0.1:0",           "--durability",
        "buffered",   "--owner-client-id", "owner",    "--owner-client-secret", "secret"};
    flags.insert(flags.end(), more.begin(), more.end());
    return HostProgram(flags);
  }

  const TempDirectory directory_;
};

TEST_F(MonitoringTest, HealthIsAnsweredWithoutCredentials) {
  HostProgram host = Host({"--metrics-listen", "127.0.0.1:0"});
  for (const uint16_t port : {host.Port(), host.MetricsPort()}) {
    const Answer answer = Exchange(port, "GET /health HTTP/1.1\r\n\r\n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"stat":"ok"})");
  }
}

TEST_F(MonitoringTest, MetricsAreOnTheirOwnAddressAlone) {
  HostProgram host = Host({"--metrics-listen", "127.0.0.1:0"});
  const uint16_t port = host.Port();
  EXPECT_THAT(Exchange(port, Get("/metrics")).body, HasSubstr("\"code\":404"));
  Exchange(port, Post("/entity.create", "type_name=user&attributes={}"));
  Exchange(port, Get("/entity?type_name=user&id=987654"));
  Exchange(port, Get("/entity.frobnicate?secret=value"));
  Exchange(port, "POST /entity HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nid=1");
  Exchange(port, "PUT /entity HTTP/1.1\r\n\r\n");
  const Answer answer = Exchange(host.MetricsPort(), "GET /metrics HTTP/1.1\r\n\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  for (const char* line :
       {"dossier_requests_total{operation=\"entity.create\",result=\"ok\"} 1\n",
        "dossier_requests_total{operation=\"entity\",result=\"310\"} 1\n",
        "dossier_requests_total{operation=\"unknown\",result=\"404\"} 2\n",
        "dossier_http_refusals_total{status=\"400\"} 1\n",
        "dossier_http_refusals_total{status=\"405\"} 1\n",
        "dossier_request_duration_seconds_count{operation=\"entity\"} 1\n",
        "# TYPE dossier_request_duration_seconds histogram\n", "\ndossier_connections ",
        "\ndossier_connections_accepted_total 6\n", "\ndossier_store_records 1\n",
        "# TYPE dossier_store_changes_total counter\n", "\ndossier_store_block_cache_bytes ",
        "\nprocess_cpu_seconds_total ", "\nprocess_resident_memory_bytes "}) {
    EXPECT_THAT(answer.body, HasSubstr(line));
  }
  EXPECT_THAT(answer.body, Not(HasSubstr("frobnicate")));
  // Each line of the format, and each series once.
  std::vector<std::string> series;
  for (size_t at = 0; at < answer.body.size();) {
    const size_t end = answer.body.find('\n', at);
    const std::string line = answer.body.substr(at, end - at);
    EXPECT_THAT(
        line, MatchesRegex("# (HELP|TYPE) [a-z_]+ .+|[a-z_]+([{][a-zA-Z_=\",.+0-9]+[}])? [0-9.]+"));
    if (line[0] != '#') series.push_back(line.substr(0, line.rfind(' ')));
    at = end + 1;
  }
  std::sort(series.begin(), series.end());
  EXPECT_EQ(std::adjacent_find(series.begin(), series.end()), series.end());
}

TEST_F(MonitoringTest, OtherPathsOfTheMetricsAddress) {
  HostProgram host = Host({"--metrics-listen", "127.0.0.1:0"});
  EXPECT_EQ(Exchange(host.MetricsPort(), Get("/entity?type_name=user&id=1")).status, 404);
}

// The values of "request_id" in a text, in their order.
std::vector<std::string> RequestIdsIn(const std::string& text) {
  constexpr std::string_view kMark = R"("request_id":")";
  std::vector<std::string> ids;
  for (size_t at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at + 1)) {
    const size_t begin = at + kMark.size();
    ids.push_back(text.substr(begin, text.find('"', begin) - begin));
  }
  return ids;
}

TEST_F(MonitoringTest, EachRequestHasOneIdInTheLogAndInItsError) {
  HostProgram host = Host({"--log", "requests"});
  const uint16_t port = host.Port();
  std::string errors;
  errors += Exchange(port, Get("/entity?type_name=user&id=987654")).body;
  errors += Exchange(port, Post("/entity.delete", "type_name=user&id=987654")).body;
  errors += Exchange(port, "PUT /entity HTTP/1.1\r\n\r\n").body;
  errors += Exchange(port, "POST / HTTP/1.1\r\nContent-Length: 6000000\r\n\r\n").body;
  Exchange(port, Post("/entity.create", "type_name=user&attributes={}"));
  Exchange(port, Get("/nowhere"));
  EXPECT_EQ(host.Stop(), 0);
  const std::vector<std::string> logged = RequestIdsIn(host.output());
  ASSERT_EQ(logged.size(), 6) << host.output();
  EXPECT_EQ(std::set<std::string>(logged.begin(), logged.end()).size(), 6);
  EXPECT_EQ(RequestIdsIn(errors), std::vector<std::string>(logged.begin(), logged.begin() + 4));
}

TEST_F(MonitoringTest, LogHoldsNoValueAndNoSecret) {
  const std::string secret = "s3cretOfTheOwner";
  HostProgram host =
      Host({"--log", "requests", "--owner-client-id", "shop", "--owner-client-secret", secret});
  const uint16_t port = host.Port();
  const std::string credentials = "client_id=shop&client_secret=" + secret + "&type_name=user";
  const auto post = [&](const std::string& target, const std::string& form) {
    return Exchange(port, "POST " + target + " HTTP/1.1\r\n" + Form(form)).body;
  };
  const std::string values = R"(attributes={"email":"hidden@example.com","password":"hiddenWord"})";
  EXPECT_THAT(post("/entity.create", credentials + "&" + values), HasSubstr(kOk));
  EXPECT_THAT(post("/entity.create", credentials + "&" + values), HasSubstr("361"));
  EXPECT_THAT(post("/entity.create", credentials + R"(&attributes={"hiddenName":1})"),
              HasSubstr("223"));
  EXPECT_THAT(post("/entity?key_attribute=email&key_value=%22hidden@example.com%22", credentials),
              HasSubstr(kOk));
  EXPECT_THAT(post("/entity?" + credentials + "&id=hiddenId", ""), HasSubstr("200"));
  EXPECT_THAT(post("/entity?id=1&access_token=hiddenToken", credentials), HasSubstr("413"));
  EXPECT_THAT(post("/entity", "client_id=hiddenClient&client_secret=hiddenSecret&id=1"),
              HasSubstr("402"));
  EXPECT_THAT(post("/hiddenPath?hiddenQuery=1", credentials), HasSubstr("404"));
  EXPECT_EQ(
      Exchange(port,
               "POST /hidden HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nhidden")
          .status,
      400);
  EXPECT_EQ(Exchange(port, "PUT /hidden HTTP/1.1\r\n\r\n").status, 405);
  EXPECT_EQ(host.Stop(), 0);
  const std::string& log = host.output();
  EXPECT_THAT(log, Not(HasSubstr(secret)));
  EXPECT_THAT(log, Not(HasSubstr("hidden")));
  EXPECT_THAT(log, Not(HasSubstr("?")));
  for (
      const char* part :
      {R"("operation":"entity.create","client_id":"shop","result":"ok","status":200,"microseconds":)",
       R"("operation":"entity.create","client_id":"shop","result":"361")",
       R"("operation":"entity.create","client_id":"shop","result":"223")",
       R"("operation":"entity","client_id":"shop","result":"ok")",
       R"("operation":"entity","result":"402")", R"("operation":"unknown","result":"404")",
       R"("result":"refused","status":400)", R"("result":"refused","status":405)",
       R"("peer":"127.0.0.1"})"}) {
    EXPECT_THAT(log, HasSubstr(part));
  }
}

}  // namespace
}  // namespace dossier::host_test
