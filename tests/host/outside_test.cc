// The host as programs in other languages see it: each script drives it with the HTTP client of its
// language, in the forms that existing programs use. A script whose language is not there is skipped.
// Source: clients-on-the-wire.md 1 to 3, 7 to 11.
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "gtest/gtest.h"
#include "host_fixture.h"

namespace dossier::host_test {
namespace {

struct Script {
  const char* name;
  const char* needed;   // a command that succeeds where all it needs is there
  const char* command;  // that runs the file
  const char* file;
};

class OutsideTest : public HostTest, public ::testing::WithParamInterface<Script> {};

TEST_P(OutsideTest, SeesTheApi) {
  const std::string needed = GetParam().needed;
  if (std::system((needed + " > /dev/null 2>&1").c_str()) != 0) {
    GTEST_SKIP() << GetParam().name << " is not installed";
  }
  const std::string command = std::string(GetParam().command) + " '" DOSSIER_OUTSIDE_DIR "/" +
                              GetParam().file + "' http://127.0.0.1:" + std::to_string(port_) +
                              " 2>&1";
  FILE* output = popen(command.c_str(), "r");
  ASSERT_NE(output, nullptr);
  std::string text;
  char bytes[4096];
  while (const size_t count = fread(bytes, 1, sizeof bytes, output)) text.append(bytes, count);
  const int status = pclose(output);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << text;
  EXPECT_NE(text.find("all went well"), std::string::npos) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Scripts, OutsideTest,
    ::testing::Values(Script{"Python", "command -v python3", "python3", "http_client.py"},
                      Script{"Curl", "command -v curl", "sh", "curl.sh"},
                      Script{"Node", "command -v node", "node", "fetch.mjs"},
                      Script{"Php", "php -r 'exit(extension_loaded(\"curl\") ? 0 : 1);'", "php",
                             "curl.php"},
                      Script{"Ruby", "command -v ruby", "ruby", "net_http.rb"}),
    [](const auto& script) { return script.param.name; });

}  // namespace
}  // namespace dossier::host_test
