"""Drives a host with http.client: python3 http_client.py http://127.0.0.1:8080"""

import base64
import gzip
import http.client
import json
import queue
import sys
import threading
import urllib.parse

ADDRESS = sys.argv[1].split("//")[1]
BASIC = {"Authorization": "Basic " + base64.b64encode(b"owner:secret").decode()}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CREDENTIALS = {"client_id": "owner", "client_secret": "secret"}
TIMEOUT_SECONDS = 60


def connect():
    return http.client.HTTPConnection(ADDRESS, timeout=TIMEOUT_SECONDS)


def send(connection, method, target, body=None, headers=None):
    connection.request(method, target, body=body, headers=headers or {})
    return read(connection)


def read(connection):
    """What every answer has, checked; its JSON."""
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, (response.status, body)
    assert response.getheader("Content-Type") == "application/json", response.getheaders()
    assert response.getheader("Cache-Control") == "no-store", response.getheaders()
    if response.getheader("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    text = body.decode("utf-8")
    assert '"stat":"ok"' in text or '"stat":"error"' in text, text
    answer = json.loads(text)
    if answer["stat"] == "error":
        assert isinstance(answer["code"], int) and answer["error"], text
        assert answer["error_description"], text
    return answer


def ask(method, target, body=None, headers=None):
    connection = connect()
    try:
        return send(connection, method, target, body, headers)
    finally:
        connection.close()


def encoded(parameters):
    return urllib.parse.urlencode(parameters)


def post(path, **parameters):
    return ask("POST", path, encoded(parameters), {**BASIC, **FORM})


def ok(answer):
    assert answer["stat"] == "ok", answer
    return answer


def refused(answer, code):
    assert answer["stat"] == "error" and answer["code"] == code, answer
    return answer


def create(email, **attributes):
    value = json.dumps({"email": email, **attributes})
    return ok(post("/entity.create", type_name="user", attributes=value))


def by_email(email):
    return {"type_name": "user", "key_attribute": "email", "key_value": json.dumps(email)}


def record(email):
    return ok(post("/entity", **by_email(email)))["result"]


def parameters_stand_anywhere():
    count = 0
    for method in "GET", "POST":
        for where in "query", "body", "split":
            count += 1
            email = "py-%s-%s@example.com" % (method.lower(), where)

            def call(path, parameters):
                if where == "query":
                    return ask(method, path + "?" + encoded({**CREDENTIALS, **parameters}),
                               headers={"Content-Length": "0"})
                if where == "body":
                    return ask(method, path, encoded({**CREDENTIALS, **parameters}), FORM)
                return ask(method, path + "?" + encoded(CREDENTIALS), encoded(parameters), FORM)

            value = json.dumps({"email": email, "statuses": [{"status": "a"}, {"status": "b"}]})
            ok(call("/entity.create", {"type_name": "user", "attributes": value}))
            name = "value" if count % 2 else "attributes"
            ok(call("/entity.update", {**by_email(email), name: '{"givenName":"Ada"}'}))
            found = ok(call("/entity", by_email(email)))["result"]
            assert found["givenName"] == "Ada" and len(found["statuses"]) == 2, found
            first = found["statuses"][0]["id"]
            assert isinstance(first, int) and isinstance(found["id"], int), found
            ok(call("/entity.replace", {**by_email(email), "attribute_name": "statuses#%d" % first,
                                        "value": '{"status":"c"}'}))
            assert record(email)["statuses"][0] == {**found["statuses"][0], "status": "c"}
            ok(call("/entity.delete", {**by_email(email), "attribute_name": "/statuses#%d" % first}))
            assert len(record(email)["statuses"]) == 1
            ok(call("/entity.delete", by_email(email)))
            refused(call("/entity", by_email(email)), 310)


def posts_without_a_form():
    create("py-bodies@example.com")
    target = "/entity?" + encoded(by_email("py-bodies@example.com"))

    connection = connect()
    connection.putrequest("POST", target)  # and no Content-Length at all
    for name, value in BASIC.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert ok(read(connection))["result"]["email"] == "py-bodies@example.com"
    assert ok(send(connection, "GET", target, headers=BASIC)), "the connection goes on"
    connection.close()

    for body, headers in [("", {"Content-Length": "0"}),
                          ('""', {"Content-Type": "application/json"}),
                          ("", {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
                                "Content-Length": "0"})]:
        answer = ok(ask("POST", target, body, {**BASIC, **headers}))
        assert answer["result"]["email"] == "py-bodies@example.com"


def forms_as_they_come():
    charset = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    email = "py-forms@example.com"
    value = '{"email":"%s","displayName":"\\u00e4\\/b","statuses":[]}' % email
    ok(ask("POST", "/entity.create", encoded({"type_name": "user", "attributes": value}),
           {**BASIC, **charset}))
    assert record(email)["displayName"] == "\u00e4/b"

    raw = 'type_name=user&key_attribute=email&key_value="%s"&value={"displayName":"#1 {of}+"}' % email
    ok(ask("POST", "/entity.update", raw.encode(), {**BASIC, **FORM}))
    assert record(email)["displayName"] == "#1 {of} "

    status = ok(post("/entity.update", **by_email(email), value='{"statuses":[{"status":"x"}]}',
                     include_record="1"))["result"]["statuses"][0]
    for spelling in "statuses#%d", "/statuses%%23%d", "/statuses#%d":
        body = encoded(by_email(email)) + '&value={"status":"y"}&attribute_name=' + spelling % status["id"]
        ok(ask("POST", "/entity.update", body.encode(), {**BASIC, **FORM}))
    assert record(email)["statuses"] == [{**status, "status": "y"}]

    ok(post("/entity.replace", **by_email(email), attribute_name="/statuses", value="[]"))
    assert record(email)["statuses"] == []
    answer = ok(post("/entity", **by_email(email), attributes='["email"]', apid_uri="x", timeout="10"))
    assert answer["result"] == {"email": email}, "unknown parameters are passed over"


def sizes():
    ok(ask("GET", "/entity.create?" + encoded({"type_name": "user", "padding": "x" * 13_000,
                                               "attributes": '{"email":"py-url@example.com"}'}),
           headers=BASIC))
    assert record("py-url@example.com")["email"] == "py-url@example.com"

    text = "\u00e4" * 600_000 + "x" * 800_000  # 4 MB and more, percent-encoded
    body = encoded({"type_name": "user",
                    "attributes": json.dumps({"email": "py-4mb@example.com", "aboutMe": text},
                                             ensure_ascii=False)})
    assert 4_000_000 < len(body) < 5_000_000, len(body)
    ok(ask("POST", "/entity.create", body, {**BASIC, **FORM}))
    assert record("py-4mb@example.com")["aboutMe"] == text

    elements = [{"status": "s%d" % i} for i in range(500)]
    create("py-500@example.com", statuses=elements)
    found = record("py-500@example.com")["statuses"]
    assert [one["status"] for one in found] == [one["status"] for one in elements]
    ids = [one["id"] for one in found]
    assert ids == sorted(set(ids))


def ten_threads_on_one_pool():
    pool = queue.Queue()
    for _ in range(10):
        pool.put(connect())
    failures = []

    def work(number):
        try:
            for i in range(20):
                connection = pool.get()
                email = "py-pool-%d-%d@example.com" % (number, i)
                body = encoded({"type_name": "user", "attributes": json.dumps({"email": email})})
                ok(send(connection, "POST", "/entity.create", body, {**BASIC, **FORM}))
                pool.put(connection)
                connection = pool.get()
                target = "/entity?" + encoded(by_email(email))
                answer = ok(send(connection, "GET", target, headers=BASIC))
                assert answer["result"]["email"] == email
                pool.put(connection)
        except Exception as failure:  # pylint: disable=broad-except
            failures.append(repr(failure))
            pool.put(connect())

    threads = [threading.Thread(target=work, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


def connections_close_when_asked():
    connection = connect()
    connection.request("GET", "/nowhere", headers={"Connection": "close"})
    response = connection.getresponse()
    assert response.will_close and b'"code":404' in response.read()
    connection.close()


def every_request_twice():
    def twice(path, **parameters):
        return post(path, **parameters), post(path, **parameters)

    email = "py-twice@example.com"
    first, second = twice("/entity.create", type_name="user", attributes=json.dumps({"email": email}))
    ok(first)
    assert refused(second, 361)["error_description"] == "Attempted to update a duplicate value"
    for answer in twice("/entity.update", **by_email(email), value='{"givenName":"Ada"}'):
        ok(answer)
    for answer in twice("/entity.replace", **by_email(email), attribute_name="/statuses", value="[]"):
        ok(answer)
    first, second = twice("/entity", **by_email(email))
    assert first == second and ok(first)["result"]["givenName"] == "Ada"
    first, second = twice("/entity.delete", **by_email(email))
    ok(first)
    assert "not found" in refused(second, 310)["error_description"]


def errors_say_what_they_said():
    for method in "GET", "POST":
        assert ask(method, "/entity.frobnicate", headers=BASIC) == {
            "code": 404, "error": "invalid_api_method", "stat": "error",
            "error_description": "This API endpoint does not exist"}
    answer = refused(ask("GET", "/entity?type_name=user&id=1"), 205)
    assert answer["error"] == "invalid_auth_method", answer
    assert answer["error_description"] == (
        "no authentication provided, for example client_id and client_secret")
    answer = refused(post("/entity.create", type_name="user", attributes='{"firstNames":"x"}'), 223)
    assert answer["attribute_name"] == "/firstNames", answer
    assert answer["error_description"] == "attribute does not exist: /firstNames", answer
    assert len(answer["request_id"]) == 16, answer


def commits_that_are_not_said():
    ok(post("/entityType.create", type_name="py_type", attr_defs='[{"name":"a","type":"string"}]'))
    for commit in {}, {"commit": ""}:
        ok(post("/entityType.delete", type_name="py_type", **commit))
        assert "py_type" in ok(post("/entityType.list"))["results"]
    ok(post("/entityType.delete", type_name="py_type", commit="1"))
    assert "py_type" not in ok(post("/entityType.list"))["results"]


def codings_that_were_asked_for():
    create("py-coding@example.com", aboutMe="x" * 5_000)
    target = "/entity?" + encoded(by_email("py-coding@example.com"))
    for accepted in None, "identity", "gzip;q=0", "identity;q=1, *;q=0":
        connection = connect()
        connection.putrequest("GET", target, skip_accept_encoding=True)
        connection.putheader("Authorization", BASIC["Authorization"])
        if accepted is not None:
            connection.putheader("Accept-Encoding", accepted)
        connection.endheaders()
        response = connection.getresponse()
        assert response.getheader("Content-Encoding") is None, accepted
        assert json.loads(response.read())["stat"] == "ok", accepted
        connection.close()
    for accepted in "gzip", "gzip, deflate", "deflate;q=0.5, gzip;q=0.8":
        ok(ask("GET", target, headers={**BASIC, "Accept-Encoding": accepted}))


def main():
    for check in (parameters_stand_anywhere, posts_without_a_form, forms_as_they_come, sizes,
                  ten_threads_on_one_pool, connections_close_when_asked, every_request_twice,
                  errors_say_what_they_said, commits_that_are_not_said,
                  codings_that_were_asked_for):
        print(check.__name__, flush=True)
        check()
    print("all went well")


main()
