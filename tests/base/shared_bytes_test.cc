#include "base/shared_bytes.h"

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace dossier {
namespace {

TEST(SharedBytes, AreNullOrBytes) {
  const SharedBytes null;
  EXPECT_EQ(null, nullptr);
  EXPECT_FALSE(null);
  EXPECT_EQ(null.get(), nullptr);
  const SharedBytes empty{std::string_view()};
  EXPECT_NE(empty, nullptr);
  EXPECT_EQ(*empty, "");
  const std::string text(1'000, 'x');
  const SharedBytes bytes(text);
  EXPECT_TRUE(bytes);
  EXPECT_EQ(*bytes, text);
  EXPECT_EQ(bytes->size(), text.size());
  EXPECT_EQ(*SharedBytes("one, ", "two"), "one, two");
}

TEST(SharedBytes, AreOneInAllCopies) {
  SharedBytes first("some");
  const SharedBytes second = first;
  EXPECT_EQ(first, second);
  EXPECT_EQ(first->data(), second->data());
  EXPECT_NE(first, SharedBytes("some")) << "bytes of their own";
  SharedBytes third = std::move(first);
  EXPECT_EQ(first, nullptr);  // NOLINT: what was moved from is null
  EXPECT_EQ(third, second);
  third = *&third;
  EXPECT_EQ(*third, "some");
  third = nullptr;
  EXPECT_EQ(*second, "some");
}

// The last of them lets the bytes go, once: the sanitizers see it.
TEST(SharedBytes, AreLetGoByAnyThread) {
  SharedBytes bytes(std::string(100, 'x'));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([copy = bytes] {
      for (int n = 0; n < 10'000; ++n) {
        SharedBytes own = copy;
        const SharedBytes other = std::move(own);
        ASSERT_EQ(other->size(), 100u);
      }
    });
  }
  bytes = nullptr;
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace dossier
