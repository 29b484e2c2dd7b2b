"""What report.py makes of Google Benchmark's JSON: ./dev test runs it."""

import unittest

import report


def run(name, cpu, **more):
    return {"name": name, "run_name": name, "run_type": "iteration", "time_unit": "us",
            "cpu_time": cpu, "real_time": 2 * cpu, **more}


def document(*runs):
    return {"context": {"date": "2024-02-29", "num_cpus": 2, "mhz_per_cpu": 2000, "load_avg": [0.1]},
            "benchmarks": list(runs)}


class SplitName(unittest.TestCase):
    def test_keeps_the_shape_and_drops_how_it_was_run(self):
        self.assertEqual(report.split_name("BM_Create/engine/iterations:100000"),
                         ("Create", "engine", ()))
        self.assertEqual(
            report.split_name("BM_Update/sqlite/synced/iterations:500/manual_time/threads:8"),
            ("Update", "sqlite", ("synced", "threads:8")))
        self.assertEqual(report.split_name("BM_ParsePath/component"),
                         ("ParsePath", "", ("component",)))


class ReadFigures(unittest.TestCase):
    def test_takes_the_median_of_repetitions(self):
        figures = report.read_figures([document(
            *(run("BM_Update/engine/iterations:5", cpu) for cpu in (9, 1, 2)))])
        self.assertEqual(figures["Update", "engine", ()].cpu, 2)

    def test_knows_units(self):
        nanoseconds = {**run("BM_ParsePath/component", 500), "time_unit": "ns"}
        figures = report.read_figures([document(nanoseconds)])
        self.assertEqual(figures["ParsePath", "", ("component",)].cpu, 0.5)

    def test_leaves_out_what_failed_and_what_is_no_run(self):
        failed = run("BM_Update/engine", 1, error_occurred=True)
        mean = {**run("BM_Update/engine", 1), "run_type": "aggregate"}
        self.assertEqual(report.read_figures([document(failed, mean)]), {})


class Topics(unittest.TestCase):
    def topics(self, *runs):
        return {topic.file: topic for topic in report.make_topics(
            report.read_figures([document(*runs)]))}

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

    def test_there_is_no_empty_topic(self):
        self.assertEqual(self.topics(), {})


if __name__ == "__main__":
    unittest.main()
