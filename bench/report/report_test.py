"""What report.py makes of Google Benchmark's JSON: ./dev test runs it."""

import unittest

import figures
import report
import targets
import topics


def run(name, cpu, **more):
    return {"name": name, "run_name": name, "run_type": "iteration", "time_unit": "us",
            "cpu_time": cpu, "real_time": 2 * cpu, **more}


def document(*runs):
    return {"context": {"date": "2024-02-29", "num_cpus": 2, "mhz_per_cpu": 2000, "load_avg": [0.1]},
            "benchmarks": list(runs)}


LOAD = {"context": {"commit": "a1"}, "load": {
    "threads": 2, "seconds": 90, "records": 5, "disk_bytes": 6e6,
    "calls": {"get": {"per_cent": 100, "calls": 1000, "p50_us": 1, "p99_us": 2, "p99_9_us": 3,
                      "longest_us": 150_000, "longest_at_s": 61}},
    "minutes": [{"calls_per_second": 500, "longest_us": 9, "longest_at_s": 4},
                {"calls_per_second": 400, "longest_us": 150_000, "longest_at_s": 61}]}}


class SplitName(unittest.TestCase):
    def test_keeps_the_shape_and_drops_how_it_was_run(self):
        self.assertEqual(figures.split_name("BM_Create/engine/iterations:100000"),
                         ("Create", "engine", ()))
        self.assertEqual(
            figures.split_name("BM_Update/sqlite/synced/iterations:500/manual_time/threads:8"),
            ("Update", "sqlite", ("synced", "threads:8")))
        self.assertEqual(figures.split_name("BM_ParsePath/component"),
                         ("ParsePath", "", ("component",)))


class ReadFigures(unittest.TestCase):
    def test_takes_the_median_of_repetitions(self):
        read = figures.read_figures([document(
            *(run("BM_Update/engine/iterations:5", cpu) for cpu in (9, 1, 2)))])
        self.assertEqual(read["Update", "engine", ()].cpu, 2)

    def test_knows_units(self):
        nanoseconds = {**run("BM_ParsePath/component", 500), "time_unit": "ns"}
        read = figures.read_figures([document(nanoseconds)])
        self.assertEqual(read["ParsePath", "", ("component",)].cpu, 0.5)

    def test_leaves_out_what_failed_and_what_is_no_run(self):
        failed = run("BM_Update/engine", 1, error_occurred=True, error_message="a call failed")
        mean = {**run("BM_Update/engine", 1), "run_type": "aggregate"}
        self.assertEqual(figures.read_figures([document(failed, mean)]), {})
        self.assertEqual(figures.read_failures([document(failed, mean)]),
                         ["BM_Update/engine: a call failed"])

    def test_keeps_counters(self):
        read = figures.read_figures([document(
            *(run("BM_Update/engine/latency", 1, p99_us=p99, repetition_index=9)
              for p99 in (5, 7, 9)))])
        self.assertEqual(read["Update", "engine", ("latency",)].counters, {"p99_us": 7})


class Topics(unittest.TestCase):
    def topics(self, *runs):
        return {topic.file: topic for topic in topics.make_topics(
            figures.read_figures([document(*runs)]))}

    def test_a_row_has_every_peer_and_the_ratios_to_the_engine(self):
        topics = self.topics(run("BM_Update/engine", 3), run("BM_Update/sqlite", 12),
                             run("BM_Update/floor_record", 2))
        lines = topics["calls"].markdown()
        self.assertIn("| us of CPU | engine | floor_record | sqlite"
                      " | engine / floor_record | engine / sqlite |", lines)
        self.assertIn("| Update | 3 | 2 | 12 | 1.50 | 0.25 |", lines)

    def test_a_peer_that_is_missing_leaves_its_place_empty(self):
        topics = self.topics(run("BM_Update/engine", 3), run("BM_Delete/engine", 4),
                             run("BM_Update/sqlite", 6))
        self.assertIn("| Delete | 4 |  |  |", topics["calls"].markdown())

    def test_threads_are_compared_by_calls_a_second(self):
        topics = self.topics(
            run("BM_GetById/engine/iterations:9/manual_time/threads:2", 4))  # real: 8
        self.assertIn("| GetById | 125,000 |", topics["calls_threads_2"].markdown())

    def test_a_server_is_compared_by_calls_a_second_alone(self):
        topics = self.topics(run("BM_Update/engine", 5), run("BM_Update/postgres", 1))
        self.assertNotIn("postgres", topics["calls"].peers)
        self.assertIn("| Update | 100,000 | 500,000 | 0.20 |", topics["calls_rate"].markdown())

    def test_sizes_of_plurals_are_rows_in_their_order(self):
        topics = self.topics(*(run(f"BM_AppendToPlural/engine/elements:{count}", 5)
                               for count in (1000, 10, 100000)))
        names = [name for name, _ in topics["plural_AppendToPlural"].rows]
        self.assertEqual(names, ["elements:10", "elements:1000", "elements:100000"])

    def test_percentiles_are_topics_of_their_own(self):
        topics = self.topics(run("BM_GetById/engine/latency/iterations:9", 4, p50_us=1, p99_us=3,
                                 p99_9_us=17))
        self.assertIn("| GetById | 17 |", topics["latency_p99_9"].markdown())
        self.assertNotIn("calls_latency", topics)

    def test_synced_writes_have_a_topic_though_nothing_is_read_there(self):
        topics = self.topics(run("BM_Update/engine/synced/manual_time", 100))
        self.assertIn("| Update | 5,000 |", topics["calls_synced"].markdown())

    def test_bulk_creates_stand_beside_single_ones(self):
        topics = self.topics(run("BM_Create/engine", 9, items_per_second=100),
                             run("BM_BulkCreate/engine", 900, items_per_second=150))
        lines = topics["bulk"].markdown()
        self.assertIn("| one by one | 100 |", lines)
        self.assertIn("| 100 a call | 150 |", lines)

    def test_there_is_no_empty_topic(self):
        self.assertEqual(self.topics(), {})


