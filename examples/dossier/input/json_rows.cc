#include "input/json_rows.h"

#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "simdjson.h"

namespace dossier::program {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr size_t kReadBytes = 256u << 10;
// A page has up to 10,000 records.
constexpr size_t kLineBytesMax = 1u << 30;

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

// What only a page or a failure can have in it; nearly all records are known by this for what they
// are.
bool MayBeWrapped(std::string_view line) {
  return line.find("\"results\"") != std::string_view::npos ||
         line.find("\"failure\"") != std::string_view::npos;
}

std::string_view Trimmed(std::string_view text) {
  const size_t end = text.find_last_not_of(" \t\r\n");
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end + 1);
}

// The JSON of a record, as it stands; of one that was no JSON the text.
simdjson::error_code TakeRecord(ondemand::value value, std::deque<std::string>& records) {
  ondemand::json_type type;
  if (const auto error = value.type().get(type)) return error;
  std::string_view text;
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    if (const auto error = value.get_object().get(object)) return error;
    if (const auto error = object.raw_json().get(text)) return error;
    text = Trimmed(text);
  } else if (const auto error = value.get_string().get(text)) {
    return error;
  }
  records.emplace_back(text);
  return simdjson::SUCCESS;
}

simdjson::error_code TakeRecords(ondemand::value value, std::deque<std::string>& records) {
  ondemand::array results;
  if (const auto error = value.get_array().get(results)) return error;
  for (auto result : results) {
    ondemand::value record;
    if (const auto error = result.get(record)) return error;
    if (const auto error = TakeRecord(record, records)) return error;
  }
  return simdjson::SUCCESS;
}

}  // namespace

struct JsonRows::Parser {
  ondemand::parser json;
};

JsonRows::JsonRows(InputFile& file) : file_(file), parser_(std::make_unique<Parser>()) {}

JsonRows::~JsonRows() = default;

absl::StatusOr<bool> JsonRows::Next(Row& row) {
  while (pending_.empty()) {
    row.status = absl::OkStatus();
    const absl::StatusOr<bool> has_line = NextLine(row.json);
    if (!has_line.ok() || !*has_line) return has_line;
    row.line = ++line_;
    if (IsBlank(row.json)) continue;
    if (!MayBeWrapped(row.json) || !Unwrap(row.json)) return true;
  }
  row.status = absl::OkStatus();
  row.line = line_;
  row.json = std::move(pending_.front());
  pending_.pop_front();
  return true;
}

bool JsonRows::Unwrap(std::string& line) {
  line.reserve(line.size() + simdjson::SIMDJSON_PADDING);
  ondemand::document document;
  ondemand::object object;
  if (parser_->json.iterate(line).get(document) != simdjson::SUCCESS ||
      document.get_object().get(object) != simdjson::SUCCESS) {
    return false;
  }
  bool has_results = false;
  bool has_result_count = false;  // or stat
  bool has_failure = false;
  bool has_row = false;
  size_t member_count = 0;
  std::deque<std::string> records;
  for (auto field : object) {
    std::string_view name;
    ondemand::value value;
    if (field.unescaped_key().get(name) != simdjson::SUCCESS ||
        field.value().get(value) != simdjson::SUCCESS) {
      return false;
    }
    ++member_count;
    has_result_count = has_result_count || name == "result_count" || name == "stat";
    has_failure = has_failure || name == "failure";
    has_results = has_results || name == "results";
    has_row = has_row || name == "row";
    if (name == "results" && TakeRecords(value, records) != simdjson::SUCCESS) return false;
    if (name == "row" && TakeRecord(value, records) != simdjson::SUCCESS) return false;
  }
  // A record may have attributes of some of these names: then it is one.
  const bool is_page = has_results && has_result_count && !has_row;
  const bool is_failure = has_failure && has_row && member_count == 2;
  if (!is_page && !is_failure) return false;
  pending_ = std::move(records);
  return true;
}

absl::StatusOr<bool> JsonRows::NextLine(std::string& line) {
  size_t searched = at_;
  for (;;) {
    const size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      line.assign(buffer_, at_, end - at_);
      at_ = end + 1;
      return true;
    }
    searched = buffer_.size() - at_;
    buffer_.erase(0, at_);
    at_ = 0;
    if (is_over_) break;
    if (buffer_.size() > kLineBytesMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", line_ + 1, " has more than ", kLineBytesMax, " bytes"));
    }
    const size_t before = buffer_.size();
    buffer_.resize(before + kReadBytes);
    const absl::StatusOr<size_t> count = file_.Read(std::span(buffer_).subspan(before));
    buffer_.resize(before + count.value_or(0));
    if (!count.ok()) return count.status();
    is_over_ = *count == 0;
  }
  line = std::exchange(buffer_, std::string());
  return !line.empty();
}

}  // namespace dossier::program
