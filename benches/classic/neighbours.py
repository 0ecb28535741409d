"""Offsets, and neighbourhoods on what they leave, in numpy: whole matrices of similarities by matrix products."""

import numpy
from ratings import Ratings


class Biases:
    def __init__(self, training: Ratings, settings: dict):
        self.mean = training.stars.mean()
        self.users = numpy.zeros(training.user_count)
        self.items = numpy.zeros(training.item_count)
        user_counts = numpy.bincount(training.users, minlength=training.user_count)
        item_counts = numpy.bincount(training.items, minlength=training.item_count)
        item_room = numpy.maximum(settings["item_regularization"] + item_counts, 1e-9)
        user_room = numpy.maximum(settings["user_regularization"] + user_counts, 1e-9)
        for _ in range(settings["epochs"]):
            left = training.stars - self.mean - self.users[training.users]
            self.items = numpy.bincount(training.items, left, training.item_count) / item_room
            left = training.stars - self.mean - self.items[training.items]
            self.users = numpy.bincount(training.users, left, training.user_count) / user_room

    def predict(self, users: numpy.ndarray, items: numpy.ndarray) -> numpy.ndarray:
        return self.mean + self.users[users] + self.items[items]


def by_items(training: Ratings, held_out: Ratings, settings: dict) -> numpy.ndarray:
    """From the items that somebody has rated and that are like the one asked for."""
    settings = settings["rating-knn"]
    biases = Biases(training, settings["biases"])
    columns = left_in_columns(training, biases)
    residuals = mean_of_nearest(columns, training.users, training.items, held_out.users, held_out.items, settings)
    return biases.predict(held_out.users, held_out.items) + residuals


def by_users(training: Ratings, held_out: Ratings, settings: dict) -> numpy.ndarray:
    """From those who have rated the item and are like the user asked for."""
    settings = settings["rating-user-knn"]
    biases = Biases(training, settings["biases"])
    columns = left_in_columns(training, biases)
    columns = (columns[0].T.copy(), columns[1].T.copy())
    residuals = mean_of_nearest(columns, training.items, training.users, held_out.items, held_out.users, settings)
    return biases.predict(held_out.users, held_out.items) + residuals


def left_in_columns(training: Ratings, biases: Biases) -> tuple[numpy.ndarray, numpy.ndarray]:
    """What the biases leave of the stars, a row for each user and a column for each item, and where there are ratings."""
    left = numpy.zeros((training.user_count, training.item_count), numpy.float32)
    is_rated = numpy.zeros_like(left)
    left[training.users, training.items] = training.stars - biases.predict(training.users, training.items)
    is_rated[training.users, training.items] = 1
    return left, is_rated


def similarities(left: numpy.ndarray, is_rated: numpy.ndarray, settings: dict) -> numpy.ndarray:
    """Of every two columns."""
    products, common = left.T @ left, is_rated.T @ is_rated
    if settings["similarity"] == "cosine":
        lengths = numpy.sqrt(numpy.diag(products))
        lengths = numpy.outer(lengths, lengths)
    elif settings["similarity"] == "co_rated_cosine":
        squares = (left * left).T @ is_rated
        lengths = numpy.sqrt(squares * squares.T)
    else:
        raise ValueError(f"the twin knows no similarity named {settings['similarity']}")
    products /= numpy.maximum(lengths, 1e-12)
    products *= common / numpy.maximum(common + settings["shrinkage"], 1e-12)
    products[common < settings["minimum_support"]] = 0
    return numpy.maximum(products, 0)


def mean_of_nearest(columns, owners, members, asked_owners, asked_members, settings: dict) -> numpy.ndarray:
    """For each owner of members with values, the mean of those most similar to the member asked for."""
    left, is_rated = columns
    alike = similarities(left, is_rated, settings)
    means = numpy.zeros(len(asked_owners))
    order = numpy.argsort(owners, kind="stable")
    starts = numpy.searchsorted(owners[order], numpy.arange(left.shape[0] + 1))
    asked_order = numpy.argsort(asked_owners, kind="stable")
    asked_starts = numpy.searchsorted(asked_owners[asked_order], numpy.arange(left.shape[0] + 1))
    for owner in range(left.shape[0]):
        places = asked_order[asked_starts[owner] : asked_starts[owner + 1]]
        own = members[order[starts[owner] : starts[owner + 1]]]
        if len(places) == 0 or len(own) == 0:
            continue
        weights = alike[numpy.ix_(asked_members[places], own)]
        values = numpy.broadcast_to(left[owner, own], weights.shape)
        count = settings["neighbours"]
        if count < len(own):
            nearest = numpy.argpartition(weights, len(own) - count, axis=1)[:, -count:]
            weights = numpy.take_along_axis(weights, nearest, axis=1)
            values = numpy.take_along_axis(values, nearest, axis=1)
        weights = weights ** settings["power"]
        sums = weights.sum(axis=1) + settings["weight_regularization"]
        means[places] = (weights * values).sum(axis=1) / numpy.maximum(sums, 1e-12)
    return means
