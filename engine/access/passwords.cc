#include "access/passwords.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "access/secrets.h"
#include "base/json_text.h"
#include "base/status.h"
#include "base/text.h"
#include "dossier/limits.h"
#include "json/json_value.h"
#include "schema/password_schemes.h"

namespace dossier {
namespace {

// In the order in which crypt(3) and phpass write six bits.
constexpr std::string_view kSixBits =
    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr size_t kSaltSize = 16;       // characters, of kDigest
constexpr int kPhpassCost = 15;        // a power of two. Source: Drupal 7
constexpr size_t kPhpassSaltSize = 8;  // characters
constexpr size_t kPhpassSettingSize = 3 + 1 + kPhpassSaltSize;
constexpr size_t kPhpassSizeMax = 55;
constexpr size_t kCryptDesSize = 13;

struct ScratchDelete {
  void operator()(crypt_data* scratch) const {
    OPENSSL_cleanse(scratch, sizeof *scratch);
    delete scratch;
  }
};

// Empty where crypt(3) does not take the setting or the text.
std::string Crypt(std::string_view text, const std::string& setting) {
  // 32 KiB: too much for a small stack.
  const std::unique_ptr<crypt_data, ScratchDelete> scratch(new crypt_data());
  std::string phrase(text);  // crypt(3) reads up to a NUL
  const char* hash = crypt_rn(phrase.c_str(), setting.c_str(), scratch.get(), sizeof *scratch);
  OPENSSL_cleanse(phrase.data(), phrase.size());
  return hash == nullptr ? "" : hash;
}

// Empty where OpenSSL does not have the digest.
std::string Digest(const PasswordScheme& scheme, std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  size_t size = 0;
  const std::string name(scheme.digest);
  if (EVP_Q_digest(nullptr, name.c_str(), nullptr, bytes.data(), bytes.size(), digest, &size) !=
      1) {
    return "";
  }
  return {reinterpret_cast<const char*>(digest), size};
}

std::string SaltedDigest(const PasswordScheme& scheme, std::string_view text,
                         std::string_view salt) {
  const bool is_left = scheme.salt == SaltSide::kLeft;
  std::string bytes = absl::StrCat(ToAbsl(is_left ? salt : text), ToAbsl(is_left ? text : salt));
  std::string digest = Digest(scheme, bytes);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return digest;
}

void AppendSixBits(std::string_view bytes, std::string& out) {
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t three = 0;
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    for (size_t k = 0; k < count; ++k) {
      three |= uint32_t{static_cast<unsigned char>(bytes[i + k])} << (8 * k);
    }
    for (size_t k = 0; k <= count; ++k) out += kSixBits[three >> (6 * k) & 63];
  }
}

// `setting`: "$P$", the cost as one of kSixBits, and the salt.
std::string Phpass(const PasswordScheme& scheme, std::string_view text, std::string_view setting) {
  std::string bytes =
      absl::StrCat(ToAbsl(setting.substr(setting.size() - kPhpassSaltSize)), ToAbsl(text));
  std::string digest = Digest(scheme, bytes);
  for (uint64_t rounds = uint64_t{1} << kSixBits.find(setting[3]); rounds > 0; --rounds) {
    bytes.assign(digest).append(text);
    digest = Digest(scheme, bytes);
  }
  OPENSSL_cleanse(bytes.data(), bytes.size());
  std::string value(setting);
  AppendSixBits(digest, value);
  return value.substr(0, kPhpassSizeMax);
}

absl::StatusOr<std::string> RandomSixBits(size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    return absl::UnavailableError("the system's random generator failed");
  }
  for (char& byte : bytes) byte = kSixBits[static_cast<unsigned char>(byte) & 63];
  return bytes;
}

