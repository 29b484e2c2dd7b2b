// The host as a process: its start, its stop, and what it says where it cannot start.
#include <csignal>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "host_program.h"
#include "http_client.h"

namespace dossier::host_test {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

std::vector<std::string> FlagsOf(const TempDirectory& directory) {
  return {"--data-dir", directory.Store(),       "--listen", "127.0.0.1:0", "--owner-client-id",
          "owner",      "--owner-client-secret", "secret"};
}

std::string Request(std::string_view path, std::string_view form) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
         std::to_string(form.size()) + "\r\n\r\n" + std::string(form);
}

constexpr char kCreate[] =
    R"(type_name=user&client_id=owner&client_secret=secret&attributes={"email":"a@example.com"})";
constexpr char kRead[] =
    R"(type_name=user&client_id=owner&client_secret=secret&key_attribute=email)"
    R"(&key_value="a@example.com")";

TEST(HostLifecycleTest, RestartFindsTheRecords) {
  const TempDirectory directory;
  for (const int signal : {SIGTERM, SIGINT}) {
    HostProgram host(FlagsOf(directory));
    const uint16_t port = host.Port();
    const Answer created = Exchange(port, Request("/entity.create", kCreate));
    EXPECT_THAT(created.body, HasSubstr(signal == SIGTERM ? "\"stat\":\"ok\"" : "\"code\":361"));
    EXPECT_EQ(host.Stop(signal), 0) << host.output();
  }
  HostProgram host(FlagsOf(directory));
  EXPECT_THAT(Exchange(host.Port(), Request("/entity", kRead)).body,
              HasSubstr("\"email\":\"a@example.com\""));
}

TEST(HostLifecycleTest, ReclaimsWhatWasRemovedAfterTheCallAndAfterAStart) {
  const TempDirectory directory;
  constexpr char kMark[] = "reclaimed the space of what was removed: 1 records looked through";
  {
    HostProgram host(FlagsOf(directory));
    const uint16_t port = host.Port();
    EXPECT_THAT(Exchange(port, Request("/entity.create", kCreate)).body, HasSubstr("\"ok\""));
    EXPECT_THAT(Exchange(port, Request("/entityType.removeAttribute",
                                       "type_name=user&client_id=owner&client_secret=secret"
                                       "&attribute_name=email"))
                    .body,
                HasSubstr("\"stat\":\"ok\""));
    EXPECT_TRUE(host.Prints(kMark)) << host.output();
    EXPECT_EQ(host.Stop(), 0) << host.output();
  }
  {
    auto engine = Engine::Open({.directory = directory.Store()});
    ASSERT_TRUE(engine.ok()) << engine.status();
    ASSERT_TRUE((*engine)->HostSession().RemoveAttribute("user", "givenName").ok());
  }
  HostProgram host(FlagsOf(directory));
  EXPECT_TRUE(host.Prints(kMark)) << host.output();
  EXPECT_EQ(host.Stop(), 0) << host.output();
}

TEST(HostLifecycleTest, AnsweredWritesSurviveAKill) {
  for (const std::string_view durability : {"synced", "buffered"}) {
    const TempDirectory directory;
    std::vector<std::string> flags = FlagsOf(directory);
    flags.push_back("--durability=" + std::string(durability));
    HostProgram killed(flags);
    EXPECT_THAT(Exchange(killed.Port(), Request("/entity.create", kCreate)).body,
                HasSubstr("\"stat\":\"ok\""));
    killed.Stop(SIGKILL);
    HostProgram host(flags);
    EXPECT_THAT(Exchange(host.Port(), Request("/entity", kRead)).body,
                HasSubstr("\"email\":\"a@example.com\""))
        << durability;
  }
}

TEST(HostLifecycleTest, StopLetsARequestFinish) {
  const TempDirectory directory;
  HostProgram host(FlagsOf(directory));
  Connection connection(host.Port());
  connection.Send("POST /entity.create HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: " +
                  std::to_string(sizeof kCreate - 1) + "\r\n\r\n");
  ASSERT_EQ(connection.Read().status, 100);  // the host has begun it
  host.Signal(SIGTERM);
  connection.Send(kCreate);
  EXPECT_THAT(connection.Read().body, HasSubstr("\"stat\":\"ok\""));
  EXPECT_TRUE(connection.Ends());
  EXPECT_EQ(host.Wait(), 0) << host.output();
}

TEST(HostLifecycleTest, StopDoesNotWaitForSilentClients) {
  const TempDirectory directory;
  HostProgram host(FlagsOf(directory));
  const Connection idle(host.Port());
  Connection half(host.Port());
  half.Send("POST /entity HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n");
  ASSERT_EQ(half.Read().status, 100);  // the host has begun it
  EXPECT_EQ(host.Stop(), 0) << host.output();
  EXPECT_TRUE(half.Ends());
}

