// The entity type `user` that a new host starts with.
//
// The attributes of the hosted product's first default schema together with those that its later
// one added. A string without a length is unbounded.
// Source: section 3.6 of the entity API reference; names and types where that abridges: the classes
// that the product's iOS library generated from the schema.
#include <string_view>

#include "dossier/engine.h"

namespace dossier {
namespace {

constexpr std::string_view kUserAttrDefs = R"json([
  {"name":"displayName","type":"string","length":1000,"features":["query"]},
  {"name":"givenName","type":"string","length":1000,"constraints":["unicode-printable"]},
  {"name":"middleName","type":"string","length":1000,"constraints":["unicode-printable"]},
  {"name":"familyName","type":"string","length":1000,"constraints":["unicode-printable"]},
  {"name":"email","type":"string","length":256,"constraints":["unique"]},
  {"name":"emailVerified","type":"dateTime"},
  {"name":"password","type":"password-bcrypt"},
  {"name":"mobileNumber","type":"string","length":100},
  {"name":"mobileNumberVerified","type":"dateTime"},
  {"name":"gender","type":"string","length":100},
  {"name":"birthday","type":"date"},
  {"name":"aboutMe","type":"string"},
  {"name":"currentLocation","type":"string","length":1000},
  {"name":"display","type":"json"},
  {"name":"externalId","type":"string","length":1000},
  {"name":"lastLogin","type":"dateTime"}, {"name":"deactivateAccount","type":"dateTime"},
  {"name":"accountDataRequestTime","type":"dateTime"},
  {"name":"accountDeleteRequestTime","type":"dateTime"},
  {"name":"primaryAddress","type":"object","attr_defs":[
    {"name":"company","type":"string","length":1000,"constraints":["unicode-printable"]},
    {"name":"address1","type":"string","length":1000,"constraints":["unicode-printable"]},
    {"name":"address2","type":"string","length":1000,"constraints":["unicode-printable"]},
    {"name":"city","type":"string","length":1000,"constraints":["unicode-printable"]},
    {"name":"country","type":"string","length":1000,"constraints":["unicode-printable"]},
    {"name":"stateAbbreviation","type":"string","length":100,"constraints":["unicode-printable"]},
    {"name":"zip","type":"string","length":100,"constraints":["unicode-printable"]},
    {"name":"zipPlus4","type":"string","length":100,"constraints":["unicode-printable"]},
    {"name":"phone","type":"string","length":100,"constraints":["unicode-printable"]},
    {"name":"mobile","type":"string","length":100,"constraints":["unicode-printable"]}]},
  {"name":"photos","type":"plural","attr_defs":[
    {"name":"type","type":"string"}, {"name":"value","type":"string"}]},
  {"name":"statuses","type":"plural","attr_defs":[
    {"name":"status","type":"string","length":1000},
    {"name":"statusCreated","type":"dateTime"}]},
  {"name":"clients","type":"plural","attr_defs":[
    {"name":"clientId","type":"string","length":256}, {"name":"name","type":"string","length":256},
    {"name":"firstLogin","type":"dateTime"}, {"name":"lastLogin","type":"dateTime"}]},
  {"name":"legalAcceptances","type":"plural","attr_defs":[
    {"name":"legalAcceptanceId","type":"string","length":1000,
     "constraints":["required","locally-unique"]},
    {"name":"clientId","type":"string","length":32,"case-sensitive":true},
    {"name":"dateAccepted","type":"dateTime"}]},
  {"name":"consents","type":"object","attr_defs":[
    {"name":"marketing","type":"object","attr_defs":[
      {"name":"granted","type":"boolean"},
      {"name":"type","type":"string","length":8},
      {"name":"context","type":"string","length":100},
      {"name":"clientId","type":"string","length":32},
      {"name":"updated","type":"dateTime"}]}]},
  {"name":"optIn","type":"object","attr_defs":[
    {"name":"status","type":"boolean"},
    {"name":"updated","type":"dateTime"}]},
  {"name":"janrain","type":"object","attr_defs":[
    {"name":"controlFields","type":"object","attr_defs":[
      {"name":"one","type":"string","length":1000}, {"name":"two","type":"string","length":1000},
      {"name":"three","type":"string","length":1000}]},
    {"name":"properties","type":"object","attr_defs":[
      {"name":"managedBy","type":"plural","attr_defs":[
        {"name":"clientId","type":"string","length":256}]}]}]},
  {"name":"profiles","type":"plural","attr_defs":[
    {"name":"identifier","type":"string","length":1000,"constraints":["required","unique"]},
    {"name":"domain","type":"string","length":1000,"constraints":["required"]},
    {"name":"provider","type":"json"},
    {"name":"remote_key","type":"string","length":4096},
    {"name":"accessCredentials","type":"json"},
    {"name":"friends","type":"plural","attr_defs":[
      {"name":"identifier","type":"string","constraints":["required"]}]},
    {"name":"following","type":"plural","attr_defs":[
      {"name":"identifier","type":"string","constraints":["required"]}]},
    {"name":"followers","type":"plural","attr_defs":[
      {"name":"identifier","type":"string","constraints":["required"]}]},
    {"name":"profile","type":"object","attr_defs":[
      {"name":"displayName","type":"string","length":1000,"case-sensitive":true},
      {"name":"name","type":"object","attr_defs":[
        {"name":"formatted","type":"string","length":1000},
        {"name":"familyName","type":"string","length":1000},
        {"name":"givenName","type":"string","length":1000},
        {"name":"middleName","type":"string","length":1000},
        {"name":"honorificPrefix","type":"string"}, {"name":"honorificSuffix","type":"string"}]},
      {"name":"nickname","type":"string","length":1000},
      {"name":"preferredUsername","type":"string","length":1000,"case-sensitive":true,
       "features":["query"]},
      {"name":"gender","type":"string","length":100},
      {"name":"birthday","type":"string","length":100},
      {"name":"anniversary","type":"date"},
      {"name":"published","type":"dateTime"}, {"name":"updated","type":"dateTime"},
      {"name":"utcOffset","type":"string"},
      {"name":"emails","type":"plural","attr_defs":[
        {"name":"value","type":"string","length":256}, {"name":"type","type":"string","length":256},
        {"name":"primary","type":"boolean"}]},
      {"name":"urls","type":"plural","attr_defs":[
        {"name":"value","type":"string"},
        {"name":"type","type":"string","length":1000},
        {"name":"primary","type":"boolean"}]},
      {"name":"phoneNumbers","type":"plural","attr_defs":[
        {"name":"value","type":"string"},
        {"name":"type","type":"string","length":1000},
        {"name":"primary","type":"boolean"}]},
      {"name":"ims","type":"plural","attr_defs":[
        {"name":"value","type":"string"},
        {"name":"type","type":"string","length":1000},
        {"name":"primary","type":"boolean"}]},
      {"name":"photos","type":"plural","attr_defs":[
        {"name":"value","type":"string"},
        {"name":"type","type":"string","length":1000},
        {"name":"primary","type":"boolean"}]},
      {"name":"tags","type":"plural","attr_defs":[{"name":"tag","type":"string","length":1000}]},
      {"name":"relationships","type":"plural","attr_defs":[
        {"name":"relationship","type":"string","length":1000}]},
      {"name":"addresses","type":"plural","attr_defs":[
        {"name":"formatted","type":"string"},
        {"name":"streetAddress","type":"string","length":1000},
        {"name":"extendedAddress","type":"string","length":1000},
        {"name":"locality","type":"string","length":1000},
        {"name":"region","type":"string","length":1000},
        {"name":"country","type":"string","length":1000},
        {"name":"type","type":"string","length":1000},
        {"name":"postalCode","type":"string","length":100},
        {"name":"poBox","type":"string","length":100},
        {"name":"latitude","type":"decimal"}, {"name":"longitude","type":"decimal"},
        {"name":"primary","type":"boolean"}]},
      {"name":"organizations","type":"plural","attr_defs":[
        {"name":"name","type":"string","length":1000},
        {"name":"department","type":"string","length":1000},
        {"name":"title","type":"string","length":1000},
        {"name":"description","type":"string","length":1000},
        {"name":"type","type":"string"}, {"name":"startDate","type":"string"},
        {"name":"endDate","type":"string"},
        {"name":"primary","type":"boolean"},
        {"name":"location","type":"object","attr_defs":[
          {"name":"formatted","type":"string"},
          {"name":"streetAddress","type":"string","length":1000},
          {"name":"extendedAddress","type":"string","length":1000},
          {"name":"locality","type":"string","length":1000},
          {"name":"region","type":"string","length":1000},
          {"name":"country","type":"string","length":1000},
          {"name":"type","type":"string","length":1000},
          {"name":"postalCode","type":"string","length":100},
          {"name":"poBox","type":"string","length":100},
          {"name":"latitude","type":"decimal"}, {"name":"longitude","type":"decimal"}]}]},
      {"name":"accounts","type":"plural","attr_defs":[
        {"name":"domain","type":"string"},
        {"name":"userid","type":"string","length":1000},
        {"name":"username","type":"string","length":1000,"case-sensitive":true},
        {"name":"primary","type":"boolean"}]},
      {"name":"bodyType","type":"object","attr_defs":[
        {"name":"build","type":"string","length":100},
        {"name":"eyeColor","type":"string","length":100},
        {"name":"hairColor","type":"string","length":100},
        {"name":"color","type":"string","length":100},
        {"name":"height","type":"decimal"}]},
      {"name":"currentLocation","type":"object","attr_defs":[
        {"name":"formatted","type":"string"},
        {"name":"streetAddress","type":"string","length":1000},
        {"name":"extendedAddress","type":"string","length":1000},
        {"name":"locality","type":"string","length":1000},
        {"name":"region","type":"string","length":1000},
        {"name":"country","type":"string","length":1000},
        {"name":"type","type":"string","length":1000},
        {"name":"postalCode","type":"string","length":100},
        {"name":"poBox","type":"string","length":100},
        {"name":"latitude","type":"decimal"}, {"name":"longitude","type":"decimal"}]},
      {"name":"activities","type":"plural","attr_defs":[{"name":"activity","type":"string"}]},
      {"name":"books","type":"plural","attr_defs":[{"name":"book","type":"string"}]},
      {"name":"cars","type":"plural","attr_defs":[{"name":"car","type":"string"}]},
      {"name":"children","type":"plural","attr_defs":[{"name":"value","type":"string"}]},
      {"name":"food","type":"plural","attr_defs":[{"name":"food","type":"string"}]},
      {"name":"heroes","type":"plural","attr_defs":[{"name":"hero","type":"string"}]},
      {"name":"interests","type":"plural","attr_defs":[{"name":"interest","type":"string"}]},
      {"name":"jobInterests","type":"plural","attr_defs":[{"name":"jobInterest","type":"string"}]},
      {"name":"languages","type":"plural","attr_defs":[{"name":"language","type":"string"}]},
      {"name":"languagesSpoken","type":"plural","attr_defs":[
        {"name":"languageSpoken","type":"string"}]},
      {"name":"lookingFor","type":"plural","attr_defs":[{"name":"value","type":"string"}]},
      {"name":"movies","type":"plural","attr_defs":[{"name":"movie","type":"string"}]},
      {"name":"music","type":"plural","attr_defs":[{"name":"music","type":"string"}]},
      {"name":"pets","type":"plural","attr_defs":[{"name":"value","type":"string"}]},
      {"name":"quotes","type":"plural","attr_defs":[{"name":"quote","type":"string"}]},
      {"name":"sports","type":"plural","attr_defs":[{"name":"sport","type":"string"}]},
      {"name":"turnOffs","type":"plural","attr_defs":[{"name":"turnOff","type":"string"}]},
      {"name":"turnOns","type":"plural","attr_defs":[{"name":"turnOn","type":"string"}]},
      {"name":"tvShows","type":"plural","attr_defs":[{"name":"tvShow","type":"string"}]},
      {"name":"aboutMe","type":"string"}, {"name":"drinker","type":"string"},
      {"name":"ethnicity","type":"string"}, {"name":"fashion","type":"string"},
      {"name":"happiestWhen","type":"string"}, {"name":"humor","type":"string"},
      {"name":"interestedInMeeting","type":"string"}, {"name":"livingArrangement","type":"string"},
      {"name":"note","type":"string"}, {"name":"politicalViews","type":"string"},
      {"name":"profileSong","type":"string"}, {"name":"profileUrl","type":"string"},
      {"name":"profileVideo","type":"string"}, {"name":"relationshipStatus","type":"string"},
      {"name":"religion","type":"string"}, {"name":"romance","type":"string"},
      {"name":"scaredOf","type":"string"}, {"name":"sexualOrientation","type":"string"},
      {"name":"smoker","type":"string"}, {"name":"status","type":"string"}]}]}
])json";

}  // namespace

std::string_view DefaultUserAttrDefs() { return kUserAttrDefs; }

}  // namespace dossier