absl::StatusOr<std::string> CryptSetting(const PasswordScheme& scheme, int bcrypt_cost) {
  char random[16];
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  if (RAND_bytes(reinterpret_cast<unsigned char*>(random), sizeof random) != 1) {
    return absl::UnavailableError("the system's random generator failed");
  }
  const std::string prefix(scheme.prefix);
  const auto count = prefix.starts_with("$2") ? static_cast<unsigned long>(bcrypt_cost) : 0;
  if (crypt_gensalt_rn(prefix.c_str(), count, random, sizeof random, setting, sizeof setting) ==
      nullptr) {
    return absl::UnavailableError("crypt(3) made no salt");
  }
  return std::string(setting);
}

std::string Hex(std::string_view bytes) { return absl::BytesToHexString(ToAbsl(bytes)); }

// Whether crypt(3) may be asked about `value`: of this scheme, and not for too long.
std::optional<PasswordVerdict> RefusedByCrypt(const PasswordScheme& scheme,
                                              std::string_view value) {
  if (scheme.prefix.empty()) {
    const bool is_des = value.size() == kCryptDesSize &&
                        value.find_first_not_of(kSixBits) == std::string_view::npos;
    return is_des ? std::nullopt : std::optional(PasswordVerdict::kWrong);
  }
  const bool is_bcrypt = scheme.prefix == "$2a$";
  const size_t prefix_size = scheme.prefix.size();
  // The variants 2b, 2x and 2y are bcrypt too.
  const bool begins_well =
      is_bcrypt ? value.size() > 6 && value.starts_with("$2") && value[3] == '$' && value[6] == '$'
                : value.starts_with(scheme.prefix);
  if (!begins_well) return PasswordVerdict::kWrong;
  uint64_t amount = 0;
  value.remove_prefix(prefix_size);
  constexpr std::string_view kRounds = "rounds=";
  if (!is_bcrypt && !value.starts_with(kRounds)) return std::nullopt;  // the scheme's own default
  if (!is_bcrypt) value.remove_prefix(kRounds.size());
  const auto number = std::from_chars(value.data(), value.data() + value.size(), amount);
  if (number.ec == std::errc::invalid_argument) return PasswordVerdict::kWrong;
  const uint64_t most = is_bcrypt ? uint64_t{kBcryptCostMax} : kPasswordRoundsMax;
  if (number.ec != std::errc() || amount > most) return PasswordVerdict::kCannotTell;
  return std::nullopt;
}

PasswordVerdict VerdictOf(bool is_right) {
  return is_right ? PasswordVerdict::kRight : PasswordVerdict::kWrong;
}

PasswordVerdict CheckCrypt(const PasswordScheme& scheme, const std::string& value,
                           std::string_view text) {
  if (const auto refused = RefusedByCrypt(scheme, value)) return *refused;
  if (text.find('\0') != std::string_view::npos) return PasswordVerdict::kWrong;
  const std::string hash = Crypt(text, value);
  return VerdictOf(!hash.empty() && SecretsEqual(hash, value));
}

PasswordVerdict CheckDigest(const PasswordScheme& scheme, const std::string& value,
                            std::string_view text, const std::string* salt) {
  // Nobody has said how a salt would enter.
  if (salt != nullptr && scheme.salt == SaltSide::kNone) return PasswordVerdict::kCannotTell;
  const std::string digest = SaltedDigest(scheme, text, salt == nullptr ? "" : *salt);
  if (digest.empty()) return PasswordVerdict::kCannotTell;
  const bool is_hex = value.size() == 2 * digest.size();
  return VerdictOf(is_hex ? SecretsEqual(Hex(digest), absl::AsciiStrToLower(value))
                          : SecretsEqual(absl::Base64Escape(digest), value));
}

PasswordVerdict CheckPhpass(const PasswordScheme& scheme, const std::string& value,
                            std::string_view text) {
  const bool begins_well =
      value.starts_with(scheme.prefix) || (scheme.digest == "MD5" && value.starts_with("$H$"));
  if (!begins_well || value.size() < kPhpassSettingSize) return PasswordVerdict::kWrong;
  const size_t cost = kSixBits.find(value[3]);
  if (cost == std::string_view::npos) return PasswordVerdict::kWrong;
  if (cost > 31 || uint64_t{1} << cost > kPasswordRoundsMax) return PasswordVerdict::kCannotTell;
  const std::string_view setting = std::string_view(value).substr(0, kPhpassSettingSize);
  return VerdictOf(SecretsEqual(Phpass(scheme, text, setting), value));
}

