#include "storage/rocks_log.h"

#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <string_view>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "storage/file.h"

namespace dossier {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFileBytesMax = 8u << 20;
constexpr size_t kLineBytesMax = 4'096;

class RocksLog : public rocksdb::Logger {
 public:
  explicit RocksLog(const std::string& directory)
      : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL), path_(directory + "/LOG") {
    Begin();
  }

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list values) override {
    char text[kLineBytesMax];
    const int size = std::vsnprintf(text, sizeof text, format, values);
    if (size < 0) return;
    const std::string line = absl::StrCat(
        absl::FormatTime("%Y/%m/%d-%H:%M:%E6S ", absl::FromUnixMicros(clock_.NowMicros()),
                         absl::UTCTimeZone()),
        text, "\n");
    const std::lock_guard<std::mutex> lock(mutex_);
    if (bytes_ > kFileBytesMax) Begin();
    if (file_ == nullptr || !file_->is_open()) return;
    if (::write(file_->descriptor(), line.data(), line.size()) > 0) bytes_ += line.size();
  }

 private:
  void Begin() {
    std::error_code error;
    if (fs::file_size(path_, error) > kFileBytesMax && !error) {
      fs::rename(path_, path_ + ".old", error);
    }
    file_ = std::make_unique<File>(path_, O_WRONLY | O_CREAT | O_APPEND, 0600);
    bytes_ = fs::file_size(path_, error);
    if (error) bytes_ = 0;
  }

  const std::string path_;
  const Clock clock_{{}};
  std::mutex mutex_;
  std::unique_ptr<File> file_;  // by mutex_, and so below
  size_t bytes_ = 0;
};

class SilentRocksLog : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*values*/) override {}
};

}  // namespace

std::shared_ptr<rocksdb::Logger> MakeRocksLog(const std::string& directory) {
  return std::make_shared<RocksLog>(directory);
}

std::shared_ptr<rocksdb::Logger> MakeSilentRocksLog() { return std::make_shared<SilentRocksLog>(); }

}  // namespace dossier
