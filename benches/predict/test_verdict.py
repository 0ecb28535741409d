"""Run by infrastructure/checks/benches.sh."""

import contextlib
import io
import json
import unittest

import films
import verdict


def figures(rate: float, p99_ms: float) -> dict:
    load = {"rate": rate, "requests": rate * 10, "p99_ms": p99_ms, "refused": 0, "broken": 0}
    return {name: dict(load) for name in ("single, 1 client", "batch, 32 clients")} | {"memory_mib": 50.0}


def judged(ours: dict, twin: dict) -> tuple[bool, str]:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        reached = verdict.judge({verdict.OURS: ours, verdict.TWIN: twin})
    return reached, output.getvalue()


class Verdict(unittest.TestCase):
    def test_ten_times_the_rate_at_lower_latency_is_enough(self):
        reached, output = judged(figures(1000, 5), figures(100, 50))
        self.assertTrue(reached)
        self.assertIn("all 6 targets reached", output)

    def test_each_target_can_be_missed(self):
        for key, value in [("rate", 999), ("p99_ms", 50), ("refused", 1), ("broken", 1), ("requests", 0)]:
            ours = figures(1000, 5)
            ours["single, 1 client"][key] = value
            reached, output = judged(ours, figures(100, 50))
            self.assertFalse(reached, key)
            self.assertIn("MISSED", output)

    def test_a_server_that_answered_nothing_proves_nothing(self):
        reached, output = judged(figures(1000, 5), figures(0, 0))
        self.assertFalse(reached)
        self.assertIn("no answer in --seconds", output)


class Films(unittest.TestCase):
    def test_the_demo_catalogue_makes_requests(self):
        known = films.read(None)
        self.assertGreater(len(known), 100)
        single = [json.loads(body) for body in films.requests(known, 1, 7)]
        self.assertTrue(all(film["title"] and len(film["description"]) >= 10 for film in single))
        batches = [json.loads(body) for body in films.requests(known, 50, 7)]
        self.assertEqual({len(batch["films"]) for batch in batches}, {50})
        self.assertEqual(films.requests(known, 50, 7), films.requests(known, 50, 7))


if __name__ == "__main__":
    unittest.main()
