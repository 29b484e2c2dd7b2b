// The program `dossier` as its users run it: what it writes, and how it ends.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using dossier::testing::IsOk;
using dossier::testing::TemporaryDirectory;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

struct Ended {
  int code = -1;
  std::string text;  // of both outputs
};

class ProgramTest : public ::testing::Test {
 protected:
  // As a shell would run it; `store` is the name of its directory.
  Ended Run(const std::string& arguments, const std::string& store = "store") {
    const std::string command = absl::StrCat(Command(arguments, store), " 2>&1");
    FILE* const output = popen(command.c_str(), "r");
    Ended ended;
    std::array<char, 4096> buffer;
    while (const size_t count = fread(buffer.data(), 1, buffer.size(), output)) {
      ended.text.append(buffer.data(), count);
    }
    const int status = pclose(output);
    if (WIFEXITED(status)) ended.code = WEXITSTATUS(status);
    return ended;
  }

  std::string Command(const std::string& arguments, const std::string& store) const {
    return absl::StrCat(DOSSIER_PROGRAM, " --data-dir ", top_.Join(store), " ", arguments);
  }

  void Declare(const std::string& store = "store") {
    const std::string schema = Written("schema.json", R"({"schema":{"name":"any","attr_defs":[
        {"name":"id","type":"id"},
        {"name":"email","type":"string","length":100,"constraints":["unique"]},
        {"name":"age","type":"integer"},{"name":"password","type":"password"},
        {"name":"home","type":"object","attr_defs":[{"name":"city","type":"string"}]},
        {"name":"photos","type":"plural","attr_defs":[{"name":"url","type":"string"}]}]}})");
    const Ended ended = Run("create-type --type user " + schema, store);
    ASSERT_EQ(ended.code, 0) << ended.text;
  }

  std::string Written(const std::string& name, const std::string& text) {
    std::ofstream(top_.Join(name), std::ios::binary) << text;
    return top_.Join(name);
  }

  std::string Read(const std::string& name) {
    std::ifstream file(top_.Join(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string Exported(const std::string& store) {
    const Ended ended = Run("export " + top_.Join("exported"), store);
    EXPECT_EQ(ended.code, 0) << ended.text;
    return Read("exported");
  }

  TemporaryDirectory top_;
};

TEST_F(ProgramTest, ATableIsImportedAndRefusedRowsAreMended) {
  Declare();
  const std::string table = Written(
      "people.csv",
      "email,age,home.city,photos,password\n"
      "ada@x.org,36,London,\"[{\"\"url\"\":\"\"u1\"\"},{\"\"url\"\":\"\"u2\"\"}]\",\n"
      "ADA@x.org,1,,,\n"
      "bob@x.org,old,,,\n"
      "eve@x.org,7,,{,\n"
      "joe@x.org,8,,,\"{\"\"type\"\":\"\"password-bcrypt\"\",\"\"value\"\":\"\"$2a$04$x\"\"}\"\n");
  const Ended imported = Run("import " + table);
  EXPECT_EQ(imported.code, 4) << imported.text;
  EXPECT_THAT(imported.text, HasSubstr("2 of 5 rows imported, 3 refused: see"));
  const std::vector<std::string> failures = absl::StrSplit(Read("people.csv.failures"), '\n');
  EXPECT_THAT(
      failures,
      ElementsAre(
          R"({"failure":{"line":3,"number":1,"code":361,"error":"unique_violation","attribute":"/email","holder_id":1,"reason":"Attempted to update a duplicate value"},"row":{"email":"ADA@x.org","age":1}})",
          AllOf(StartsWith(R"({"failure":{"line":4,"number":2,"code":341,)"),
                HasSubstr(R"("attribute":"/age")"), HasSubstr(R"("row":{"email":"bob@x.org")")),
          R"({"failure":{"line":5,"number":3,"reason":"column 'photos': it wants JSON"},"row":""})",
          ""));

  // Mended by hand, without the row that cannot be.
  const std::string mended = Written(
      "mended", absl::StrCat(R"({"failure":{},"row":{"email":"bob@x.org","age":40}})", "\n"));
  EXPECT_THAT(Run("import " + mended).text, HasSubstr("1 of 1 rows imported"));
  EXPECT_EQ(Run("count \"age > 30\"").text, "2\n");
  EXPECT_EQ(Run("count --json").text, "{\"total_count\":3}\n");
  EXPECT_EQ(Run("find \"home.city = 'london'\" --attributes email,photos.url").text,
            R"({"email":"ada@x.org","photos":[{"id":2,"url":"u1"},{"id":3,"url":"u2"}]})"
            "\n");
  EXPECT_EQ(Run("compact").code, 0);
  EXPECT_THAT(Run("get --key email=joe@x.org").text, HasSubstr("$2a$04$x"));
  EXPECT_THAT(Run("verify").text, HasSubstr(": sound\n"));
}

TEST_F(ProgramTest, AnExportThatIsImportedGivesAnEqualStore) {
  Declare("a");
  Declare("b");
  std::string rows;
  for (int i = 0; i < 300; ++i) {
    absl::StrAppend(&rows, R"({"email":"p)", i, R"(@x.org","age":)", i * 7,
                    R"(,"home":{"city":"Köln \"1\""},"photos":[{"url":"a"},{"url":null}]})", "\n");
  }
  EXPECT_EQ(Run("import " + Written("rows.json", rows), "a").code, 0);
  const std::string packed = top_.Join("all.ndjson.gz");
  EXPECT_THAT(Run("export " + packed, "a").text, HasSubstr("300 records exported"));
  EXPECT_FALSE(std::filesystem::exists(top_.Join("all.ndjson.part.gz")));
  EXPECT_THAT(Read("all.ndjson.gz"), StartsWith("\x1f\x8b"));
  EXPECT_EQ(Run("import " + packed, "b").code, 0);
  const std::string all = Exported("a");
  EXPECT_EQ(Exported("b"), all);
  EXPECT_THAT(Run("import --start-over --json " + packed, "b").text,
              HasSubstr(R"("imported":0,"already_there":300,"refused":0)"));
  EXPECT_EQ(Exported("b"), all);

  // Pages as the hosted product answers them say the same.
  std::string page = R"({"result_count":300,"results":[)";
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(all, '\n'))) {
    if (!line.empty()) absl::StrAppend(&page, page.ends_with('[') ? "" : ",", line);
  }
  Declare("c");
  EXPECT_EQ(Run("import " + Written("pages", page + R"(],"stat":"ok"})" + "\n"), "c").code, 0);
  EXPECT_EQ(Exported("c"), all);
}

