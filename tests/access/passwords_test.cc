// Passwords against known answers of each scheme, and hashes made here against the check.
#include "access/passwords.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "dossier/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "schema/password_schemes.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr auto kRight = PasswordVerdict::kRight;
constexpr auto kWrong = PasswordVerdict::kWrong;
constexpr auto kCannotTell = PasswordVerdict::kCannotTell;

std::string Stored(const std::string& type, const std::string& value,
                   const std::string& more = "") {
  return absl::StrCat(R"({"type":")", type, R"(","value":")", value, "\"", more, "}");
}

struct KnownRow {
  const char* type;
  const char* value;
  const char* text;
  const char* more = "";
};

// Sources: the test vectors of crypt_blowfish and of SHA-crypt, the examples of passlib and of
// hashcat, and the hosted product's own data loader, whose texts are "Pass123" and "Test123".
constexpr KnownRow kKnown[] = {
    {"password-bcrypt", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"},
    {"password", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"},
    {"password-bcrypt", "$2y$04$abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm", "password"},
    {"password-crypt-sha256", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
     "Hello world!"},
    {"password-crypt-sha256",
     "$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA",
     "Hello world!"},
    {"password-crypt-sha512",
     "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfa"
     "S35inz1",
     "Hello world!"},
    {"password-crypt-md5", "$1$saltstri$YMyguxXMBpd2TEZ.vS/3q1", "Hello world!"},
    {"password-crypt-des", "xOAFZqRz5RduI", "password"},
    {"password-md5", "2f23fa3579f3f75175793649115c1b25", "Pass123"},
    {"password-md5", "2F23FA3579F3F75175793649115C1B25", "Pass123"},
    {"password-sha", "54e8d2e15d3caa89aa3f82c8c0428ad5742f056c", "Pass123"},
    {"password-sha-256", "08fa299aecc0c034e037033e3b0bbfaef26b78c742f16cf88ac3194502d6c394",
     "Pass123"},
    {"password-sha-512",
     "d01feaafb5359e1fa2c020a76ebb526fc75786b0b837e0c9a4dcabd58ad734efa469513cf66a272d5ef4b1b9646b4"
     "b"
     "39f50807afc8f8663e1c6bb23552b04cd6",
     "Pass123"},
    {"password-md5-salted-right-base64", "EA781758F006D63D8B138D9D01E00E55", "Test123",
     R"(,"salt":"S41t")"},
    {"password-md5-salted-left-base64", "9d13f4c477430a04e65ee62d810f0122", "Test123",
     R"(,"salt":"S41t")"},
    {"password-md5-salted-left-base64", "nRP0xHdDCgTmXuYtgQ8BIg==", "Test123", R"(,"salt":"S41t")"},
    {"password-phpass-55", "$P$8ohUJ.1sdFw09/bMaAQPTGDNi2BIUt1", "password"},
    {"password-phpass-55", "$H$984478476IagS59wHZvyQMArzfx58u.", "hashcat"},
    {"password-phpass-sha512-truncated-55",
     "$S$C33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzLf", "hashcat"},
    {"password-base64", "UGFzczEyMw==", "Pass123"},
};

TEST(Passwords, KnownAnswers) {
  for (const KnownRow& row : kKnown) {
    const std::string stored = Stored(row.type, row.value, row.more);
    SCOPED_TRACE(stored);
    const std::string text = row.text;
    EXPECT_EQ(CheckPassword(stored, text), kRight);
    EXPECT_EQ(CheckPassword(stored, text.substr(1)), kWrong);
    EXPECT_EQ(CheckPassword(stored, "x" + text), kWrong);
    EXPECT_EQ(CheckPassword(stored, ""), kWrong);
    EXPECT_EQ(CheckPassword(stored, row.value), kWrong) << "the hash is no password";
    std::string flipped = row.value;
    flipped[flipped.size() / 2] = flipped[flipped.size() / 2] == 'a' ? 'b' : 'a';
    EXPECT_EQ(CheckPassword(Stored(row.type, flipped, row.more), text), kWrong);
  }
}

struct VerdictRow {
  const char* name;
  std::string stored;
  const char* text;
  PasswordVerdict verdict;
};

TEST(Passwords, WhatIsNoHashOfItsScheme) {
  const std::string bcrypt = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
  const VerdictRow rows[] = {
      {"empty value", Stored("password", ""), "", kWrong},
      {"empty base64", Stored("password-base64", ""), "", kWrong},
      {"empty digest", Stored("password-md5", ""), "", kWrong},
      {"bcrypt under another name", Stored("password-crypt-sha256", bcrypt), "U*U", kWrong},
      {"SHA-crypt under another name",
       Stored("password", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"),
       "Hello world!", kWrong},
      {"another hash of crypt(3)", Stored("password-crypt-des", "$1$saltstri$YMyguxXMBpd2TEZ"),
       "Hello world!", kWrong},
      {"short bcrypt", Stored("password", "$2a$05$"), "U*U", kWrong},
      {"half a bcrypt", Stored("password", bcrypt.substr(0, 30)), "U*U", kWrong},
      {"bcrypt of no cost", Stored("password", "$2a$xx$" + bcrypt.substr(7)), "U*U", kWrong},
      {"failure token", Stored("password-crypt-des", "*0"), "x", kWrong},
      {"short phpass", Stored("password-phpass-55", "$P$8ohUJ.1"), "password", kWrong},
      {"phpass of no cost", Stored("password-phpass-55", "$P$!ohUJ.1sdFw09/bMaAQPTGDNi2BIUt1"),
       "password", kWrong},
      {"salt that the scheme does not have",
       Stored("password-md5", "2f23fa3579f3f75175793649115c1b25", R"(,"salt":"x")"), "Pass123",
       kCannotTell},
      {"salt beside a bcrypt", Stored("password", bcrypt, R"(,"salt":"x")"), "U*U", kRight},
      {"unknown scheme", Stored("password-argon2", "x"), "x", kCannotTell},
      {"kept only", Stored("password-pbkdf2-sha256", "x"), "x", kCannotTell},
      {"no object", "null", "x", kCannotTell},
      {"no type", R"({"value":"x"})", "x", kCannotTell},
  };
  for (const VerdictRow& row : rows) {
    EXPECT_EQ(CheckPassword(row.stored, row.text), row.verdict) << row.name;
  }
}

TEST(Passwords, AStoredHashCannotAskForHoursOfWork) {
  for (const std::string& stored :
       {Stored("password", "$2a$17$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        Stored("password", "$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        Stored("password-crypt-sha512", "$6$rounds=999999999$salt$x"),
        Stored("password-crypt-sha256", "$5$rounds=99999999999999999999999$salt$x"),
        Stored("password-phpass-55", "$P$UohUJ.1sdFw09/bMaAQPTGDNi2BIUt1"),
        Stored("password-phpass-sha512-truncated-55", "$S$z33783772bRXEx1aCsvY.dq")}) {
    EXPECT_EQ(CheckPassword(stored, "x"), kCannotTell) << stored;
  }
}

TEST(Passwords, EverySchemeChecksWhatItMakes) {
  for (const PasswordScheme& scheme : PasswordSchemes()) {
    SCOPED_TRACE(std::string(scheme.name));
    const auto one = HashPassword(scheme.name, "pässword", kBcryptCostMin);
    if (scheme.method == PasswordMethod::kKeptOnly) {
      EXPECT_THAT(one, StatusIs(absl::StatusCode::kUnavailable));
      continue;
    }
    ASSERT_THAT(one, IsOk());
    EXPECT_EQ(CheckPassword(*one, "pässword"), kRight) << *one;
    EXPECT_EQ(CheckPassword(*one, "passwort"), kWrong) << *one;
    const auto two = HashPassword(scheme.name, "pässword", kBcryptCostMin);
    ASSERT_THAT(two, IsOk());
    const bool is_salted = scheme.method == PasswordMethod::kCrypt ||
                           scheme.method == PasswordMethod::kPhpass ||
                           scheme.salt != SaltSide::kNone;
    EXPECT_EQ(*one != *two, is_salted) << "each hash has its own salt";
    EXPECT_THAT(*one, Not(HasSubstr("pässword")));
  }
}

TEST(Passwords, BcryptHasTheFormAndTheCostOfTheHostedProducts) {
  const auto hash = HashPassword("password", "x", 5);
  ASSERT_THAT(hash, IsOk());
  EXPECT_THAT(*hash, StartsWith(R"({"type":"password-bcrypt","value":"$2a$05$)"));
}

TEST(Passwords, LongTextsAndNuls) {
  const auto bcrypt = HashPassword("password", std::string(80, 'a'), kBcryptCostMin);
  ASSERT_THAT(bcrypt, IsOk());
  EXPECT_EQ(CheckPassword(*bcrypt, std::string(72, 'a')), kRight) << "bcrypt takes 72 bytes";
  EXPECT_EQ(CheckPassword(*bcrypt, std::string(71, 'a')), kWrong);
  EXPECT_EQ(CheckPassword(*bcrypt, std::string(100'000, 'a')), kWrong);
  const auto longest =
      HashPassword("password-crypt-sha512", std::string(kPasswordTextBytesMax, 'a'), 4);
  ASSERT_THAT(longest, IsOk());
  EXPECT_EQ(CheckPassword(*longest, std::string(kPasswordTextBytesMax, 'a')), kRight);
  EXPECT_EQ(CheckPassword(*longest, std::string(kPasswordTextBytesMax - 1, 'a')), kWrong);
  const auto word = HashPassword("password", "word", kBcryptCostMin);
  ASSERT_THAT(word, IsOk());
  EXPECT_EQ(CheckPassword(*word, std::string("word\0more", 9)), kWrong);
  EXPECT_EQ(CheckPassword(*word, std::string("word\0", 5)), kWrong);
}

}  // namespace
}  // namespace dossier