TEST(HostLifecycleTest, SilentClientsAreClosed) {
  const TempDirectory directory;
  std::vector<std::string> flags = FlagsOf(directory);
  flags.push_back("--timeout-seconds=1");
  HostProgram host(flags);
  Connection idle(host.Port());
  Connection half(host.Port());
  half.Send("POST /entity HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf");
  EXPECT_TRUE(idle.Ends());
  EXPECT_TRUE(half.Ends());
}

TEST(HostLifecycleTest, SecondHostNamesTheHolder) {
  const TempDirectory directory;
  HostProgram first(FlagsOf(directory));
  const uint16_t port = first.Port();
  HostProgram second(FlagsOf(directory));
  EXPECT_EQ(second.Wait(), 3);
  EXPECT_THAT(second.output(), HasSubstr(std::to_string(first.process())));
  EXPECT_THAT(Exchange(port, Request("/entity.create", kCreate)).body,
              HasSubstr("\"stat\":\"ok\""));
}

TEST(HostLifecycleTest, PortInUse) {
  const TempDirectory directory;
  HostProgram first(FlagsOf(directory));
  const std::string address = "127.0.0.1:" + std::to_string(first.Port());
  const TempDirectory other;
  HostProgram second({"--data-dir", other.Store(), "--listen", address});
  EXPECT_EQ(second.Wait(), 4);
  EXPECT_THAT(second.output(), HasSubstr(address));
  EXPECT_FALSE(std::filesystem::exists(other.Store()));
}