TEST_F(ProgramTest, OnlyWhatIsNewerIsExported) {
  Declare();
  ASSERT_EQ(
      Run("import " + Written("rows", R"({"email":"a","lastUpdated":"2015-01-01 00:00:00.5 +0000"})"
                                      "\n"
                                      R"({"email":"b","lastUpdated":"2016-01-01 00:00:00 +0000"})"))
          .code,
      0);
  EXPECT_THAT(Run("export --since 2016-01-01 --attributes email").text,
              StartsWith("{\"email\":\"b\"}\n"));
}

TEST_F(ProgramTest, ADryRunSaysWhatTheTrueRunWouldAndWritesNothing) {
  Declare();
  std::string rows = "{\"email\":\"first\"}\n";
  for (int i = 0; i < 15'000; ++i) absl::StrAppend(&rows, R"({"email":"e)", i, "\"}\n");
  rows += "{\"email\":\"FIRST\"}\n{\"age\":\"x\"}\n";
  const std::string path = Written("rows", rows);
  // One thread, so that the ids, of which one stands among the failures, come in the order of the rows.
  const Ended dry = Run("import --threads 1 --dry-run " + path);
  EXPECT_EQ(dry.code, 4);
  EXPECT_THAT(dry.text, HasSubstr("15001 of 15003 rows imported, 2 refused"));
  const std::string failures = Read("rows.failures");
  EXPECT_THAT(failures, HasSubstr("unique_violation"));
  EXPECT_EQ(Run("count").text, "0\n");
  EXPECT_FALSE(std::filesystem::exists(top_.Join("store/dry-run")));
  EXPECT_EQ(Run("import --threads 1 " + path).text, dry.text);
  EXPECT_EQ(Read("rows.failures"), failures);
  EXPECT_EQ(Run("count").text, "15001\n");
}

// Killed at moments of its own choosing, then run again until it ends by itself.
TEST_F(ProgramTest, AnImportThatIsKilledGoesOnWithoutDoubles) {
  Declare();
  constexpr int kRows = 60'000;
  std::string rows;
  for (int i = 0; i < kRows; ++i) {
    // Every hundredth is refused; no row has anything that could tell it from another but its age.
    absl::StrAppend(&rows, R"({"age":)", i % 100 == 7 ? "\"x\"" : absl::StrCat(i), "}\n");
  }
  const std::string path = Written("rows.ndjson", rows);
  int kill_count = 0;
  for (int wait_ms = 60;; wait_ms += 20) {
    const std::string command = Command("import " + path, "store");
    const pid_t process = fork();
    if (process == 0) {
      freopen("/dev/null", "w", stdout);
      freopen("/dev/null", "w", stderr);
      execl("/bin/sh", "sh", "-c", ("exec " + command).c_str(), nullptr);
      _exit(127);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms));
    int status = 0;
    if (waitpid(process, &status, WNOHANG) == 0) {
      kill(process, SIGKILL);
      waitpid(process, &status, 0);
    }
    if (WIFEXITED(status)) {
      EXPECT_EQ(WEXITSTATUS(status), 4);
      break;
    }
    ++kill_count;
  }
  EXPECT_GT(kill_count, 0);
  EXPECT_EQ(Run("count").text, absl::StrCat(kRows - kRows / 100, "\n"));
  const std::vector<std::string> failures = absl::StrSplit(Read("rows.ndjson.failures"), '\n');
  ASSERT_EQ(failures.size(), size_t{kRows / 100 + 1});
  for (size_t i = 0; i + 1 < failures.size(); ++i) {
    EXPECT_THAT(failures[i], StartsWith(absl::StrCat(R"({"failure":{"line":)", i * 100 + 8, ",")));
  }
  EXPECT_THAT(Run("verify").text, HasSubstr(": sound\n"));
}

