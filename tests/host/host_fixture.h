// One host for the tests of a suite, and the requests they send to it.
#ifndef DOSSIER_TESTS_HOST_HOST_FIXTURE_H_
#define DOSSIER_TESTS_HOST_HOST_FIXTURE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "dossier/engine.h"
#include "gtest/gtest.h"
#include "host_program.h"
#include "http_client.h"

namespace dossier::host_test {

inline constexpr char kBasic[] = "Authorization: Basic b3duZXI6c2VjcmV0\r\n";  // owner:secret
inline constexpr char kOk[] = "\"stat\":\"ok\"";

inline std::string Form(std::string_view body) {
  return "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

// A POST of a form, with credentials.
inline std::string Post(std::string_view path, std::string_view body) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" + kBasic + Form(body);
}

inline std::string Get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" + kBasic + "\r\n";
}

// One host for all tests, with the owner client and one that may only read. Each test uses email
// addresses of its own.
class HostTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = new TempDirectory();
    {
      auto engine = Engine::Open({.directory = directory_->Store()});
      ASSERT_TRUE(engine.ok()) << engine.status();
      const Client reader{.client_id = "reader",
                          .client_secret = "secret",
                          .description = "may only read",
                          .features = {"direct_read_access"}};
      ASSERT_TRUE((*engine)->HostSession().AddClient(reader).ok());
    }
    host_ = new HostProgram({"--data-dir", directory_->Store(), "--listen", "127.0.0.1:0",
                             "--durability", "buffered", "--owner-client-id", "owner",
                             "--owner-client-secret", "secret"});
    port_ = host_->Port();
    ASSERT_NE(port_, 0) << host_->output();
  }
  static void TearDownTestSuite() {
    if (host_ != nullptr) {
      EXPECT_EQ(host_->Stop(), 0) << host_->output();
    }
    delete host_;
    host_ = nullptr;
    delete directory_;
  }

  // Creates a record with this email address and returns the answer.
  static std::string Create(std::string_view email) {
    const std::string attributes = R"({"email":")" + std::string(email) + R"("})";
    return Exchange(port_,
                    Post("/entity.create", "type_name=user&attributes=" + Encoded(attributes)))
        .body;
  }

  // What `entity` says of the record with this email address.
  static std::string Read(std::string_view email) {
    const std::string value = "\"" + std::string(email) + "\"";
    return Exchange(port_, Post("/entity",
                                "type_name=user&key_attribute=email&key_value=" + Encoded(value)))
        .body;
  }

  static inline TempDirectory* directory_ = nullptr;
  static inline HostProgram* host_ = nullptr;
  static inline uint16_t port_ = 0;
};

}  // namespace dossier::host_test

#endif  // DOSSIER_TESTS_HOST_HOST_FIXTURE_H_
