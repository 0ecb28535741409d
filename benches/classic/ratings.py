"""The ratings of a MovieLens folder, in the folds that the program dealt out."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy

LOWEST, HIGHEST = 0.5, 5.0


@dataclass(frozen=True)
class Ratings:
    """Columns of as many places; users and items are numbered from 0."""

    users: numpy.ndarray
    items: numpy.ndarray
    stars: numpy.ndarray
    folds: numpy.ndarray
    user_count: int
    item_count: int

    @classmethod
    def read(cls, ratings: Path, folds: Path) -> "Ratings":
        fold_of = {(row["userId"], row["movieId"]): int(row["fold"]) for row in rows(folds)}
        # A film that somebody rated twice has one fold and counts once, as it was rated last.
        newest = {}
        for row in rows(ratings):
            pair = (row["userId"], row["movieId"])
            if pair not in newest or int(row["timestamp"]) >= int(newest[pair]["timestamp"]):
                newest[pair] = row
        users, user_numbers = numpy.unique([int(user) for user, _ in newest], return_inverse=True)
        items, item_numbers = numpy.unique([int(item) for _, item in newest], return_inverse=True)
        stars = numpy.array([float(row["rating"]) for row in newest.values()])
        folds_of_rows = numpy.array([fold_of[pair] for pair in newest])
        return cls(user_numbers, item_numbers, stars, folds_of_rows, len(users), len(items))

    def split(self, fold: int) -> tuple["Ratings", "Ratings"]:
        """What to train on, and what to predict."""
        return self.where(self.folds != fold), self.where(self.folds == fold)

    def where(self, chosen: numpy.ndarray) -> "Ratings":
        columns = [column[chosen] for column in (self.users, self.items, self.stars, self.folds)]
        return Ratings(*columns, self.user_count, self.item_count)


def rows(path: Path):
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def root_mean_square(predicted: numpy.ndarray, stars: numpy.ndarray) -> float:
    return float(numpy.sqrt(numpy.mean((numpy.clip(predicted, LOWEST, HIGHEST) - stars) ** 2)))
