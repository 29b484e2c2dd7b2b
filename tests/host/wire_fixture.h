// What the promise to existing clients is tested with: a host and the calls that they make. The tests
// are named and ordered like the items of that promise: Item01 to Item08 are about requests, Item09 to
// Item16 about answers, Item17 to Item19 about values.
#ifndef DOSSIER_TESTS_HOST_WIRE_FIXTURE_H_
#define DOSSIER_TESTS_HOST_WIRE_FIXTURE_H_

#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "host_fixture.h"

namespace dossier::host_test {

class WireTest : public HostTest {
 protected:
  // The body of the answer to a POST of a form, which needs no encoding but of "%", "&" and "+".
  static std::string Call(std::string_view path, std::string_view form) {
    return Exchange(port_, Post(path, form)).body;
  }

  // The parameters that name the record with this email address.
  static std::string Key(std::string_view email) {
    return R"(type_name=user&key_attribute=email&key_value=")" + std::string(email) + "\"";
  }

  // A record with this email address and these attributes, `,"a":1`; what entity.create answers.
  static std::string Make(std::string_view email, std::string_view more = "") {
    const std::string answer =
        Call("/entity.create", R"(type_name=user&include_record=true&attributes={"email":")" +
                                   std::string(email) + "\"" + Encoded(more) + "}");
    EXPECT_THAT(answer, ::testing::HasSubstr(kOk));
    return answer;
  }

  // The record with this email address, or what stands at `path` of it.
  static std::string At(std::string_view email, std::string_view path = "") {
    return Call("/entity", Key(email) + "&attribute_name=" + std::string(path));
  }

  // The number or text that stands behind the first `"name":`, without quotes; empty where none does.
  static std::string Member(std::string_view json, std::string_view name) {
    const std::string mark = "\"" + std::string(name) + "\":";
    const size_t at = json.find(mark);
    if (at == std::string_view::npos) return "";
    const std::string_view value = json.substr(at + mark.size());
    if (value.starts_with('"')) return std::string(value.substr(1, value.find('"', 1) - 1));
    return std::string(value.substr(0, value.find_first_of(",}]")));
  }
};

}  // namespace dossier::host_test

#endif  // DOSSIER_TESTS_HOST_WIRE_FIXTURE_H_
