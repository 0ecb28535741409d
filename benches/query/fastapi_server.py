"""The comparison: the same routes as a plain FastAPI + SQLAlchemy server would have them.

STATEMENTS=ilike sends what the first FilmLens sent; STATEMENTS=ours sends the statements of crates/catalog-store.
Both count and select for every request, as the original did.
"""

import os
from typing import Annotated

from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel
from sqlalchemy import create_engine, text

engine = create_engine(os.environ["BENCH_DATABASE"], pool_size=10, max_overflow=0)
app = FastAPI()
OURS = os.environ["STATEMENTS"] == "ours"
COLUMNS = "imdb_id, tmdb_id, movie_name, year, runtime, genre, rating, description, director, star"
SORTS = {"year": "year", "rating": "rating", "runtime": "runtime", "movie_name": "movie_name"}


class Movie(BaseModel):
    imdb_id: str | None
    tmdb_id: str | None
    movie_name: str
    year: int | None
    runtime: int | None
    genre: list[str] | None
    rating: float | None
    description: str | None
    director: list[str] | None
    star: list[str] | None


class MoviePage(BaseModel):
    page: int
    limit: int
    total_items: int
    total_pages: int
    items: list[Movie]


class Suggestion(BaseModel):
    imdb_id: str | None
    movie_name: str
    year: int | None


class Suggestions(BaseModel):
    suggestions: list[Suggestion]


class FacetCount(BaseModel):
    facet: str
    value: str
    count: int


class Filter(BaseModel):
    """A WHERE clause with its values."""

    where: str
    values: dict
    has_text: bool


def film_filter(
    q: str | None = None,
    genres: Annotated[list[str] | None, Query()] = None,
    year_from: Annotated[int | None, Query(ge=1800, le=2100)] = None,
    year_to: Annotated[int | None, Query(ge=1800, le=2100)] = None,
    rating_min: Annotated[float | None, Query(ge=0, le=10)] = None,
) -> Filter:
    conditions, values = ["true"], {}
    if q and OURS:
        conditions.append("search_text LIKE '%' || fold(:q) || '%'")
        values["q"] = q
    elif q:
        conditions.append("(movie_name ILIKE :q OR description ILIKE :q)")
        values["q"] = f"%{q}%"
    for name, value, condition in [
        ("genres", genres, "genre && CAST(:genres AS text[])"),
        ("year_from", year_from, "year >= :year_from"),
        ("year_to", year_to, "year <= :year_to"),
        ("rating_min", rating_min, "rating >= :rating_min"),
    ]:
        if value:
            conditions.append(condition)
            values[name] = value
    return Filter(where=" AND ".join(conditions), values=values, has_text=bool(q))


@app.get("/health/ready")
def ready() -> dict:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    return {"status": "ready"}


@app.get("/api/v1/movies/search", response_model=MoviePage)
def search(
    filter: Annotated[Filter, Depends(film_filter)],
    sort_by: str = "year",
    order: str = "desc",
    page: Annotated[int, Query(ge=1)] = 1,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
):
    direction = "ASC" if order == "asc" else "DESC"
    window = {"limit": limit, "offset": (page - 1) * limit}
    with engine.connect() as connection:
        total = connection.execute(
            text(f"SELECT count(*) FROM movies_catalog WHERE {filter.where}"), filter.values
        ).scalar_one()
        if OURS:
            fence = "OFFSET 0" if filter.has_text else ""
            ids = connection.execute(
                text(
                    f"SELECT id, key FROM (SELECT id, {SORTS[sort_by]} AS key FROM movies_catalog"
                    f" WHERE {filter.where} {fence}) AS matched"
                    f" ORDER BY key {direction} NULLS LAST, id LIMIT :limit OFFSET :offset"
                ),
                filter.values | window,
            ).all()
            wanted = [row.id for row in ids]
            rows = connection.execute(
                text(f"SELECT id, {COLUMNS} FROM movies_catalog WHERE id = ANY(:ids)"), {"ids": wanted}
            ).mappings()
            rows = sorted(rows, key=lambda row: wanted.index(row["id"]))
        else:
            rows = connection.execute(
                text(
                    f"SELECT {COLUMNS} FROM movies_catalog WHERE {filter.where}"
                    f" ORDER BY {SORTS[sort_by]} {direction} LIMIT :limit OFFSET :offset"
                ),
                filter.values | window,
            ).mappings()
        items = [Movie(**row) for row in rows]
    return MoviePage(page=page, limit=limit, total_items=total, total_pages=-(-total // limit), items=items)


@app.get("/api/v1/movies/autocomplete", response_model=Suggestions)
def autocomplete(q: Annotated[str, Query(min_length=2)], limit: Annotated[int, Query(ge=1, le=20)] = 10):
    condition = "name_folded LIKE '%' || fold(:q) || '%'" if OURS else "movie_name ILIKE :q"
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                f"SELECT imdb_id, movie_name, year FROM movies_catalog WHERE {condition}"
                " ORDER BY rating DESC NULLS LAST LIMIT :limit"
            ),
            {"q": q if OURS else f"%{q}%", "limit": limit},
        ).mappings()
        return Suggestions(suggestions=[Suggestion(**row) for row in rows])


@app.get("/api/v1/movies/facets", response_model=list[FacetCount])
def facets(filter: Annotated[Filter, Depends(film_filter)]):
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "WITH matched AS MATERIALIZED (SELECT genre, certificate, year, rating, runtime"
                f" FROM movies_catalog WHERE {filter.where})"
                " SELECT 'total' AS facet, '' AS value, count(*) FROM matched"
                " UNION ALL SELECT 'genre', name, count(*) FROM matched, unnest(genre) AS name GROUP BY name"
                " UNION ALL SELECT 'certificate', certificate, count(*) FROM matched"
                " WHERE certificate IS NOT NULL GROUP BY certificate"
                " UNION ALL SELECT 'decade', (year / 10 * 10)::text, count(*) FROM matched"
                " WHERE year IS NOT NULL GROUP BY year / 10"
                " UNION ALL SELECT 'rating', floor(rating)::text, count(*) FROM matched"
                " WHERE rating IS NOT NULL GROUP BY floor(rating)"
                " UNION ALL SELECT 'runtime', (runtime / 30 * 30)::text, count(*) FROM matched"
                " WHERE runtime IS NOT NULL GROUP BY runtime / 30 ORDER BY facet, count DESC, value"
            ),
            filter.values,
        ).mappings()
        return [FacetCount(**row) for row in rows]
