# Drives a host with curl: sh curl.sh http://127.0.0.1:8080
set -eu
url=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ask WANTED CURL-ARGUMENTS..: the answer must have the wanted text.
ask() {
  wanted=$1
  shift
  answer=$(curl --silent --show-error --max-time 60 "$@") || { echo "curl failed: $*"; exit 1; }
  case $answer in
    *"$wanted"*) ;;
    *)
      echo "wanted: $wanted"
      echo "asked:  $*" | cut -c 1-500
      echo "got:    $answer" | cut -c 1-500
      exit 1
      ;;
  esac
}

ok='"stat":"ok"'
basic='owner:secret'
key='key_value="curl@example.com"'

# As the published examples have it.
ask "$ok" -u $basic -X POST --data-urlencode type_name=user \
  --data-urlencode 'attributes={"email":"curl@example.com","displayName":"a + b & c = d #1"}' "$url/entity.create"
ask '"displayName":"a + b & c = d #1"' -u $basic -X POST --data-urlencode type_name=user \
  --data-urlencode key_attribute=email --data-urlencode "$key" "$url/entity"

# GET with a query; -G; GET with a body.
ask '"email":"curl@example.com"' -u $basic "$url/entity?type_name=user&key_attribute=email&key_value=%22curl@example.com%22"
ask '"email":"curl@example.com"' -u $basic -G -d type_name=user -d key_attribute=email --data-urlencode "$key" "$url/entity"
ask '"email":"curl@example.com"' -u $basic -X GET -d type_name=user -d key_attribute=email --data-urlencode "$key" "$url/entity"

# Credentials in the query, the rest in the body; multipart; a text that is not encoded.
ask "$ok" -d type_name=user -d key_attribute=email --data-urlencode "$key" -d 'value={"givenName":"Ada"}' \
  "$url/entity.update?client_id=owner&client_secret=secret"
ask '"givenName":"Ada"' -u $basic -F type_name=user -F key_attribute=email -F "$key" "$url/entity"
ask "$ok" -u $basic -d 'type_name=user&key_attribute=email&key_value="curl@example.com"&value={"familyName":"King"}' "$url/entity.update"
ask '"familyName":"King"' -u $basic -d 'type_name=user&key_attribute=email&key_value="curl@example.com"' "$url/entity"

# POST without a body, with a length, without one, and with what is no form.
target="$url/entity?type_name=user&key_attribute=email&key_value=%22curl@example.com%22"
ask '"familyName":"King"' -u $basic -X POST "$target"
ask '"familyName":"King"' -u $basic -d '' "$target"
ask '"familyName":"King"' -u $basic -X POST -H 'Content-Length:' "$target"
ask '"familyName":"King"' -u $basic -H 'Content-Type: application/json' -d '""' "$target"

# A body of 4 MB from a file, which curl announces with Expect, and one in chunks.
{ printf 'type_name=user&attributes={"email":"curl-4mb@example.com","aboutMe":"'
  head -c 4000000 /dev/zero | tr '\0' x
  printf '"}'; } > "$work/body"
ask "$ok" -u $basic --data-binary "@$work/body" "$url/entity.create"
sed s/curl-4mb/curl-chunks/ "$work/body" > "$work/chunks"
ask "$ok" -u $basic -H 'Transfer-Encoding: chunked' -H 'Content-Type: application/x-www-form-urlencoded' \
  --data-binary "@$work/chunks" "$url/entity.create"

# Compressed where it is asked for, and on one connection twice.
ask '"familyName":"King"' --compressed -u $basic "$target"
ask '"familyName":"King"' -u $basic "$target" "$target"
ask '"code":404' -u $basic -H 'Connection: close' "$url/nowhere"

# Errors keep HTTP 200.
ask '"code":205' "$url/entity?type_name=user&id=1"
ask '"code":402' -u owner:wrong "$url/entity?type_name=user&id=1"
ask '200 application/json' -u owner:wrong -o /dev/null -w '%{http_code} %{content_type}' "$url/entity?type_name=user"

# The administration of clients, as its published examples have it.
ask "$ok" -u $basic -X POST --data-urlencode for_client_id=reader --data-urlencode 'features=["direct_read_access"]' "$url/clients/set_features"
ask 'for_client_id is not a valid id' -u $basic -X POST --data-urlencode for_client_id=67890fghij67890fghij "$url/clients/clear_whitelist"
ask 'ninja_superuser is not a valid feature name' -u $basic --data-urlencode for_client_id=reader \
  --data-urlencode 'features=["ninja_superuser"]' "$url/clients/set_features"
ask '"result":{"level":false,"owner":false}' -u $basic -d for_client_id=reader \
  --data-urlencode 'items={"owner":"Jay","level":"10"}' "$url/settings/set_multi"
ask '"result":{"level":"10","owner":"Jay"}' -u $basic -d for_client_id=reader "$url/settings/items"

echo "all went well"