TEST_F(ProgramTest, ADamagedStoreIsMadeANewOne) {
  Declare();
  const std::string rows = Written("rows", "{\"email\":\"a@x.org\"}\n{\"email\":\"b@x.org\"}\n");
  EXPECT_EQ(Run("import " + rows).code, 0);
  Written("store/CURRENT", "");
  EXPECT_EQ(Run("verify").code, 1);
  const Ended repaired = Run("repair " + top_.Join("mended"));
  EXPECT_EQ(repaired.code, 0) << repaired.text;
  EXPECT_THAT(repaired.text, HasSubstr("2 records in "));
  EXPECT_THAT(repaired.text, HasSubstr(", sound; 0 left out\n"));
  EXPECT_THAT(Run("get --key email=b@x.org", "mended").text, HasSubstr("\"id\":"));
  EXPECT_EQ(Run("verify").code, 1);
  EXPECT_THAT(Run("repair " + top_.Join("mended")).text, HasSubstr("is there already"));
}

// A table that cannot be opened leaves what it had out, and says so.
TEST_F(ProgramTest, ARepairTellsWhatItLeavesOut) {
  Declare();
  EXPECT_EQ(Run("import " + Written("rows", "{\"email\":\"a@x.org\"}\n")).code, 0);
  EXPECT_EQ(Run("compact").code, 0);
  for (const auto& file : std::filesystem::directory_iterator(top_.Join("store"))) {
    if (file.path().extension() == ".sst") std::filesystem::resize_file(file.path(), 100);
  }
  const Ended repaired = Run("repair " + top_.Join("mended"));
  EXPECT_EQ(repaired.code, 4) << repaired.text;
  EXPECT_THAT(repaired.text, HasSubstr("left out: the table "));
  EXPECT_THAT(Run("repair --json " + top_.Join("other")).text, HasSubstr(R"("sound":true)"));
}

// So whoever kills it when it is done, and cannot know that, doubles nothing by running it again.
TEST_F(ProgramTest, AFileThatIsDoneIsNotDoneAgain) {
  Declare();
  const std::string path = Written("rows", "{\"age\":1}\n{\"age\":\"x\"}\n{\"age\":2}\n");
  EXPECT_EQ(Run("import " + path).code, 4);
  const std::string failures = Read("rows.failures");
  const Ended again = Run("import " + path);
  EXPECT_EQ(again.code, 4);
  EXPECT_THAT(again.text,
              HasSubstr("0 of 3 rows imported, 3 done before (again with --start-over)"));
  EXPECT_EQ(Read("rows.failures"), failures);
  EXPECT_EQ(Run("count").text, "2\n");
  EXPECT_EQ(Run("import --start-over " + path).code, 4);
  EXPECT_EQ(Run("count").text, "4\n");
  Written("rows", "{\"age\":3}\n");
  EXPECT_EQ(Run("import " + path).text, "1 of 1 rows imported\n");
  EXPECT_EQ(Run("count").text, "5\n");
}

TEST_F(ProgramTest, AFileMayHaveALongName) {
  Declare();
  EXPECT_EQ(Run("import " + Written(std::string(240, 'n'), "{}\n")).code, 0);
  EXPECT_EQ(Run("count").text, "1\n");
}

TEST_F(ProgramTest, EndsAsItsHelpSays) {
  EXPECT_EQ(Run("--help").code, 0);
  EXPECT_EQ(Run("").code, 2);
  EXPECT_EQ(Run("import").code, 2);
  EXPECT_EQ(Run("count").code, 1) << "there is no store";
  EXPECT_FALSE(std::filesystem::exists(top_.Join("store")));
  Declare();
  EXPECT_EQ(Run("count \"nothing = 1\"").code, 1);
  EXPECT_THAT(Run("count \"nothing = 1\"").text,
              HasSubstr("200 invalid_argument: filter was not valid for the following reason: "
                        "Unknown attribute (nothing)"));
  EXPECT_EQ(Run("get --id 1 --uuid 2").code, 1);
  EXPECT_EQ(Run("create-type --type other " + Written("numbered", R"([{"name":5}])")).code, 1);
  EXPECT_EQ(Run("import /nowhere").code, 1);
  EXPECT_EQ(Run("export /nowhere/file").code, 1);
  EXPECT_EQ(Run("import " + Written("one", "{}\n")).code, 0);
  EXPECT_EQ(Run("export /dev/full").code, 1);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
  const auto engine = Engine::Open({.directory = top_.Join("store")});
  ASSERT_THAT(engine, IsOk());
  EXPECT_EQ(Run("count").code, 3) << "this process has the store";
}

}  // namespace
}  // namespace dossier
