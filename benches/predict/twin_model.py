"""A model like ours, as one would write it in Python: the same two stages, and as many features, readers, judges and
trees. What it says of a film is beside the point; how long that takes is not.
"""

import numpy
from lightgbm import Booster, Dataset, train
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

CATEGORIES = ["violencia", "sexualidad", "drogas", "lenguaje_fuerte", "suicidio"]
LEVELS = ["sin_contenido", "moderado", "alto"]
SIGNS = {
    "violencia": ["murder", "war", "killer", "gun", "blood"],
    "sexualidad": ["sex", "love", "nudity", "affair", "prostitut"],
    "drogas": ["drug", "alcohol", "cocaine", "drunk", "addict"],
    "lenguaje_fuerte": ["gang", "prison", "comedian", "profanity", "crime"],
    "suicidio": ["suicide", "depress", "grief", "mental", "death"],
}
CERTIFICATES = ["G", "PG", "PG-13", "R", "NC-17"]


class TwinModel:
    def __init__(self, films: list[dict], settings: dict) -> None:
        texts = [text_of(film) for film in films]
        self.vectorizers = vectorizers(settings["text"])
        matrices = [vectorizer.fit_transform(texts) for vectorizer in self.vectorizers]
        self.genres = {genre: place for place, genre in enumerate(sorted({g for film in films for g in film["genres"]}))}
        matrix = hstack([*matrices, csr_matrix(self.facts(films))], format="csr")
        answers = labels(films)
        readers = [reader(matrix, answers[:, column]) for column in range(answers.shape[1])]
        self.weights = numpy.column_stack([weights for weights, _ in readers])
        self.intercepts = numpy.array([intercept for _, intercept in readers])
        rows = self.judge_rows(matrix, films)
        self.judges = [judge(rows, answers[:, column], settings["lightgbm"]) for column in range(answers.shape[1])]
        self.linear = [reader(csr_matrix(rows), answers[:, column]) for column in range(answers.shape[1])]
        self.linear_weights = numpy.column_stack([weights for weights, _ in self.linear])
        self.linear_intercepts = numpy.array([intercept for _, intercept in self.linear])

    @property
    def feature_count(self) -> int:
        return self.weights.shape[0]

    @property
    def tree_count(self) -> int:
        return sum(booster.num_trees() for booster in self.judges)

    def facts(self, films: list[dict]) -> numpy.ndarray:
        facts = numpy.zeros((len(films), len(self.genres) + len(CERTIFICATES) + 1))
        for row, film in enumerate(films):
            for genre in film["genres"]:
                if genre in self.genres:
                    facts[row, self.genres[genre]] = 1
            if film["certificate"] in CERTIFICATES:
                facts[row, len(self.genres) + CERTIFICATES.index(film["certificate"])] = 1
            facts[row, -1] = ((film["year"] or 2000) - 2000) / 10
        return facts

    def judge_rows(self, matrix, films: list[dict]) -> numpy.ndarray:
        scores = matrix @ self.weights + self.intercepts
        return numpy.hstack([scores, keyword_counts(films), self.facts(films)])

    def predict(self, films: list[dict]) -> list[dict]:
        texts = [text_of(film) for film in films]
        matrices = [vectorizer.transform(texts) for vectorizer in self.vectorizers]
        matrix = hstack([*matrices, csr_matrix(self.facts(films))], format="csr")
        rows = self.judge_rows(matrix, films)
        margins = rows @ self.linear_weights + self.linear_intercepts
        trees = numpy.column_stack([booster.predict(rows, raw_score=True, num_threads=1) for booster in self.judges])
        probabilities = 1 / (1 + numpy.exp(-(margins + trees) / 2))
        return [answer(film, row) for film, row in zip(films, probabilities)]


def text_of(film: dict) -> str:
    return f"{film['title']}. {film['description']}"


def vectorizers(text: dict) -> list[TfidfVectorizer]:
    found = []
    for kind, analyzer in (("words", "word"), ("characters", "char_wb")):
        sequences = text.get(kind)
        if sequences is None:
            continue
        found.append(
            TfidfVectorizer(
                analyzer=analyzer,
                ngram_range=(sequences["min_length"], sequences["max_length"]),
                max_features=sequences["max_features"],
                min_df=sequences["min_films"],
                max_df=sequences["max_share"],
                sublinear_tf=sequences["is_sublinear"],
                stop_words="english" if analyzer == "word" else None,
                dtype=numpy.float32,
            )
        )
    return found


def labels(films: list[dict]) -> numpy.ndarray:
    """Whether a film has any sign of a category among its keywords, and whether it has one of the stronger two."""
    rows = []
    for film in films:
        keywords = " ".join(film["keywords"]).lower()
        row = []
        for signs in SIGNS.values():
            row += [any(sign in keywords for sign in signs), any(sign in keywords for sign in signs[:2])]
        rows.append(row)
    return numpy.array(rows, dtype=int)


def keyword_counts(films: list[dict]) -> numpy.ndarray:
    rows = []
    for film in films:
        keywords = " ".join(film["keywords"]).lower()
        row = []
        for signs in SIGNS.values():
            row += [sum(sign in keywords for sign in signs[:2]), sum(sign in keywords for sign in signs[2:])]
        rows.append(row)
    return numpy.log1p(numpy.array(rows, dtype=float))


def reader(matrix, answers: numpy.ndarray) -> tuple[numpy.ndarray, float]:
    if answers.min() == answers.max():
        return numpy.zeros(matrix.shape[1]), 0.0
    fitted = LogisticRegression(C=0.3, class_weight="balanced", solver="liblinear").fit(matrix, answers)
    return fitted.coef_[0], float(fitted.intercept_[0])


def judge(rows: numpy.ndarray, answers: numpy.ndarray, settings: dict) -> Booster:
    parameters = {
        "objective": "binary",
        "learning_rate": settings["learning_rate"],
        "num_leaves": settings["num_leaves"],
        "max_depth": settings["max_depth"],
        "min_child_samples": settings["min_child_samples"],
        "verbose": -1,
        "num_threads": 1,
        "seed": 42,
    }
    return train(parameters, Dataset(rows, answers), num_boost_round=settings["n_estimators"])


def answer(film: dict, row: numpy.ndarray) -> dict:
    prediction = {"movie_id": film["movie_id"], "movie_title": film["title"]}
    for place, category in enumerate(CATEGORIES):
        some = float(row[2 * place])
        high = min(float(row[2 * place + 1]), some)
        probabilities = [1 - some, some - high, high]
        best = max(range(3), key=probabilities.__getitem__)
        prediction[f"{category}_nivel"] = {
            "nivel": LEVELS[best],
            "probabilidad": probabilities[best],
            "probabilidades_todas": dict(zip(LEVELS, probabilities)),
        }
    return prediction
