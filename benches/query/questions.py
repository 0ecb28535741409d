"""What people ask of a catalogue: made from its own titles and words, the same for every server."""

import random
from urllib.parse import urlencode

import psycopg

ASKED = 20_000
DISTINCT = {"search": 1_000, "autocomplete": 2_000, "facets": 200}
GENRES = ["Action", "Comedy", "Crime", "Drama", "Horror", "Romance", "Sci-Fi", "Thriller"]


def make(database: str, seed: int) -> dict[str, list[str]]:
    """Paths to ask, in the order of asking: few are asked often, most seldom (Zipf)."""
    chance = random.Random(seed)
    with psycopg.connect(database) as connection:
        titles = [row[0] for row in connection.execute(
            "SELECT movie_name FROM movies_catalog ORDER BY votes DESC NULLS LAST, id LIMIT 20000")]
        texts = [row[0] for row in connection.execute(
            "SELECT description FROM movies_catalog WHERE description IS NOT NULL ORDER BY id LIMIT 5000")]
    makers = {"search": search_path, "autocomplete": autocomplete_path, "facets": facets_path}
    asked = {}
    for kind, maker in makers.items():
        paths = list(dict.fromkeys(maker(chance, titles, texts) for _ in range(DISTINCT[kind])))
        weights = [1 / (rank + 1) for rank in range(len(paths))]
        asked[kind] = chance.choices(paths, weights, k=ASKED)
    return asked


def search_path(chance, titles, texts) -> str:
    kind = chance.random()
    if kind < 0.35:
        parameters = {"q": chance.choice(titles)}
    elif kind < 0.55:
        parameters = {"q": chance.choice([word for word in chance.choice(titles).split() if len(word) > 3] or ["night"])}
    elif kind < 0.65:
        parameters = {"q": chance.choice([word for word in chance.choice(texts).split() if len(word) > 4] or ["story"])}
    else:
        parameters = filters(chance)
        parameters["sort_by"] = chance.choice(["year", "rating", "runtime"])
        parameters["page"] = chance.choice([1, 1, 1, 2, 3])
    return "/api/v1/movies/search?" + urlencode(parameters, doseq=True)


def autocomplete_path(chance, titles, _texts) -> str:
    title = chance.choice(titles)
    typed = title[: chance.randint(2, min(10, max(2, len(title))))]
    return "/api/v1/movies/autocomplete?" + urlencode({"q": typed.strip().ljust(2, "e")})


def facets_path(chance, titles, _texts) -> str:
    parameters = filters(chance)
    if chance.random() < 0.5:
        parameters = {"q": chance.choice([word for word in chance.choice(titles).split() if len(word) > 3] or ["night"])}
    return "/api/v1/movies/facets?" + urlencode(parameters, doseq=True)


def filters(chance) -> dict:
    start = chance.randrange(1950, 2015)
    parameters = {"genres": chance.sample(GENRES, chance.randint(1, 2))}
    if chance.random() < 0.6:
        parameters |= {"year_from": start, "year_to": start + chance.choice([5, 10, 20])}
    if chance.random() < 0.3:
        parameters["rating_min"] = chance.choice([6, 7, 8])
    return parameters
