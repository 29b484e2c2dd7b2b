// A scenario file: calls of the entity API in order, each with the answer that it must get.
//
//   # What the file shows.
//   # Source: entity-api.md 1.3
//
//   @empty
//   @type thing [{"name":"name","type":"string"}]
//   @client reader direct_read_access
//
//   entity.create type_name=thing attributes={"name":"a"}
//   ----
//   {"id":"<id:ada>","uuid":"<uuid>","stat":"ok"}
//
//   (reader) entity.update type_name=thing id=$ada
//     value={"name":"any text to the end of the line"}
//   ----
//   ! 403 client_permission_error
//
// Shape:
//   file        = { "#" text | blank | directive | call "----" expectation }
//   directive   = "@" name { word }, continued by indented lines
//     @empty                     the store starts without the entity type `user`
//     @type NAME ATTR_DEFS       the owner declares an entity type
//     @client NAME { FEATURE }   a client with the secret NAME-secret; `owner` is there already
//     @reopen                    the engine is closed and opened again
//     @clock MICROSECONDS        how far the clock goes from one reading to the next; may be <= 0
//     @watch CALL                after every refused call, CALL must answer as before it
//     @unwatch                   no more of that
//     @rising { NAME }           captured ids or times, each greater than the one before
//   call        = [ "(" caller ")" ] operation { parameter }
//     parameter = name "=" value; blanks inside double quotes belong to the value. An indented line
//                 holds one parameter, its value to the end of the line; an indented line that
//                 begins with "?" holds urlencoded form text.
//     caller    = ( a client's name (Basic, the default is `owner`) | "none" | "basic ID:SECRET"
//               | "header TEXT" ) [ " from " ADDRESS ]; the address is unknown where none is given
//     $name in a value is what was captured; $$ is a dollar sign.
//   expectation = JSON (see expectation.h) | "same" (as this call's last answer)
//               | "!" code{"|"code} [ error name ] { member "=" value }
//                 then lines up to a blank one belong to the expectation.
#ifndef DOSSIER_TESTS_SCENARIOS_SCENARIO_H_
#define DOSSIER_TESTS_SCENARIOS_SCENARIO_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace dossier::scenarios {

// A call as the file has it, captured names not yet put in.
struct Call {
  std::string caller = "owner";
  std::string operation;
  std::vector<std::pair<std::string, std::string>> parameters;  // "?" names form text
  std::string text;                                             // for messages
};

struct Step {
  int line = 0;                    // 1-based, of the call or directive
  std::string directive;           // "reopen"; empty for a call
  std::vector<std::string> words;  // of a directive
  Call call;                       // of a call and of @watch
  std::string expectation;         // of a call
  size_t expectation_begin = 0;    // index of its first line in Scenario::lines
  size_t expectation_end = 0;      // behind its last line
};

struct Scenario {
  std::string path;
  std::vector<std::string> lines;
  std::vector<Step> steps;
};

// Errors: kNotFound where the file cannot be read, kInvalidArgument with the line that is wrong.
absl::StatusOr<Scenario> ReadScenario(const std::string& path);

}  // namespace dossier::scenarios

#endif  // DOSSIER_TESTS_SCENARIOS_SCENARIO_H_
