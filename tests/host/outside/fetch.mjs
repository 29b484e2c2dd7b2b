// Drives a host with fetch: node fetch.mjs http://127.0.0.1:8080
import assert from 'node:assert/strict';

const url = process.argv[2];
const basic = {Authorization: 'Basic ' + Buffer.from('owner:secret').toString('base64')};

async function ask(path, options = {}) {
  const response = await fetch(url + path, {...options, signal: AbortSignal.timeout(60_000)});
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/json');
  assert.equal(response.headers.get('cache-control'), 'no-store');
  return response.json();
}

// URLSearchParams are sent as application/x-www-form-urlencoded;charset=UTF-8.
function post(path, parameters) {
  return ask(path, {method: 'POST', headers: basic, body: new URLSearchParams(parameters)});
}

function ok(answer) {
  assert.equal(answer.stat, 'ok', JSON.stringify(answer).slice(0, 500));
  return answer;
}

const byEmail = email => ({type_name: 'user', key_attribute: 'email', key_value: JSON.stringify(email)});
const create = value => post('/entity.create', {type_name: 'user', attributes: JSON.stringify(value)});
const read = async email => ok(await post('/entity', byEmail(email))).result;

// Names beyond ASCII, and what a form must escape.
const email = 'node+ä@example.com';
const displayName = 'Ä + b & c = d %25 #1 "q" \\ / 😀\n';
ok(await create({email, displayName}));
assert.equal((await read(email)).displayName, displayName);

// Query, body, and both.
assert.equal(ok(await ask('/entity?' + new URLSearchParams(byEmail(email)), {headers: basic})).result.email, email);
const credentials = '?client_id=owner&client_secret=secret';
ok(await ask('/entity.update' + credentials, {
  method: 'POST',
  body: new URLSearchParams({...byEmail(email), value: '{"givenName":"Ada"}'}),
}));
assert.equal((await read(email)).givenName, 'Ada');
ok(await ask('/entity.update' + credentials + '&' +
             new URLSearchParams({...byEmail(email), attributes: '{"givenName":"Eve"}'})));
assert.equal((await read(email)).givenName, 'Eve');

// Bodies that are no form: none, and the two quotes of a JSON client.
const target = '/entity?' + new URLSearchParams(byEmail(email));
ok(await ask(target, {method: 'POST', headers: basic}));
ok(await ask(target, {method: 'POST', headers: {...basic, 'Content-Type': 'application/json'}, body: '""'}));

// Multipart.
const form = new FormData();
for (const [name, value] of Object.entries(byEmail(email))) form.append(name, value);
assert.equal(ok(await ask('/entity', {method: 'POST', headers: basic, body: form})).result.givenName, 'Eve');

// Ten at a time, each twice: of the two with one address exactly one is made.
const twins = [];
for (let i = 0; i < 100; i += 10) {
  const ten = Array.from({length: 10}, (_, j) => ({email: `node-${i + j}@example.com`}));
  twins.push(...await Promise.all(ten.map(value => Promise.all([create(value), create(value)]))));
}
for (const pair of twins) {
  assert.deepEqual(pair.map(answer => answer.code ?? 0).sort(), [0, 361], JSON.stringify(pair));
}

// 4 MB, there and back.
const aboutMe = 'x'.repeat(4_000_000);
ok(await create({email: 'node-4mb@example.com', aboutMe}));
assert.equal((await read('node-4mb@example.com')).aboutMe, aboutMe);

// A URL of 13 KB.
ok(await ask(target + '&padding=' + 'x'.repeat(13_000), {headers: basic}));

assert.deepEqual(await ask('/nowhere', {headers: basic}), {
  code: 404,
  error: 'invalid_api_method',
  error_description: 'This API endpoint does not exist',
  stat: 'error',
});
assert.equal((await ask('/entity')).code, 205);

console.log('all went well');
