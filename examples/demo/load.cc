// Loads generated profiles into a new store, opens it again and reads some of them back.
//
//   dossier-demo-load DIR [COUNT]
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "dossier/engine.h"

namespace {

using dossier::EntityKey;
using Clock = std::chrono::steady_clock;

constexpr size_t kProfileCountDefault = 20'000;
constexpr size_t kProfileCountMax = 10'000'000;
constexpr size_t kReadCountMax = 1'000;
constexpr size_t kPlainProgressStep = 5'000;
constexpr size_t kThreadCountMax = 8;

// What a program keeps of a record that it made.
struct Loaded {
  uint64_t id = 0;
  std::string uuid;
};

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// 1234567 as "1,234,567".
std::string Grouped(size_t number) {
  std::string text = absl::StrCat(number);
  for (size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string Rate(size_t count, double seconds) {
  return Grouped(static_cast<size_t>(static_cast<double>(count) / std::max(seconds, 1e-9)));
}

template <size_t N>
std::string Pick(const char* const (&names)[N], size_t number) {
  return names[number % N];
}

std::string GivenName(size_t number) {
  static constexpr const char* kNames[] = {"Ada",    "Grace",   "Edsger", "Barbara",
                                           "Donald", "Radia",   "Leslie", "Karen",
                                           "Tony",   "Frances", "Niklaus"};
  return Pick(kNames, number);
}

std::string FamilyName(size_t number) {
  static constexpr const char* kNames[] = {"Parker", "Smith",  "Nafir", "Okafor", "Müller",
                                           "García", "Tanaka", "Novák", "Singh"};
  return Pick(kNames, number / 11);
}

std::string City(size_t number) {
  static constexpr const char* kNames[] = {"Portland", "Lagos", "Zürich", "Osaka",
                                           "Córdoba",  "Pune",  "Brno"};
  return Pick(kNames, number);
}

std::string Email(size_t number) { return absl::StrCat("profile", number, "@example.com"); }

std::string DisplayName(size_t number) {
  return absl::StrCat(GivenName(number), " ", FamilyName(number));
}

std::string Statuses(size_t number) {
  return absl::StrFormat(
      R"([{"status":"registered","statusCreated":"2015-12-%02d 07:36:25"},)"
      R"({"status":"verified","statusCreated":"2016-02-%02d 12:00:00.5"},)"
      R"({"status":"active in wave %d","statusCreated":"2020-06-%02dT08:15:00Z"}])",
      number % 28 + 1, number % 27 + 1, number % 40, number % 30 + 1);
}

std::string Photos(size_t number) {
  const std::string base = absl::StrCat("https://images.example.com/profiles/", number);
  return absl::StrCat(R"([{"type":"small","value":")", base, R"(/small.jpg"},{"type":"normal",)",
                      R"("value":")", base, R"(/normal.jpg"},{"type":"large","value":")", base,
                      R"(/large.jpg"}])");
}

// About 1 KB of JSON with two plurals of three elements.
std::string Profile(size_t number) {
  return absl::StrCat(
      R"({"email":")", Email(number), R"(","emailVerified":"2016-02-26 19:08:44")",
      R"(,"displayName":")", DisplayName(number), R"(","givenName":")", GivenName(number),
      R"(","familyName":")", FamilyName(number), R"(","gender":"not said","birthday":"19)",
      absl::StrFormat("%02d-%02d-%02d", number % 70 + 20, number % 12 + 1, number % 28 + 1),
      R"(","aboutMe":"Number )", number,
      R"( of the demonstration: reads, writes, and now and then loses a password.")",
      R"(,"mobileNumber":"+1 503 555 )", absl::StrFormat("%04d", number % 10'000),
      R"(","primaryAddress":{"address1":")", number % 900 + 1, R"( Main Street","city":")",
      City(number), R"(","zip":")", absl::StrFormat("%05d", number % 100'000),
      R"(","country":"Somewhere"},"optIn":{"status":)", number % 2 == 0 ? "true" : "false",
      R"(,"updated":"2019-01-01 00:00:00"},"statuses":)", Statuses(number), R"(,"photos":)",
      Photos(number), "}");
}

// Says how far the loading is: one line that changes on a terminal, a line at a time elsewhere.
class Progress {
 public:
  explicit Progress(size_t total) : total_(total) {}

  void Show(size_t done) {
    const double seconds = SecondsSince(start_);
    const double left =
        done == 0 ? 0 : seconds * static_cast<double>(total_ - done) / static_cast<double>(done);
    const std::string line = absl::StrFormat("  %9s of %s   %8s/s   %5.1f s left", Grouped(done),
                                             Grouped(total_), Rate(done, seconds), left);
    if (terminal_) {
      std::cout << "\r" << line << "\033[K" << std::flush;
    } else if (done / kPlainProgressStep > shown_ / kPlainProgressStep) {
      std::cout << line << std::endl;
      shown_ = done;
    }
  }

  // Leaves a terminal's line empty.
  void Finish() const {
    if (terminal_) std::cout << "\r\033[K" << std::flush;
  }

 private:
  const size_t total_;
  const bool terminal_ = isatty(STDOUT_FILENO) == 1;
  const Clock::time_point start_ = Clock::now();
  size_t shown_ = 0;
};

