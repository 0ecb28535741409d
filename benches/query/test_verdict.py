"""Run by infrastructure/checks/benches.sh."""

import contextlib
import io
import sys
import tempfile
import unittest
import urllib.error
from pathlib import Path
from unittest import mock

import servers
import verdict


def figures(rate: float, p99_ms: float, server_ms: float = 0.5) -> dict:
    kind = {"rate": rate, "requests": rate * 10, "p99_ms": p99_ms, "server_ms": server_ms, "refused": 0, "broken": 0}
    return {name: dict(kind) for name in ("search", "autocomplete", "facets")} | {"memory_mib": 50.0}


def results() -> dict:
    return {
        verdict.REMEMBERING: figures(2000, 5),
        verdict.FORGETTING: figures(200, 50),
        verdict.OUR_SQL: figures(600, 20),
        verdict.ILIKE: figures(100, 100),
    }


def judged(measured: dict) -> tuple[bool, str]:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        verdict.compare(measured)
        reached = verdict.judge(measured)
    return reached, output.getvalue()


class Verdict(unittest.TestCase):
    def test_only_the_remembering_variant_decides(self):
        reached, output = judged(results())
        self.assertTrue(reached)
        self.assertIn("all 14 targets reached", output)
        self.assertIn("MISSED   search: rate at least 20 x fastapi, ILIKE: 2.0 x", output)

    def test_each_target_can_be_missed(self):
        for kind, key, value in [
            ("search", "rate", 1999),
            ("facets", "rate", 1799),
            ("facets", "p99_ms", 20),
            ("autocomplete", "server_ms", 1.0),
            ("search", "refused", 1),
        ]:
            measured = results()
            measured[verdict.REMEMBERING][kind][key] = value
            self.assertFalse(judged(measured)[0], (kind, key))

    def test_a_server_that_answered_nothing_proves_nothing(self):
        measured = results()
        measured[verdict.ILIKE]["autocomplete"] |= {"rate": 0.0, "requests": 0, "p99_ms": 0.0}
        reached, output = judged(measured)
        self.assertFalse(reached)
        self.assertIn("MISSED   autocomplete: rate at least 20 x fastapi, ILIKE: no answer in --seconds", output)

    def test_every_variant_is_compared_with_both_of_fastapi(self):
        lines = judged(results())[1].splitlines()
        search = next(line for line in lines if line.startswith(verdict.FORGETTING) and "search" in line)
        self.assertEqual(search.split()[-6:], ["2.0", "x", "yes", "0.3", "x", "no"])


class Logs(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.enterContext(mock.patch("tempfile.tempdir", str(self.folder)))

    def test_of_a_server_that_ran_are_removed(self):
        with mock.patch("urllib.request.urlopen"):
            with servers.running(["sleep", "60"], {}, 1):
                self.assertEqual(len(list(self.folder.glob("*/server.log"))), 1)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_of_a_server_that_failed_stay(self):
        command = [sys.executable, "-c", "raise SystemExit('no database')"]
        with mock.patch("urllib.request.urlopen", side_effect=urllib.error.URLError("refused")):
            with self.assertRaises(SystemExit), servers.running(command, {}, 1):
                self.fail("it never runs")
        log = next(self.folder.glob("*/server.log"))
        self.assertIn("no database", log.read_text())


if __name__ == "__main__":
    unittest.main()
