// Runs a fuzz target over every file of the corpus directory it is given, without libFuzzer: a
// crash or a failed check ends the program, and the test with it.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

int ReplayAll(const std::filesystem::path& corpus) {
  int replayed_count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus)) {
    if (!entry.is_regular_file()) continue;
    const std::string input = ReadFile(entry.path());
    std::fprintf(stderr, "%s (%zu bytes)\n", entry.path().c_str(), input.size());
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
    ++replayed_count;
  }
  return replayed_count;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s <corpus directory>\n", argv[0]);
    return 2;
  }
  try {
    const int replayed_count = ReplayAll(argv[1]);
    std::fprintf(stderr, "replayed %d inputs\n", replayed_count);
    return replayed_count > 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cannot replay: %s\n", error.what());
    return 1;
  }
}
