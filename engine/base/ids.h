// The names that the engine gives to things, as types that do not mix.
#ifndef DOSSIER_BASE_IDS_H_
#define DOSSIER_BASE_IDS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dossier {

// An entity type of a store; from 1, never reused. Stored.
enum class TypeId : uint16_t {};

// A record or a plural element: both draw from one sequence of the store; from 1, never reused.
using EntityId = uint64_t;

// From here on ids are imagined: of what is planned and not made.
inline constexpr EntityId kFirstImaginedId = EntityId{1} << 62;

// An attribute within its entity type; never reused. Stored.
using AttributeNumber = uint16_t;

// The numbers of the reserved attributes, in every type. Stored; never renumber.
inline constexpr AttributeNumber kIdNumber = 1;
inline constexpr AttributeNumber kUuidNumber = 2;
inline constexpr AttributeNumber kCreatedNumber = 3;
inline constexpr AttributeNumber kLastUpdatedNumber = 4;
inline constexpr AttributeNumber kFirstFreeNumber = 16;

// A universally unique identifier. Shape: 16 bytes, as text 8-4-4-4-12 hexadecimal digits.
struct Uuid {
  std::array<char, 16> bytes{};

  // A version 4 uuid: 122 bits of a generator seeded by the system. No secret. Thread-safe.
  static Uuid Random();
  // Nothing where `text` is not of the 36 character form; digits in either case.
  static std::optional<Uuid> Parse(std::string_view text);

  std::string_view view() const { return {bytes.data(), bytes.size()}; }
  friend bool operator==(const Uuid&, const Uuid&) = default;
};

// Appends the 36 characters of the uuid at `bytes` (16 of them), in lower case.
void AppendUuid(const char* bytes, std::string& out);
std::string ToText(const Uuid& uuid);

}  // namespace dossier

#endif  // DOSSIER_BASE_IDS_H_
