// Which answers are coded with gzip, and that they are the same text.
#include "http/content_coding.h"

#include <zlib.h>

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dossier::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ContentCodingTest, PrefersWhatWeighsMore) {
  for (const char* header :
       {"gzip", "GZIP", "x-gzip", "gzip, deflate, br", "deflate,gzip;q=0.001", "gzip;q=1.000",
        "gzip ; q=0.5 , identity;q=0.4", "identity, gzip", "gzip;q=0.5, *;q=0",
        "*;q=1, identity;q=0.5", "*, identity;q=0", "br;q=1.0, gzip;q=0.8, *;q=0.1"}) {
    EXPECT_TRUE(PrefersGzip(header)) << header;
  }
  for (const char* header :
       {"", "identity", "identity;q=1", "deflate", "br", "gzip;q=0", "gzip;q=0.000",
        "gzip;q=0.0, *", "identity;q=1, gzip;q=0.5", "*", "*;q=0", "*;q=0.5", "gzip;q=0.4, *;q=0.5",
        "gzip;q=", "gzip;q=x", "gzip;q=-1", "gzip;level=1", "gzipped", ",,;;,"}) {
    EXPECT_FALSE(PrefersGzip(header)) << header;
  }
}

std::string Inflated(std::string_view coded, size_t size) {
  std::string text(size + 1, '\0');
  z_stream stream{};
  inflateInit2(&stream, MAX_WBITS + 16);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(coded.data()));
  stream.avail_in = static_cast<uInt>(coded.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  const int result = inflate(&stream, Z_FINISH);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  EXPECT_EQ(result, Z_STREAM_END);
  return text;
}

// The headers that the answer adds.
std::string Lines(const Answer& answer) {
  std::string lines;
  for (const auto& [name, value] : answer.headers) lines += std::string(name) + ": " + value + "\n";
  return lines;
}

Answer Coded(std::string body, std::string_view accepts) {
  Answer answer{.body = std::move(body)};
  CodeContent(accepts, answer);
  return answer;
}

TEST(ContentCodingTest, KeepsTheText) {
  for (const size_t size : {kCodedBytesMin, size_t{5000}, size_t{1} << 20, size_t{20'000'000}}) {
    std::string text;
    for (size_t i = 0; text.size() < size; ++i) text += std::to_string(i * i) + ",";
    text.resize(size);
    const Answer answer = Coded(text, "gzip");
    EXPECT_THAT(Lines(answer), HasSubstr("Content-Encoding: gzip\n"));
    EXPECT_LT(answer.body.size(), size);
    EXPECT_EQ(Inflated(answer.body, size), text) << size;
  }
}

TEST(ContentCodingTest, LeavesWhatIsTooSmallOrNotAskedFor) {
  const Answer small = Coded(std::string(kCodedBytesMin - 1, 'x'), "gzip");
  EXPECT_EQ(Lines(small), "");
  EXPECT_EQ(small.body.size(), kCodedBytesMin - 1);
  const Answer plain = Coded(std::string(kCodedBytesMin, 'x'), "identity");
  EXPECT_THAT(Lines(plain), HasSubstr("Vary: Accept-Encoding\n"));
  EXPECT_THAT(Lines(plain), Not(HasSubstr("Content-Encoding")));
  EXPECT_EQ(plain.body, std::string(kCodedBytesMin, 'x'));
}

}  // namespace
}  // namespace dossier::http
