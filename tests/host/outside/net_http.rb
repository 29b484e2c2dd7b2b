# Drives a host with Ruby's net/http: ruby net_http.rb http://127.0.0.1:8080
require 'base64'
require 'json'
require 'net/http'
require 'openssl'
require 'stringio'
require 'time'
require 'uri'

URL = URI(ARGV[0])
CREDENTIALS = { 'client_id' => 'owner', 'client_secret' => 'secret' }.freeze

def check(holds, what)
  raise what.inspect unless holds
end

def decoded(response)
  check response.code == '200', [response.code, response.body]
  check response['Content-Type'] == 'application/json', response.to_hash
  check response['Cache-Control'] == 'no-store', response.to_hash
  check response.body.match?(/"stat":"(ok|error)"/), response.body
  JSON.parse(response.body)
end

def ask(request)
  Net::HTTP.start(URL.host, URL.port, read_timeout: 60) { |http| decoded(http.request(request)) }
end

def ok(answer)
  check answer['stat'] == 'ok', answer
  answer
end

def basic(request)
  request.basic_auth('owner', 'secret')
  request
end

def post(path, parameters)
  request = basic(Net::HTTP::Post.new(path))
  request.set_form_data(parameters)
  ask(request)
end

def by_email(email)
  { 'type_name' => 'user', 'key_attribute' => 'email', 'key_value' => email.to_json }
end

def record(email)
  ok(post('/entity', by_email(email)))['result']
end

email = 'ruby@example.com'
name = "Ä + b & c = d %25 #1 \"q\" \\ / 😀\n"
ok(post('/entity.create', 'type_name' => 'user', 'attributes' => { email: email, displayName: name }.to_json))
check record(email)['displayName'] == name, record(email)

# One call for each class of request: post_form, get with a query, GET with a body, multipart.
ok(decoded(Net::HTTP.post_form(URI("#{URL}/entity.update"),
                               CREDENTIALS.merge(by_email(email)).merge('value' => '{"givenName":"Ada"}'))))
check record(email)['givenName'] == 'Ada', record(email)
query = URI.encode_www_form(CREDENTIALS.merge(by_email(email)))
check ok(decoded(Net::HTTP.get_response(URI("#{URL}/entity?#{query}"))))['result']['email'] == email, 'query'
get = basic(Net::HTTP::Get.new('/entity'))
get.set_form_data(by_email(email))
check ok(ask(get))['result']['email'] == email, 'GET with a body'
multipart = basic(Net::HTTP::Post.new('/entity'))
multipart.set_form(by_email(email).to_a, 'multipart/form-data')
check ok(ask(multipart))['result']['email'] == email, 'multipart'

# Credentials in the query, the rest in the body, writes by GET.
split = Net::HTTP::Post.new("/entity.update?#{URI.encode_www_form(CREDENTIALS)}")
split.set_form_data(by_email(email).merge('attributes' => '{"givenName":"Eve"}'))
ok(ask(split))
write = URI.encode_www_form(by_email(email).merge('value' => '{"familyName":"King"}'))
ok(ask(basic(Net::HTTP::Get.new("/entity.update?#{write}"))))
check record(email).values_at('givenName', 'familyName') == %w[Eve King], record(email)

# Bodies that are no form, and none, with and without a length.
target = "/entity?#{URI.encode_www_form(by_email(email))}"
[[nil, nil], ['', nil], ['""', 'application/json'], ['', 'application/json'],
 ['', 'application/x-www-form-urlencoded; charset=utf-8']].each do |body, type|
  request = basic(Net::HTTP::Post.new(target))
  request.body = body
  request['Content-Type'] = type if type
  check ok(ask(request))['result']['email'] == email, [body, type]
end
chunked = basic(Net::HTTP::Post.new('/entity'))
chunked['Transfer-Encoding'] = 'chunked'
chunked['Content-Type'] = 'application/x-www-form-urlencoded'
chunked.body_stream = StringIO.new(URI.encode_www_form(by_email(email)))
check ok(ask(chunked))['result']['email'] == email, 'chunked'
ok(ask(basic(Net::HTTP::Get.new("#{target}&padding=#{'x' * 13_000}"))))

# One connection for many requests, each twice; ten threads.
Net::HTTP.start(URL.host, URL.port) do |http|
  20.times do |i|
    2.times do |j|
      request = basic(Net::HTTP::Post.new('/entity.create'))
      request.set_form_data('type_name' => 'user', 'attributes' => { email: "ruby-#{i}@example.com" }.to_json)
      check (decoded(http.request(request))['code'] || 0) == (j.zero? ? 0 : 361), [i, j]
    end
  end
end
Array.new(10) { |i| Thread.new { check record("ruby-#{i}@example.com")['email'] == "ruby-#{i}@example.com", i } }.each(&:join)

# Signed, names sorted.
parameters = by_email(email).merge('value' => { displayName: "a=b&c\n+%" }.to_json)
date = Time.now.utc.strftime('%Y-%m-%d %H:%M:%S')
base = "/entity.update\n#{date}\n" + parameters.sort.map { |key, value| "#{key}=#{value}\n" }.join
signed = Net::HTTP::Post.new('/entity.update')
signed.set_form_data(parameters)
signed['Date'] = date
signed['Authorization'] = "Signature owner:#{Base64.strict_encode64(OpenSSL::HMAC.digest('SHA1', 'secret', base))}"
ok(ask(signed))
check record(email)['displayName'] == "a=b&c\n+%", record(email)

# Times are text that Ruby reads; compressed answers, which net/http asks for by itself.
check Time.parse(record(email)['created']).utc_offset.zero?, record(email)
ok(post('/entity.update', by_email(email).merge('value' => { aboutMe: 'x' * 5_000 }.to_json)))
check record(email)['aboutMe'].size == 5_000, 'gzip'

nowhere = { 'code' => 404, 'error' => 'invalid_api_method',
            'error_description' => 'This API endpoint does not exist', 'stat' => 'error' }
check ask(basic(Net::HTTP::Get.new('/nowhere'))) == nowhere, 'nowhere'
check ask(Net::HTTP::Get.new('/entity'))['code'] == 205, 'no credentials'
check post('/entity', by_email('nobody@example.com'))['error_description'].include?('not found'), '310'

puts 'all went well'