// Creates every `step`th profile from `first` on, until one fails or another thread's does.
absl::Status LoadSome(dossier::Session session, size_t first, size_t step,
                      std::vector<Loaded>& loaded, std::atomic<size_t>& done,
                      std::atomic<bool>& failed) {
  for (size_t number = first; number < loaded.size() && !failed; number += step) {
    const absl::StatusOr<dossier::Created> created = session.Create("user", Profile(number));
    if (!created.ok()) {
      failed = true;
      return created.status();
    }
    loaded[number] = {.id = created->id, .uuid = created->uuid};
    ++done;
  }
  return absl::OkStatus();
}

absl::Status Load(dossier::Engine& engine, std::vector<Loaded>& loaded) {
  const size_t thread_count =
      std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kThreadCountMax);
  std::atomic<size_t> done = 0;
  std::atomic<bool> failed = false;
  std::vector<absl::Status> results(thread_count);
  std::vector<std::thread> threads;
  Progress progress(loaded.size());
  const Clock::time_point start = Clock::now();
  for (size_t first = 0; first < thread_count; ++first) {
    threads.emplace_back([&, first] {
      results[first] = LoadSome(engine.HostSession(), first, thread_count, loaded, done, failed);
    });
  }
  while (done < loaded.size() && !failed) {
    progress.Show(done);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = SecondsSince(start);
  progress.Show(done);
  progress.Finish();
  for (const absl::Status& result : results) {
    if (!result.ok()) return result;
  }
  std::cout << absl::StrFormat("  %s created in %.2f s: %s/s with %d threads\n",
                               Grouped(loaded.size()), seconds, Rate(loaded.size(), seconds),
                               thread_count);
  return absl::OkStatus();
}

// Whether this is the record of profile `number`, as far as a look at its text can tell.
bool Matches(const std::string& record, size_t number, const Loaded& loaded) {
  const std::string parts[] = {absl::StrCat("\"id\":", loaded.id),
                               absl::StrCat("\"uuid\":\"", loaded.uuid, "\""),
                               absl::StrCat("\"email\":\"", Email(number), "\""),
                               absl::StrCat("\"displayName\":\"", DisplayName(number), "\""),
                               absl::StrCat("\"status\":\"active in wave ", number % 40, "\""),
                               absl::StrCat("/profiles/", number, "/large.jpg")};
  return std::all_of(std::begin(parts), std::end(parts), [&](const std::string& part) {
    return record.find(part) != std::string::npos;
  });
}

// Reads one in so many records by the key that `key_of` makes, and checks them.
absl::Status ReadBack(std::string_view name, dossier::Session session,
                      const std::vector<Loaded>& loaded,
                      const std::function<EntityKey(size_t)>& key_of) {
  const size_t count = std::min(loaded.size(), kReadCountMax);
  const size_t step = loaded.size() / count;
  const Clock::time_point start = Clock::now();
  for (size_t i = 0; i < count; ++i) {
    const size_t number = i * step;
    const absl::StatusOr<std::string> record = session.Get("user", key_of(number));
    if (!record.ok()) return record.status();
    if (!Matches(*record, number, loaded[number])) {
      return absl::DataLossError(absl::StrCat("profile ", number, " came back otherwise"));
    }
  }
  std::cout << absl::StrFormat("  by %-6s %s as written, %s/s\n", std::string(name), Grouped(count),
                               Rate(count, SecondsSince(start)));
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<dossier::Engine>> Open(const std::string& directory) {
  return dossier::Engine::Open(
      {.directory = directory, .durability = dossier::Durability::kBuffered});
}

absl::Status LoadNewStore(const std::string& directory, std::vector<Loaded>& loaded) {
  const absl::StatusOr<std::unique_ptr<dossier::Engine>> engine = Open(directory);
  if (!engine.ok()) return engine.status();
  const absl::Status type =
      (*engine)->HostSession().CreateEntityType("user", dossier::DefaultUserAttrDefs()).status();
  return type.ok() ? Load(**engine, loaded) : type;
}

absl::Status ReadStoreAgain(const std::string& directory, const std::vector<Loaded>& loaded) {
  const absl::StatusOr<std::unique_ptr<dossier::Engine>> engine = Open(directory);
  if (!engine.ok()) return engine.status();
  const dossier::Session session = (*engine)->HostSession();
  absl::Status status = ReadBack("id", session, loaded,
                                 [&](size_t number) { return EntityKey::Id(loaded[number].id); });
  if (!status.ok()) return status;
  status = ReadBack("uuid", session, loaded,
                    [&](size_t number) { return EntityKey::Uuid(loaded[number].uuid); });
  if (!status.ok()) return status;
  return ReadBack("email", session, loaded, [](size_t number) {
    return EntityKey::Attribute("email", absl::StrCat("\"", Email(number), "\""));
  });
}

int Fail(const std::string& message) {
  std::cerr << "dossier-demo-load: " << message << "\n";
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const size_t count = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : kProfileCountDefault;
  if (argc < 2 || argc > 3 || count == 0 || count > kProfileCountMax) {
    return Fail("usage: dossier-demo-load DIR [COUNT]");
  }
  const std::string directory = argv[1];
  std::vector<Loaded> loaded(count);
  std::cout << "Loading " << Grouped(count) << " profiles of " << Grouped(Profile(count).size())
            << " bytes, buffered\n";
  absl::Status status = LoadNewStore(directory, loaded);
  if (!status.ok()) return Fail(status.ToString());
  std::cout << "Opening the store again and reading some back\n";
  status = ReadStoreAgain(directory, loaded);
  return status.ok() ? 0 : Fail(status.ToString());
}
