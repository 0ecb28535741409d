"""Run by infrastructure/checks/benches.sh."""

import random
import statistics
import tempfile
import unittest
from pathlib import Path

import shapes


class Work(unittest.TestCase):
    def test_one_request_at_tcd_shape_takes_0_55_gflop_and_reads_86_mb(self):
        needed = shapes.work(shapes.ASKED, 1)
        self.assertAlmostEqual(needed.flops / 1e9, 0.55, delta=0.01)
        self.assertAlmostEqual(needed.table_bytes / 1e6, 86.5, delta=0.1)

    def test_a_batch_reads_the_table_once(self):
        one, many = shapes.work(shapes.ASKED, 1), shapes.work(shapes.ASKED, 64)
        self.assertEqual(many.table_bytes, one.table_bytes)
        self.assertEqual(many.flops, 64 * one.flops)

    def test_a_large_batch_is_bound_by_multiplication(self):
        many = shapes.work(shapes.ASKED, 64)
        self.assertAlmostEqual(many.floor_seconds(100e9, 20e9), many.flops / 100e9)


class Sequences(unittest.TestCase):
    def setUp(self):
        self.path = Path(self.enterContext(tempfile.TemporaryDirectory())) / "sequences.txt"

    def read(self) -> list[list[int]]:
        return [[int(item) for item in line.split()] for line in self.path.read_text().splitlines()]

    def test_are_the_same_for_the_same_seed(self):
        training = shapes.TRAININGS["ml-1m"]
        texts = []
        for seed in (1, 1, 2):
            shapes.write_sequences(self.path, 20, 3_416, shapes.natural(training), seed)
            texts.append(self.path.read_text())
        self.assertEqual(texts[0], texts[1])
        self.assertNotEqual(texts[0], texts[2])

    def test_hold_items_of_the_catalogue_up_to_its_last(self):
        shapes.write_sequences(self.path, 20, 500, shapes.full(200), 1)
        sequences = self.read()
        self.assertEqual({len(items) for items in sequences}, {201})
        self.assertEqual(max(max(items) for items in sequences), 500)
        self.assertGreaterEqual(min(min(items) for items in sequences), 1)

    def test_are_as_long_as_people_s(self):
        lengths = [shapes.natural(shapes.TRAININGS["ml-1m"])(random.Random(seed)) for seed in range(2_000)]
        self.assertAlmostEqual(statistics.median(lengths), 96, delta=8)
        self.assertEqual((min(lengths) >= 5, max(lengths)), (True, 201))


class Memory(unittest.TestCase):
    def test_batches_are_halved_until_they_fit(self):
        training = shapes.TRAININGS["ml-1m"]
        self.assertEqual(training.batch_size_within(64 << 30), 128)
        self.assertEqual(training.batch_size_within(training.memory_bytes(128) - 1), 64)
        self.assertEqual(training.batch_size_within(0), 1)


if __name__ == "__main__":
    unittest.main()