class Targets(unittest.TestCase):
    def lines(self, *runs, documents=()):
        read = figures.read_figures([document(*runs)])
        return targets.target_lines(read, [document(*runs), *documents])

    def test_a_call_is_compared_with_the_floor_and_with_sqlite(self):
        lines = self.lines(run("BM_Create/engine", 12), run("BM_Create/floor_record", 10),
                           run("BM_Create/sqlite", 72))
        self.assertIn("| create | 1.20 | at most 1.3 | 6.00 | at least 6 |", lines)

    def test_a_target_that_is_missed_says_so(self):
        lines = self.lines(run("BM_Append/engine", 9), run("BM_Append/floor_record", 10),
                           run("BM_Append/sqlite", 18))
        self.assertIn("| append an element | **0.90** missed | at most 0.6 |"
                      " **2.00** missed | at least 3 |", lines)

    def test_what_was_not_measured_is_left_out(self):
        lines = self.lines(run("BM_ChangeElement/engine", 9), run("BM_ChangeElement/sqlite", 18),
                           run("BM_Replace/engine", 9))
        self.assertIn("| change an element |  | 1 | 2.00 |  |", lines)
        self.assertFalse([line for line in lines if line.startswith("| replace")])
        self.assertEqual(self.lines(), [])

    def test_two_threads_are_compared_with_one_by_calls_a_second(self):
        lines = self.lines(run("BM_GetById/engine", 1), run("BM_GetById/engine/threads:2", 0.5))
        self.assertIn("| GetById: two threads to one, calls a second | 2.00 | at least 1.8 |", lines)

    def test_synced_creates_are_compared_with_the_floor_of_as_many_threads(self):
        lines = self.lines(run("BM_Create/engine/synced/manual_time/threads:8", 10),
                           run("BM_Create/floor_record/synced/manual_time/threads:8", 12))
        self.assertIn("| synced creates, threads 8: engine to RocksDB alone, calls a second"
                      " | **1.20** missed | at least 1.45 |", lines)

    def test_bulk_creates_are_compared_by_records(self):
        lines = self.lines(run("BM_Create/engine", 9, items_per_second=100),
                           run("BM_BulkCreate/engine", 900, items_per_second=140))
        self.assertIn("| 100 creates a call to one, buffered: records a second | 1.40 |"
                      " at least 1.3 |", lines)

    def test_the_largest_plural_is_compared_with_that_of_ten(self):
        lines = self.lines(*(run(f"BM_ChangeInPlural/engine/elements:{size}", cpu)
                             for size, cpu in ((10, 10), (1_000, 12), (100_000, 15))))
        self.assertIn("| change an element by id | 10 | 12 | 15 | 1.50 | at most 2 |", lines)

    def test_the_disk_and_the_longest_call_have_bounds(self):
        lines = self.lines(run("BM_Space/engine/compacted/iterations:1/process_time", 1,
                               disk_bytes_per_json_byte=0.5), documents=[LOAD])
        self.assertIn("| bytes on disk to bytes of JSON, compacted | **0.50** missed |"
                      " at most 0.37 |", lines)
        self.assertIn("| longest call in 90 s of full load, ms | **150.00** missed |"
                      " at most 100 |", lines)


class Load(unittest.TestCase):
    def test_has_a_row_a_call_and_a_row_a_minute(self):
        lines = topics.load_lines([document(), LOAD])
        self.assertIn("| get | 1,000 | 1 | 2 | 3 | 150 | 61 |", lines)
        self.assertIn("| 2 | 400 | 150 | 61 |", lines)


class Machine(unittest.TestCase):
    def test_says_where_results_are_of_several_commits_and_what_was_not_measured(self):
        old, new = document(), document()
        old["context"]["commit"], new["context"]["commit"] = "b1", "a1"
        lines = report.machine_lines([old, new])
        self.assertIn("- commit: a1, b1", lines)
        self.assertIn("- postgres: not measured: no server is installed, or not yet", lines)


if __name__ == "__main__":
    unittest.main()
