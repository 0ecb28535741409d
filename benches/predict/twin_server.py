"""The comparison: the same routes as a plain FastAPI server would have them, with a model like ours."""

import os
import pickle
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI
from pydantic import BaseModel, Field

app = FastAPI()
model = pickle.loads(Path(os.environ["BENCH_TWIN_MODEL"]).read_bytes())


class Film(BaseModel):
    movie_id: Annotated[str, Field(min_length=1, max_length=50)]
    title: Annotated[str, Field(min_length=1, max_length=500)]
    description: Annotated[str, Field(min_length=10)]
    genres: list[str] = []
    keywords: list[str] = []
    certificate: str | None = None
    year: int | None = None


class Films(BaseModel):
    films: Annotated[list[Film], Field(min_length=1, max_length=1000)]


class Category(BaseModel):
    nivel: str
    probabilidad: float
    probabilidades_todas: dict[str, float]


class Prediction(BaseModel):
    movie_id: str
    movie_title: str
    violencia_nivel: Category
    sexualidad_nivel: Category
    drogas_nivel: Category
    lenguaje_fuerte_nivel: Category
    suicidio_nivel: Category


class Result(BaseModel):
    index: int
    prediction: Prediction


class Results(BaseModel):
    results: list[Result]
    predicted: int
    failed: int


@app.get("/health/ready")
def ready() -> dict:
    return {"status": "ready"}


@app.post("/api/v1/predict", response_model=Prediction)
def predict(film: Film):
    return model.predict([film.model_dump()])[0]


@app.post("/api/v1/predict/batch", response_model=Results)
def predict_batch(films: Films):
    predictions = model.predict([film.model_dump() for film in films.films])
    results = [{"index": index, "prediction": prediction} for index, prediction in enumerate(predictions)]
    return {"results": results, "predicted": len(results), "failed": 0}