TEST(HostLifecycleTest, DirectoryOfSomethingElse) {
  const TempDirectory directory;
  std::filesystem::create_directory(directory.Store());
  close(open((directory.Store() + "/notes.txt").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  HostProgram host(FlagsOf(directory));
  EXPECT_EQ(host.Wait(), 5) << host.output();
  EXPECT_THAT(host.output(), HasSubstr(directory.Store()));
}

// The owner's "ID:SECRET" in the line that a new host prints for curl.
std::string PrintedCredentials(const std::string& output) {
  const size_t at = output.find("curl -u ");
  if (at == std::string::npos) return "";
  return output.substr(at + 8, output.find(' ', at + 8) - at - 8);
}

TEST(HostLifecycleTest, NewStorePrintsAnOwnerThatWorks) {
  const TempDirectory directory;
  const std::vector<std::string> flags = {"--data-dir=" + directory.Store(),
                                          "--listen=127.0.0.1:0"};
  std::string credentials;
  {
    HostProgram host(flags);
    const uint16_t port = host.Port();
    credentials = PrintedCredentials(host.output());
    ASSERT_THAT(credentials, MatchesRegex("[A-Za-z0-9]+:[A-Za-z0-9]+"));
    const size_t colon = credentials.find(':');
    const std::string form = "client_id=" + credentials.substr(0, colon) +
                             "&client_secret=" + credentials.substr(colon + 1) +
                             "&type_name=user&attributes={}";
    EXPECT_THAT(Exchange(port, Request("/entity.create", form)).body, HasSubstr("\"stat\":\"ok\""));
    EXPECT_EQ(host.Stop(), 0);
  }
  HostProgram again(flags);
  EXPECT_NE(again.Port(), 0);
  EXPECT_THAT(again.output(), Not(HasSubstr("curl")));
}

TEST(HostLifecycleTest, OwnerFromTheEnvironment) {
  const TempDirectory directory;
  const std::vector<std::string> environment = {"DOSSIER_OWNER_CLIENT_ID=owner",
                                                "DOSSIER_OWNER_CLIENT_SECRET=secret"};
  HostProgram host({"--data-dir", directory.Store(), "--listen", "127.0.0.1:0"}, environment);
  EXPECT_THAT(Exchange(host.Port(), Request("/entity.create", kCreate)).body,
              HasSubstr("\"stat\":\"ok\""));
  EXPECT_THAT(host.output(), Not(HasSubstr("secret")));
}

TEST(HostLifecycleTest, OwnerKeepsItsSecret) {
  const TempDirectory directory;
  std::vector<std::string> flags = FlagsOf(directory);
  {
    HostProgram host(flags);
    ASSERT_NE(host.Port(), 0);
    EXPECT_EQ(host.Stop(), 0);
  }
  flags.back() = "another";
  HostProgram host(flags);
  EXPECT_THAT(Exchange(host.Port(), Request("/entity.create", kCreate)).body,
              HasSubstr("\"stat\":\"ok\""));
  EXPECT_THAT(host.output(), HasSubstr("warning"));
}

struct WrongFlags {
  std::vector<std::string> flags;
  std::string says;
};

TEST(HostLifecycleTest, WrongFlagsAreNamed) {
  const WrongFlags cases[] = {
      {{}, "--data-dir"},
      {{"--data-dir"}, "--data-dir wants a value"},
      {{"--data-dir="}, "--data-dir wants a value"},
      {{"--data-dir", "d", "--frobnicate"}, "--frobnicate"},
      {{"--data-dir", "d", "stray"}, "stray"},
      {{"--data-dir", "d", "--listen", "8080"}, "8080"},
      {{"--data-dir", "d", "--listen", "127.0.0.1:70000"}, "70000"},
      {{"--data-dir", "d", "--listen", "::1:8080"}, "[::1]"},
      {{"--data-dir", "d", "--durability", "maybe"}, "maybe"},
      {{"--data-dir", "d", "--feature-reading", "both"}, "both"},
      {{"--data-dir", "d", "--timeout-seconds", "0"}, "--timeout-seconds"},
      {{"--data-dir", "d", "--memory-mb", "63"}, "64 to"},
      {{"--data-dir", "d", "--signature-skew-seconds", "-1"}, "--signature-skew-seconds"},
      {{"--data-dir", "d", "--owner-client-id", "owner"}, "secret"},
      {{"--data-dir", "d", "--trusted-proxies", "10.0.0.0/8,proxy"}, "--trusted-proxies"},
  };
  for (const WrongFlags& wrong : cases) {
    HostProgram host(wrong.flags);
    EXPECT_EQ(host.Wait(), 2) << host.output();
    EXPECT_THAT(host.output(), HasSubstr(wrong.says));
    EXPECT_THAT(host.output(), HasSubstr("--help"));
  }
}

TEST(HostLifecycleTest, HelpAndVersion) {
  HostProgram help({"--help"});
  EXPECT_EQ(help.Wait(), 0);
  for (const char* flag :
       {"--data-dir", "--listen", "--durability", "--owner-client-id", "--owner-client-secret",
        "--feature-reading", "DOSSIER_SECRETS_KEY", "--signature-skew-seconds", "--memory-mb",
        "--timeout-seconds", "--version"}) {
    EXPECT_THAT(help.output(), HasSubstr(flag));
  }
  HostProgram version({"--version"});
  EXPECT_EQ(version.Wait(), 0);
  EXPECT_THAT(version.output(), MatchesRegex("dossier-host [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(HostLifecycleTest, AKeyOfTheEnvironmentSealsTheSecrets) {
  const TempDirectory directory;
  const std::string key = "DOSSIER_SECRETS_KEY=0123456789abcdef";
  HostProgram first(FlagsOf(directory), {key});
  ASSERT_NE(first.Port(), 0) << first.output();
  EXPECT_EQ(first.Stop(), 0);
  for (const char* other : {"DOSSIER_SECRETS_KEY=", "DOSSIER_SECRETS_KEY=0123456789abcdeg"}) {
    HostProgram host(FlagsOf(directory), {other});
    EXPECT_EQ(host.Wait(), 5) << other;
    EXPECT_THAT(host.output(), HasSubstr("secrets_key")) << other;
  }
  HostProgram again(FlagsOf(directory), {key});
  EXPECT_NE(again.Port(), 0) << again.output();
  EXPECT_EQ(again.Stop(), 0);
  const std::string other = "DOSSIER_SECRETS_KEY=0123456789abcdeg";
  HostProgram changing(FlagsOf(directory), {other, "DOSSIER_FORMER_SECRETS_KEY=0123456789abcdef"});
  EXPECT_NE(changing.Port(), 0) << changing.output();
  EXPECT_EQ(changing.Stop(), 0);
  HostProgram changed(FlagsOf(directory), {other});
  EXPECT_NE(changed.Port(), 0) << changed.output();
}

TEST(HostLifecycleTest, AnOwnerOfTheOverviewReachesNoRecords) {
  const TempDirectory directory;
  std::vector<std::string> flags = FlagsOf(directory);
  flags.push_back("--feature-reading=overview");
  HostProgram host(flags);
  const uint16_t port = host.Port();
  ASSERT_NE(port, 0) << host.output();
  EXPECT_THAT(Exchange(port, Request("/entity", kRead)).body, HasSubstr("\"code\":403"));
  EXPECT_THAT(Exchange(port, Request("/clients/list", kRead)).body, HasSubstr("\"stat\":\"ok\""));
}

TEST(HostLifecycleTest, ListensOnIpv6) {
  const TempDirectory directory;
  HostProgram host({"--data-dir", directory.Store(), "--listen", "[::1]:0"});
  if (host.Port() == 0 && host.output().find("cannot listen on") != std::string::npos) {
    GTEST_SKIP() << "no IPv6 here: " << host.output();
  }
  EXPECT_THAT(host.output(), HasSubstr("listening on http://[::1]:"));
}

}  // namespace
}  // namespace dossier::host_test
