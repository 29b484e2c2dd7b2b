"""What check.py makes of counts: ./dev test runs it."""

import contextlib
import io
import json
import pathlib
import tempfile
import unittest
from unittest import mock

import check

TOOLCHAIN = {"compiler": "g++ 12.2", "avx2": True}


class ReadCounts(unittest.TestCase):
    def test_takes_the_first_thread_of_named_dumps(self):
        profile = "\n".join([
            "part: 1", "thread: 1", "desc: Trigger: Client Request: create", "events: Ir",
            "summary: 500", "totals: 500",
            "part: 1", "thread: 2", "desc: Trigger: Client Request: create", "totals: 70",
            "part: 2", "thread: 1", "desc: Trigger: Client Request: update", "totals: 900",
            "part: 3", "thread: 1", "desc: Trigger: Program termination", "totals: 123"])
        self.assertEqual(check.read_counts(profile), {"create": 500, "update": 900})


class Compare(unittest.TestCase):
    def wrong(self, before, now):
        return check.compare(before, now)[1]

    def test_five_per_cent_pass_and_more_does_not(self):
        self.assertEqual(self.wrong({"get": 1000}, {"get": 1050}), [])
        self.assertEqual(self.wrong({"get": 1000}, {"get": 1051}), ["get"])
        self.assertEqual(self.wrong({"get": 1000}, {"get": 100}), [])

    def test_new_and_missing_calls_are_told(self):
        self.assertEqual(self.wrong({"get": 1}, {"put": 1}), ["put", "get"])

    def test_a_line_names_call_before_now_and_change(self):
        lines, _ = check.compare({"get": 1000}, {"get": 1100})
        self.assertEqual(lines[1].split(), ["get", "1,000", "1,100", "+10.0", "%", "slower"])


class ExitStatus(unittest.TestCase):
    def status(self, baseline, counts, toolchain=None):
        with tempfile.TemporaryDirectory() as directory, \
                mock.patch.object(check, "measure", return_value=counts), \
                mock.patch.object(check, "read_toolchain", return_value=toolchain or TOOLCHAIN), \
                contextlib.redirect_stdout(io.StringIO()), \
                contextlib.redirect_stderr(io.StringIO()):
            path = pathlib.Path(directory, "baseline.json")
            if baseline is not None:
                path.write_text(json.dumps(
                    {"toolchain": TOOLCHAIN, "instructions_per_call": baseline}))
            return check.main(["program", str(path)])

    def test_each_outcome_has_its_own(self):
        self.assertEqual(self.status({"get": 1000}, {"get": 1000}), 0)
        self.assertEqual(self.status({"get": 1000}, {"get": 1200}), check.EXIT_SLOWER)
        self.assertEqual(self.status(None, {"get": 1000}), check.EXIT_FAILED)

    def test_another_compiler_is_no_alarm(self):
        other = {**TOOLCHAIN, "compiler": "g++ 13.1"}
        self.assertEqual(self.status({"get": 1000}, {"get": 9000}, other),
                         check.EXIT_OTHER_TOOLCHAIN)

    def test_update_writes_what_check_then_accepts(self):
        with tempfile.TemporaryDirectory() as directory, \
                mock.patch.object(check, "measure", return_value={"get": 7}), \
                mock.patch.object(check, "read_toolchain", return_value=TOOLCHAIN), \
                contextlib.redirect_stdout(io.StringIO()):
            path = str(pathlib.Path(directory, "baseline.json"))
            self.assertEqual(check.main(["--update", "program", path]), 0)
            self.assertEqual(check.main(["program", path]), 0)


if __name__ == "__main__":
    unittest.main()
