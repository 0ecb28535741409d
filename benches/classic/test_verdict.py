"""Run by infrastructure/checks/benches.sh."""

import contextlib
import copy
import io
import unittest

import verdict


def figure(rmse: float, seconds: float) -> dict:
    return {"rmse": rmse, "deviation": 0.005, "seconds": seconds, "folds": [rmse]}


def results() -> dict:
    return {
        "ours": {"baseline": figure(0.8726, 0.1), "biases": figure(0.8660, 0.1), "item-knn": figure(0.8419, 2), "blend": figure(0.8319, 5)},
        "theirs": {
            "baseline": figure(0.8709, 1) | {"library": "surprise"},
            "item-knn": figure(0.8420, 20) | {"library": "numpy"},
            "biases": figure(0.8660, 0.1) | {"library": "numpy"},
        },
    }


def judged(measured: dict) -> tuple[bool, str]:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        verdict.report(measured, 2)
        reached = verdict.judge(measured)
    return reached, output.getvalue()


class Verdict(unittest.TestCase):
    def test_what_is_just_enough_reaches_the_targets(self):
        reached, output = judged(results())
        self.assertTrue(reached)
        self.assertIn("all 7 targets reached", output)
        self.assertRegex(output, r"baseline +0\.8726 +0\.0050 +0\.10 +surprise +0\.8709 +1\.00 +\+0\.0017 +10\.0 x")

    def test_each_target_can_be_missed(self):
        for path, value in [
            (("ours", "baseline", "rmse"), 0.8730),
            (("ours", "baseline", "rmse"), 0.8688),
            (("theirs", "baseline", "seconds"), 0.99),
            (("theirs", "item-knn", "rmse"), 0.8440),
            (("theirs", "item-knn", "seconds"), 19.9),
            (("theirs", "biases", "rmse"), 0.8690),
            (("ours", "item-knn", "rmse"), 0.8421),
            (("ours", "blend", "rmse"), 0.832),
        ]:
            measured = copy.deepcopy(results())
            measured[path[0]][path[1]][path[2]] = value
            self.assertFalse(judged(measured)[0], path)

    def test_the_blend_is_no_single_model(self):
        measured = results()
        del measured["ours"]["item-knn"], measured["theirs"]["item-knn"]
        self.assertIn("MISSED   a single model below 0.842: biases", judged(measured)[1])

    def test_how_fast_biases_are_is_shown_and_not_judged(self):
        measured = results()
        measured["theirs"]["biases"]["seconds"] = 0.05
        reached, output = judged(measured)
        self.assertTrue(reached)
        self.assertIn("0.5 x", output)

    def test_a_twin_that_was_not_run_is_not_judged(self):
        measured = results()
        measured["theirs"] = {}
        self.assertIn("all 2 targets reached", judged(measured)[1])

    def test_errors_are_the_mean_of_the_folds(self):
        found = verdict.figures([{"rmse": 0.8}, {"rmse": 0.9}], 3.0)
        self.assertAlmostEqual(found["rmse"], 0.85)
        self.assertAlmostEqual(found["deviation"], 0.0707, places=4)
        self.assertEqual(found["seconds"], 3.0)
        self.assertEqual(verdict.figures([{"rmse": 0.8}], 1.0)["deviation"], 0)


if __name__ == "__main__":
    unittest.main()
