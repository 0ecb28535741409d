"""The films that are learned from and asked about: a folder with movies.csv, or the demo catalogue."""

import csv
import json
import random
import tomllib
from pathlib import Path

DEMO = Path(__file__).parents[2] / "crates/datasets/demo"
LISTS = ("genres", "keywords")


def read(folder: Path | None) -> list[dict]:
    if folder is None:
        return demo()
    with (folder / "movies.csv").open(newline="", encoding="utf-8") as file:
        return [film(row | {key: [part for part in row[key].split("|") if part.strip()] for key in LISTS}) for row in csv.DictReader(file)]


def demo() -> list[dict]:
    films = []
    for path in sorted(DEMO.glob("*.toml")):
        films += [film(entry) for entry in tomllib.loads(path.read_text()).get("film", [])]
    return films


def film(row: dict) -> dict:
    year = str(row.get("year") or "")
    return {
        "title": row.get("title") or "",
        "description": row.get("description") or "",
        "genres": row.get("genres") or [],
        "keywords": row.get("keywords") or [],
        "certificate": row.get("certificate") or None,
        "year": int(float(year)) if year else None,
    }


def requests(films: list[dict], batch: int, seed: int) -> list[str]:
    """Bodies of requests, a line each; a batch of one is a single prediction."""
    described = [film for film in films if len(film["description"]) >= 10 and film["title"]]
    random.Random(seed).shuffle(described)
    asked = [film | {"movie_id": f"ml{number}"} for number, film in enumerate(described)]
    if batch == 1:
        return [json.dumps(film) for film in asked[:2_000]]
    bodies = []
    for start in range(0, 20 * batch, batch):
        chosen = [asked[(start + offset) % len(asked)] for offset in range(batch)]
        bodies.append(json.dumps({"films": chosen}))
    return bodies
