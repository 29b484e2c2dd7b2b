#include "damage/damages.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"

namespace dossier::damage_test {
namespace {

namespace fs = std::filesystem;

constexpr size_t kSmallBytes = 64;  // of a file each byte of which is damaged
constexpr size_t kPageBytes = 4'096;

std::string Damaged(std::string bytes, const Damage& damage) {
  switch (damage.kind) {
    case Kind::kFlip:
      bytes[damage.at] = static_cast<char>(bytes[damage.at] ^ (1 << damage.bit));
      break;
    case Kind::kCut:
      bytes.resize(damage.at);
      break;
    case Kind::kEmpty:
      bytes.clear();
      break;
    case Kind::kRemove:
      break;
    case Kind::kAppend: {
      std::mt19937 random(static_cast<uint32_t>(bytes.size()));
      for (int i = 0; i < 100; ++i) bytes.push_back(static_cast<char>(random()));
      break;
    }
    case Kind::kZero:
      for (size_t i = 0; i < kPageBytes && damage.at * kPageBytes + i < bytes.size(); ++i) {
        bytes[damage.at * kPageBytes + i] = '\0';
      }
      break;
  }
  return bytes;
}

}  // namespace

std::string Damage::Text() const {
  const std::string where = absl::StrCat(store, "/", file, ": ");
  switch (kind) {
    case Kind::kFlip:
      return absl::StrCat(where, "bit ", int{bit}, " of byte ", at, " flipped");
    case Kind::kCut:
      return absl::StrCat(where, "cut to ", at, " bytes");
    case Kind::kEmpty:
      return absl::StrCat(where, "emptied");
    case Kind::kRemove:
      return absl::StrCat(where, "removed");
    case Kind::kAppend:
      return absl::StrCat(where, "junk appended");
    case Kind::kZero:
      return absl::StrCat(where, "page ", at, " zeroed");
  }
  return where;
}

std::string Damage::FileKind() const {
  if (file.starts_with("LOG.")) return "LOG";
  const std::string extension = fs::path(file).extension();
  return extension.empty() ? file.substr(0, file.find('-')) : extension.substr(1);
}

Damages::Damages(std::string directory) {
  for (const std::string store : {"closed", "killed"}) {
    for (const auto& file : fs::directory_iterator(directory + "/" + store)) {
      files_.push_back({store, file.path().filename(), file.file_size()});
    }
  }
  std::sort(files_.begin(), files_.end(), [](const File& a, const File& b) {
    return std::pair(a.store, a.name) < std::pair(b.store, b.name);
  });
  std::mt19937_64 random(3);
  for (const File& file : files_) {
    for (const Kind kind : {Kind::kEmpty, Kind::kRemove, Kind::kAppend}) {
      fixed_.push_back({file.store, file.name, kind});
    }
    // These are the same in both.
    if (file.bytes > kSmallBytes || file.store != "killed") continue;
    for (size_t at = 0; at < file.bytes; ++at) {
      fixed_.push_back(
          {file.store, file.name, Kind::kFlip, at, static_cast<uint8_t>(random() % 8)});
    }
  }
}

Damage Damages::Number(size_t n) const { return n < fixed_.size() ? fixed_[n] : MadeUp(n); }

Damage Damages::MadeUp(size_t n) const {
  std::mt19937_64 random(n);
  for (;;) {
    const File& file = files_[random() % files_.size()];
    if (file.bytes == 0) continue;
    Damage damage{file.store, file.name};
    damage.at = random() % file.bytes;
    damage.bit = static_cast<uint8_t>(random() % 8);
    const size_t how = random() % 10;
    if (how == 0) {
      damage.kind = Kind::kZero;
      damage.at /= kPageBytes;
    } else if (how < 4) {
      damage.kind = Kind::kCut;
    }
    return damage;
  }
}

bool MayLoseTheEnd(const Damage& damage) {
  const std::string of = damage.FileKind();
  return of == "log" || of == "TAIL" || of == "MANIFEST";
}

// Tables are never written again: those that stay as they are need no copy.
void Copy(const std::string& directory, const Damage& damage, const std::string& copy) {
  fs::remove_all(copy);
  fs::create_directory(copy);
  for (const auto& file : fs::directory_iterator(directory + "/" + damage.store)) {
    const std::string name = file.path().filename();
    const std::string to = copy + "/" + name;
    if (name == damage.file) {
      if (damage.kind == Kind::kRemove) continue;
      std::ifstream from(file.path(), std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(from)), {});
      std::ofstream(to, std::ios::binary) << Damaged(bytes, damage);
    } else if (file.path().extension() == ".sst") {
      fs::create_hard_link(file.path(), to);
    } else {
      fs::copy_file(file.path(), to);
    }
  }
}

}  // namespace dossier::damage_test
