#include "http/content_coding.h"

#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"

namespace dossier::http {
namespace {

constexpr int kLevel = 1;  // level 6 takes three times as long for a tenth less

// Of "gzip;q=0.5": the coding, and its weight in thousandths. A malformed weight counts as 0.
struct Choice {
  std::string_view coding;
  int weight = 1000;
};

// In any case.
bool IsWord(std::string_view text, std::string_view word) {
  return absl::EqualsIgnoreCase(absl::string_view(text.data(), text.size()),
                                absl::string_view(word.data(), word.size()));
}

std::string_view WithoutBlanks(std::string_view text) {
  const size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

// Shape: "0", "1", or one of them with a point and up to three digits.
int ToWeight(std::string_view text) {
  const bool is_weight = !text.empty() && text.size() <= 5 && (text[0] == '0' || text[0] == '1') &&
                         (text.size() == 1 || text[1] == '.') &&
                         text.find_first_not_of("0123456789", std::min<size_t>(2, text.size())) ==
                             std::string_view::npos;
  if (!is_weight) return 0;
  int weight = text[0] - '0';
  for (size_t i = 2; i < 5; ++i) weight = weight * 10 + (i < text.size() ? text[i] - '0' : 0);
  return std::min(weight, 1000);
}

Choice ToChoice(std::string_view text) {
  const size_t semicolon = std::min(text.find(';'), text.size());
  Choice choice{.coding = WithoutBlanks(text.substr(0, semicolon))};
  if (semicolon == text.size()) return choice;
  const std::string_view parameter = WithoutBlanks(text.substr(semicolon + 1));
  const size_t equals = std::min(parameter.find('='), parameter.size());
  const bool is_q = IsWord(WithoutBlanks(parameter.substr(0, equals)), "q");
  choice.weight =
      is_q && equals < parameter.size() ? ToWeight(WithoutBlanks(parameter.substr(equals + 1))) : 0;
  return choice;
}

// A stream for each thread: what it allocates, 260 KB, costs more than a small body does.
class Gzip {
 public:
  Gzip() {
    constexpr int kGzipFormat = 16;
    constexpr int kMemoryDefault = 8;
    is_ready_ = deflateInit2(&stream_, kLevel, Z_DEFLATED, MAX_WBITS + kGzipFormat, kMemoryDefault,
                             Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ~Gzip() { deflateEnd(&stream_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  // Nothing where there is no memory for it.
  std::optional<std::string> Coded(std::string_view text) {
    if (!is_ready_ || deflateReset(&stream_) != Z_OK) return std::nullopt;
    constexpr size_t kStep = 1u << 30;  // zlib counts in 32 bits
    std::string coded;
    int result = Z_OK;
    while (result != Z_STREAM_END) {
      const std::string_view step = text.substr(0, kStep);
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(step.data()));
      stream_.avail_in = static_cast<uInt>(step.size());
      result = Fill(coded, step.size() == text.size() ? Z_FINISH : Z_NO_FLUSH);
      if (result != Z_OK && result != Z_BUF_ERROR && result != Z_STREAM_END) return std::nullopt;
      text.remove_prefix(step.size() - stream_.avail_in);
    }
    return coded;
  }

 private:
  // Codes on into some more room behind `coded`.
  int Fill(std::string& coded, int flush) {
    const size_t had = coded.size();
    coded.resize(std::max<size_t>(2 * had, 4096));
    stream_.next_out = reinterpret_cast<Bytef*>(coded.data() + had);
    stream_.avail_out = static_cast<uInt>(coded.size() - had);
    const int result = deflate(&stream_, flush);
    coded.resize(coded.size() - stream_.avail_out);
    return result;
  }

  z_stream stream_{};
  bool is_ready_ = false;
};

}  // namespace

bool PrefersGzip(std::string_view accept_encoding) {
  std::optional<int> gzip, identity, any;
  while (!accept_encoding.empty()) {
    const size_t comma = std::min(accept_encoding.find(','), accept_encoding.size());
    const Choice choice = ToChoice(accept_encoding.substr(0, comma));
    accept_encoding.remove_prefix(std::min(comma + 1, accept_encoding.size()));
    if (IsWord(choice.coding, "gzip") || IsWord(choice.coding, "x-gzip")) gzip = choice.weight;
    if (IsWord(choice.coding, "identity")) identity = choice.weight;
    if (choice.coding == "*") any = choice.weight;
  }
  const int as_it_is = identity.value_or(any.value_or(0));
  if (gzip) return *gzip > 0 && *gzip >= as_it_is;
  return any.value_or(0) > as_it_is;
}

void CodeContent(std::string_view accept_encoding, Answer& answer) {
  if (answer.body.size() < kCodedBytesMin) return;
  answer.headers.emplace_back("Vary", "Accept-Encoding");
  if (!PrefersGzip(accept_encoding)) return;
  thread_local Gzip gzip;
  std::optional<std::string> coded = gzip.Coded(answer.body);
  if (!coded || coded->size() >= answer.body.size()) return;
  answer.body = *std::move(coded);
  answer.headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace dossier::http
