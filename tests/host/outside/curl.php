<?php
// Drives a host with PHP's curl and with its streams: php curl.php http://127.0.0.1:8080
error_reporting(E_ALL);
set_error_handler(function ($level, $message, $file, $line) {
  throw new ErrorException($message, 0, $level, $file, $line);
});

$url = $argv[1];

function check($holds, $what) {
  if (!$holds) throw new Exception(is_string($what) ? $what : json_encode($what));
}

function decoded($text) {
  check(str_contains($text, '"stat":"ok"') || str_contains($text, '"stat":"error"'), $text);
  return json_decode($text, true, 512, JSON_THROW_ON_ERROR);
}

// As SDKs do it: an array of options; an array as POSTFIELDS makes it multipart, a text a form.
function ask($path, $options) {
  global $url;
  $handle = curl_init($url . $path);
  curl_setopt_array($handle, $options + [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 60]);
  $text = curl_exec($handle);
  check($text !== false, curl_error($handle));
  check(curl_getinfo($handle, CURLINFO_RESPONSE_CODE) === 200, $text);
  check(curl_getinfo($handle, CURLINFO_CONTENT_TYPE) === 'application/json', $text);
  return decoded($text);
}

function ok($answer) {
  check($answer['stat'] === 'ok', $answer);
  return $answer;
}

$credentials = ['client_id' => 'owner', 'client_secret' => 'secret'];
$basic = [CURLOPT_USERPWD => 'owner:secret'];
$post = fn($parameters) => [CURLOPT_POST => true, CURLOPT_POSTFIELDS => http_build_query($parameters)];
$byEmail = fn($email) => ['type_name' => 'user', 'key_attribute' => 'email', 'key_value' => json_encode($email)];

$email = 'php@example.com';
$name = "Ä + b & c = d %25 #1 \"q\" \\ / 😀\n";
$attributes = json_encode(['email' => $email, 'displayName' => $name, 'statuses' => []]);  // escapes "/" and "Ä"
ok(ask('/entity.create', $post($credentials + ['type_name' => 'user', 'attributes' => $attributes])));
$read = fn() => ok(ask('/entity', $basic + $post($byEmail($email))))['result'];
check($read()['displayName'] === $name, $read());
check($read()['statuses'] === [], $read());

// Query alone, split, multipart, GET with a body, true as http_build_query has it.
check(ok(ask('/entity?' . http_build_query($credentials + $byEmail($email)), []))['result']['email'] === $email, 'query');
ok(ask('/entity.update?' . http_build_query($credentials), $post($byEmail($email) + ['value' => '{"givenName":"Ada"}'])));
check($read()['givenName'] === 'Ada', $read());
ok(ask('/entity.update', $basic + [CURLOPT_POSTFIELDS => $byEmail($email) + ['attributes' => '{"givenName":"Eve"}']]));
check($read()['givenName'] === 'Eve', $read());
check(ok(ask('/entity', $basic + [CURLOPT_CUSTOMREQUEST => 'GET', CURLOPT_POSTFIELDS => http_build_query($byEmail($email))]))['result']['email'] === $email, 'body');
check(isset(ok(ask('/entity.update', $basic + $post($byEmail($email) + ['value' => '{}', 'include_record' => true])))['result']), 'true is 1');

// Bodies that are no form, and none.
$target = '/entity?' . http_build_query($byEmail($email));
foreach (['""' => ['Content-Type: application/json'], '' => [], ' ' => ['Content-Type: application/json; charset=utf-8']] as $body => $headers) {
  check(ok(ask($target, $basic + [CURLOPT_POST => true, CURLOPT_POSTFIELDS => (string)$body, CURLOPT_HTTPHEADER => $headers]))['result']['email'] === $email, 'bare');
}
check(ok(ask($target, $basic + [CURLOPT_CUSTOMREQUEST => 'POST']))['result']['email'] === $email, 'no length');
ok(ask($target, $basic + [CURLOPT_ENCODING => '']));  // whatever curl can decode
ok(ask($target . '&padding=' . str_repeat('x', 13000), $basic));

// One handle for many requests, each twice; then many at a time.
$handle = curl_init();
curl_setopt_array($handle, $basic + [CURLOPT_RETURNTRANSFER => true]);
for ($i = 0; $i < 20; ++$i) {
  curl_setopt_array($handle, [CURLOPT_URL => "$url/entity.create"] + $post(['type_name' => 'user', 'attributes' => "{\"email\":\"php-$i@example.com\"}"]));
  ok(decoded(curl_exec($handle)));
  check(decoded(curl_exec($handle))['code'] === 361, 'twice');
}
check(curl_getinfo($handle, CURLINFO_NUM_CONNECTS) === 0, 'the connection is kept');
$many = curl_multi_init();
for ($i = 0; $i < 10; ++$i) {
  $handles[$i] = curl_init("$url/entity");
  curl_setopt_array($handles[$i], $basic + $post($byEmail("php-$i@example.com")) + [CURLOPT_RETURNTRANSFER => true]);
  curl_multi_add_handle($many, $handles[$i]);
}
do {
  curl_multi_exec($many, $running);
  if ($running) curl_multi_select($many);
} while ($running);
foreach ($handles as $i => $one) check(ok(decoded(curl_multi_getcontent($one)))['result']['email'] === "php-$i@example.com", 'many');

// Signed, as the API's own PHP client signs.
$sign = function ($path, $parameters) {
  $date = gmdate('Y-m-d H:i:s');
  $pairs = [];
  foreach ($parameters as $key => $value) $pairs[] = "$key=$value\n";
  sort($pairs, SORT_STRING);
  $signature = base64_encode(hash_hmac('sha1', "$path\n$date\n" . implode('', $pairs), 'secret', true));
  return [CURLOPT_HTTPHEADER => ["Date: $date", "Authorization: Signature owner:$signature"]];
};
$parameters = $byEmail($email) + ['value' => json_encode(['displayName' => "a=b&c\n+%"])];
ok(ask('/entity.update', $sign('/entity.update', $parameters) + $post($parameters)));
check($read()['displayName'] === "a=b&c\n+%", $read());

// The streams of PHP, by HTTP/1.0 and 1.1, which close each connection.
foreach (['1.0', '1.1'] as $version) {
  $context = stream_context_create(['http' => [
    'method' => 'POST', 'protocol_version' => $version,
    'header' => "Content-Type: application/x-www-form-urlencoded\r\nAuthorization: Basic " . base64_encode('owner:secret'),
    'content' => http_build_query($byEmail($email))]]);
  check(ok(decoded(file_get_contents("$url/entity", false, $context)))['result']['email'] === $email, 'streams');
}

check(ask('/nowhere', $basic) === ['code' => 404, 'error' => 'invalid_api_method', 'error_description' => 'This API endpoint does not exist', 'stat' => 'error'], 'nowhere');
check(ask('/entity', [])['code'] === 205, 'no credentials');
check(str_contains(ask('/entity', $basic + $post($byEmail('nobody@example.com')))['error_description'], 'not found'), '310');

echo "all went well\n";
