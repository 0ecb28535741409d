"""What is measured: two shapes to train, one to ask, and made-up viewers for them."""

import random
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path


@dataclass(frozen=True)
class Shape:
    items: int
    dimension: int
    blocks: int
    heads: int
    max_length: int

    def arguments(self) -> list[str]:
        return [part for name, value in vars(self).items() for part in (f"--{name.replace('_', '-')}", str(value))]


@dataclass(frozen=True)
class Training:
    shape: Shape
    negatives: int
    dropout: float
    batch_size: int
    # Of the number of films a user rated, in the data set of that name.
    median_length: float
    spread: float

    def memory_bytes(self, batch_size: int) -> int:
        """What a step of the plain PyTorch model takes at least: weights with Adam, candidates, attention, activations."""
        shape = self.shape
        weights = 2 * (shape.items + 2) * shape.dimension * 4 * 4
        slots = batch_size * shape.max_length
        candidates = 2 * slots * (1 + self.negatives) * shape.dimension * 4
        attention = 5 * shape.blocks * shape.heads * slots * shape.max_length * 4
        activations = 16 * shape.blocks * slots * shape.dimension * 4
        return weights + candidates + attention + activations

    def batch_size_within(self, available_bytes: int) -> int:
        """The usual one, or half of it as often as it takes to fit."""
        size = self.batch_size
        while size > 1 and self.memory_bytes(size) > available_bytes:
            size //= 2
        return size


TRAININGS = {
    "ml-1m": Training(Shape(3_416, 128, 2, 1, 200), 256, 0.5, 128, median_length=96, spread=1.04),
    "ml-32m": Training(Shape(84_432, 256, 4, 8, 200), 16, 0.2, 128, median_length=73, spread=1.25),
}
ASKED = Shape(84_434, 256, 4, 8, 200)
CALIBRATION = 0.75


@dataclass(frozen=True)
class Work:
    """What batches of requests cannot do without, once the last block computes only the last slot."""

    blocks_flops: float
    table_flops: float
    table_bytes: float

    @property
    def flops(self) -> float:
        return self.blocks_flops + self.table_flops

    def floor_seconds(self, flops_per_second: float, bytes_per_second: float) -> float:
        """The table is read while it is multiplied, whichever takes longer."""
        table = max(self.table_flops / flops_per_second, self.table_bytes / bytes_per_second)
        return self.blocks_flops / flops_per_second + table


def work(shape: Shape, batch: int) -> Work:
    length, dimension = shape.max_length, shape.dimension
    # A multiplication and an addition for each weight: three projections and two layers; each slot sees the earlier ones.
    whole = length * 10 * dimension**2 + 2 * dimension * length * (length + 1)
    last = length * 4 * dimension**2 + 6 * dimension**2 + 4 * dimension * length
    rows = shape.items + 2
    return Work(
        blocks_flops=batch * ((shape.blocks - 1) * whole + last),
        table_flops=batch * 2 * rows * dimension,
        table_bytes=4 * rows * dimension,
    )


def write_sequences(path: Path, count: int, items: int, lengths, seed: int) -> None:
    """A line for each viewer: item numbers, oldest first, few of them in many lines. The last item is in the first line."""
    chance = random.Random(seed)
    popularity = list(accumulate(1 / (rank + 10) for rank in range(items)))
    with path.open("w") as file:
        for number in range(count):
            watched = chance.choices(range(1, items + 1), cum_weights=popularity, k=lengths(chance))
            if number == 0:
                watched[0] = items
            file.write(" ".join(map(str, watched)) + "\n")


def full(max_length: int):
    return lambda chance: max_length + 1


def natural(training: Training):
    """As people do: most watched little, a few a lot. What the model would not see is left out."""

    def length(chance: random.Random) -> int:
        drawn = training.median_length * chance.lognormvariate(0, training.spread)
        return min(max(5, round(drawn)), training.shape.max_length + 1)

    return length
