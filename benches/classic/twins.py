"""The algorithms of the program in Python: those of scikit-surprise, and others as numpy would have them."""

import random
from dataclasses import dataclass
from typing import Callable

import neighbours
import numpy
import surprise
from ratings import HIGHEST, LOWEST, Ratings

ORDER_SEED = 42


@dataclass(frozen=True)
class Twin:
    library: str
    # What brings the ratings into the library's form is not measured, on either side.
    prepare: Callable
    predict: Callable


def of_surprise(algorithm: Callable) -> Twin:
    def predict(prepared, settings: dict) -> numpy.ndarray:
        training, held_out = prepared
        predictions = algorithm(settings).fit(training).test(held_out)
        return numpy.array([prediction.est for prediction in predictions])

    return Twin("surprise", for_surprise, predict)


def of_numpy(predict: Callable) -> Twin:
    return Twin("numpy", lambda training, held_out: (training, held_out), lambda prepared, settings: predict(*prepared, settings))


def for_surprise(training: Ratings, held_out: Ratings):
    data = surprise.Dataset(surprise.Reader(rating_scale=(LOWEST, HIGHEST)))
    rows = [(user, item, stars, None) for user, item, stars in triplets(training)]
    # As its own folds come: what is rated alike, and what is learned last, would else follow the numbers of the items.
    random.Random(ORDER_SEED).shuffle(rows)
    return data.construct_trainset(rows), triplets(held_out)


def triplets(ratings: Ratings) -> list[tuple[int, int, float]]:
    return list(zip(ratings.users.tolist(), ratings.items.tolist(), ratings.stars.tolist(), strict=True))


def svd(factors: int) -> Twin:
    def made(settings: dict):
        chosen = settings["svd"]
        return surprise.SVD(
            n_factors=factors,
            n_epochs=chosen["epochs"],
            lr_all=chosen["learning_rate"],
            reg_all=chosen["regularization"],
            init_std_dev=chosen["initial_deviation"],
            random_state=chosen["seed"],
        )

    return of_surprise(made)


def svd_pp(settings: dict):
    chosen = settings["svd-pp"]
    return surprise.SVDpp(
        n_factors=chosen["factors"],
        n_epochs=chosen["epochs"],
        lr_all=chosen["learning_rate"],
        reg_all=chosen["regularization"],
        init_std_dev=chosen["initial_deviation"],
        random_state=chosen["seed"],
        cache_ratings=True,
    )


def biases(training: Ratings, held_out: Ratings, settings: dict) -> numpy.ndarray:
    return neighbours.Biases(training, settings["biases"]).predict(held_out.users, held_out.items)


# By their names in the program.
TWINS = {
    "baseline": of_surprise(lambda _: surprise.BaselineOnly(verbose=False)),
    "biases": of_numpy(biases),
    "knn-basic": of_surprise(
        lambda settings: surprise.KNNBasic(
            k=settings["knn-basic"]["neighbours"],
            sim_options={"name": "cosine", "user_based": False},
            verbose=False,
        )
    ),
    "item-knn": of_numpy(neighbours.by_items),
    "user-knn": of_numpy(neighbours.by_users),
    "svd-100": svd(100),
    "svd-150": svd(150),
    "svd-pp": of_surprise(svd_pp),
}
