// Holds the checkout to the rules of layer_rules.cc, and shows that each of them can fail.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tidy/layer_rules.h"

namespace dossier::tidy {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::filesystem::path kTop = DOSSIER_SOURCE_DIR;

bool IsOurText(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".h" || extension == ".cc" || extension == ".cmake" ||
         path.filename() == "CMakeLists.txt";
}

SourceFile ReadSource(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {path.lexically_relative(kTop).generic_string(),
          std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>())};
}

std::vector<SourceFile> ReadTree() {
  std::vector<SourceFile> files;
  for (const char* folder : {"engine", "include", "bench", "tests", "fuzz", "examples"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kTop / folder)) {
      if (entry.is_regular_file() && IsOurText(entry.path())) {
        files.push_back(ReadSource(entry.path()));
      }
    }
  }
  return files;
}

TEST(Layers, HoldInEveryFile) {
  const std::vector<SourceFile> files = ReadTree();
  ASSERT_GT(files.size(), 20u) << "no sources below " << kTop;
  for (const SourceFile& file : files) EXPECT_THAT(Violations(file), IsEmpty());
}

TEST(Layers, HoldAtTheTop) {
  for (const auto& entry : std::filesystem::directory_iterator(kTop)) {
    EXPECT_TRUE(MayStandAtTop(entry.path().filename().string())) << entry.path();
  }
  EXPECT_FALSE(MayStandAtTop("notes.md"));
  EXPECT_FALSE(MayStandAtTop("scripts"));
}

struct Broken {
  const char* name;
  const char* path;
  std::string text;
  const char* reason;
};

class BrokenFile : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenFile, IsFlaggedOnce) {
  const std::vector<std::string> violations = Violations({GetParam().path, GetParam().text});
  EXPECT_THAT(violations, SizeIs(1));
  EXPECT_THAT(violations, Contains(HasSubstr(GetParam().reason)));
}

const char kClock[] = "the system's clock";
const char kMark[] = "a mark of unfinished work";

INSTANTIATE_TEST_SUITE_P(
    Layers, BrokenFile,
    ::testing::Values(
        Broken{"Upwards", "engine/record/a.cc", "\n#include \"schema/b.h\"\n",
               "engine/record/a.cc:2: record may not include schema"},
        Broken{"Sideways", "engine/storage/a.h", "#include \"mutation/b.h\"\n", "mutation"},
        Broken{"ToTheEngine", "engine/mutation/a.cc", "#include \"session.h\"\n", "engine"},
        Broken{"ToTheApi", "engine/session.cc", "#include \"api/b.h\"\n", "api"},
        Broken{"FromInclude", "include/dossier/a.h", "#include \"base/b.h\"\n", "base"},
        Broken{"Nowhere", "engine/base/a.cc", "#include \"tidy/b.h\"\n", "no layer"},
        Broken{"Simdjson", "engine/query/a.cc", "#include <simdjson.h>\n", "simdjson"},
        Broken{"RocksDb", "engine/record/a.cc", "#include <rocksdb/db.h>\n", "RocksDB"},
        Broken{"OpenSsl", "engine/base/a.cc", "#include <openssl/evp.h>\n", "OpenSSL"},
        Broken{"Crypt", "engine/schema/a.cc", "#include <crypt.h>\n", "crypt"},
        Broken{"Icu", "engine/query/a.cc", "#include <unicode/ucasemap.h>\n", "ICU"},
        Broken{"Sodium", "engine/access/a.cc", "#include <sodium.h>\n", "libsodium"},
        Broken{"PublicRocksDb", "include/dossier/a.h", "#include <rocksdb/db.h>\n", "public"},
        Broken{"SystemClock", "engine/a.cc", "auto t = std::chrono::system_clock::now();", kClock},
        Broken{"AbslNow", "engine/base/clock.h", "auto t = absl::Now();", kClock},
        Broken{"PublicClock", "include/dossier/a.h", "auto t = absl::Now();", kClock},
        Broken{"Mark", "tests/a_test.cc", std::string("// TO") + "DO: later", kMark},
        Broken{"LongFile", "engine/base/a.cc", std::string(401, '\n'), "longer than 400"},
        Broken{"LongHeader", "include/dossier/a.h", std::string(201, '\n'), "longer than 200"},
        Broken{"LongExample", "examples/host/a.cc", std::string(401, '\n'), "longer than 400"}),
    [](const auto& test) { return test.param.name; });

struct Sound {
  const char* name;
  const char* path;
  std::string text;
};

class SoundFile : public ::testing::TestWithParam<Sound> {};

TEST_P(SoundFile, IsNotFlagged) {
  EXPECT_THAT(Violations({GetParam().path, GetParam().text}), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Layers, SoundFile,
    ::testing::Values(Sound{"Downwards", "engine/schema/a.cc", "#include \"record/b.h\"\n"},
                      Sound{"OwnFolder", "engine/schema/a.cc", "#include \"schema/a.h\"\n"},
                      Sound{"Public", "engine/base/a.h", "#include \"dossier/errors.h\"\n"},
                      Sound{"Abseil", "include/dossier/a.h", "#include \"absl/status/status.h\"\n"},
                      Sound{"EngineBelowApi", "engine/api/a.cc", "#include \"session.h\"\n"},
                      Sound{"SimdjsonAtHome", "engine/json/a.cc", "#include <simdjson.h>\n"},
                      Sound{"ClockAtHome", "engine/base/clock.cc", "auto t = absl::Now();\n"},
                      Sound{"LongTest", "tests/base/a_test.cc", std::string(900, '\n')},
                      Sound{"FullHeader", "include/dossier/a.h", std::string(200, '\n')}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace dossier::tidy