const std::string* StringMember(const JsonValue& object, std::string_view name) {
  const JsonValue* member = object.Find(name);
  return member == nullptr ? nullptr : member->string();
}

// A salt only where it is not empty and the value does not hold it.
struct Hash {
  std::string value;
  std::string salt = {};
};

absl::StatusOr<Hash> MakeHash(const PasswordScheme& scheme, std::string_view text,
                              int bcrypt_cost) {
  switch (scheme.method) {
    case PasswordMethod::kCrypt: {
      DOSSIER_ASSIGN_OR_RETURN(const std::string setting, CryptSetting(scheme, bcrypt_cost));
      return Hash{Crypt(text, setting)};
    }
    case PasswordMethod::kDigest: {
      Hash hash;
      if (scheme.salt != SaltSide::kNone) {
        DOSSIER_ASSIGN_OR_RETURN(hash.salt, RandomSixBits(kSaltSize));
      }
      hash.value = Hex(SaltedDigest(scheme, text, hash.salt));
      return hash;
    }
    case PasswordMethod::kPhpass: {
      DOSSIER_ASSIGN_OR_RETURN(const std::string salt, RandomSixBits(kPhpassSaltSize));
      const std::string setting =
          absl::StrCat(ToAbsl(scheme.prefix), std::string(1, kSixBits[kPhpassCost]), salt);
      return Hash{Phpass(scheme, text, setting)};
    }
    case PasswordMethod::kBase64:
      return Hash{absl::Base64Escape(ToAbsl(text))};
    case PasswordMethod::kKeptOnly:
      break;
  }
  return Hash{};
}

}  // namespace

absl::StatusOr<std::string> HashPassword(std::string_view type, std::string_view text,
                                         int bcrypt_cost) {
  const PasswordScheme* scheme = FindPasswordScheme(type);
  Hash hash;
  if (scheme != nullptr) {
    DOSSIER_ASSIGN_OR_RETURN(hash, MakeHash(*scheme, text, bcrypt_cost));
  }
  if (hash.value.empty()) return absl::UnavailableError("no hash could be made of a password");
  std::string json = R"({"type":)";
  AppendJsonText(type == "password" ? "password-bcrypt" : type, json);
  json += R"(,"value":)";
  AppendJsonText(hash.value, json);
  if (!hash.salt.empty()) {
    json += R"(,"salt":)";
    AppendJsonText(hash.salt, json);
  }
  return json + "}";
}

PasswordVerdict CheckPassword(std::string_view stored, std::string_view text) {
  const absl::StatusOr<JsonValue> object = JsonValue::Parse(stored, "");
  if (!object.ok()) return PasswordVerdict::kCannotTell;
  const std::string* type = StringMember(*object, "type");
  const std::string* value = StringMember(*object, "value");
  const PasswordScheme* scheme = type == nullptr ? nullptr : FindPasswordScheme(*type);
  if (scheme == nullptr || value == nullptr) return PasswordVerdict::kCannotTell;
  if (scheme->method != PasswordMethod::kKeptOnly && value->empty()) return PasswordVerdict::kWrong;
  switch (scheme->method) {
    case PasswordMethod::kCrypt:
      return CheckCrypt(*scheme, *value, text);
    case PasswordMethod::kDigest:
      return CheckDigest(*scheme, *value, text, StringMember(*object, "salt"));
    case PasswordMethod::kPhpass:
      return CheckPhpass(*scheme, *value, text);
    case PasswordMethod::kBase64:
      return VerdictOf(SecretsEqual(absl::Base64Escape(ToAbsl(text)), *value));
    case PasswordMethod::kKeptOnly:
      break;
  }
  return PasswordVerdict::kCannotTell;
}

}  // namespace dossier
