//! The KMeans API: its routes, shapes and messages. Its errors are problems as everywhere, with the member `error` that
//! its clients read; the `detail` of a 422 stays a text, and `errors` is the list.

use std::time::Instant;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use filmlens_recommend::{Fallback, Method, Question};
use filmlens_web::extract::{Json, Path};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Error;
use crate::library::Film;
use crate::metrics;
use crate::state::AppState;

const RECOMMENDED: usize = 5;

#[derive(Serialize, ToSchema)]
pub(crate) struct Filme {
    #[schema(example = 11)]
    id: i64,
    #[serde(flatten)]
    sobre: Sobre,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct FilmeRecomendado {
    /// A text here, a number in the catalogue.
    #[schema(example = "11")]
    id: String,
    #[serde(flatten)]
    sobre: Sobre,
}

#[derive(Serialize, ToSchema)]
struct Sobre {
    #[schema(example = "Anchorman")]
    titulo: String,
    #[schema(example = "comédia")]
    genero: String,
    diretor: String,
    /// Separated by commas.
    atores: String,
}

/// Every film, in the order of the catalogue.
#[utoipa::path(
    get,
    path = "/filmes",
    tag = "filmes",
    responses((status = 200, body = Vec<Filme>), (status = 204, description = "There is no film"))
)]
pub(crate) async fn list_filmes(State(state): State<AppState>) -> Result<Response, Error> {
    let loaded = state.filmes.current()?;
    if loaded.model.films().is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let filmes = state.work.run(move || {
        let filme = |film: &Film| Filme { id: film.id, sobre: sobre(film) };
        let mut filmes: Vec<Filme> = loaded.model.films().iter().map(filme).collect();
        filmes.sort_by_key(|filme| filme.id);
        filmes
    });
    Ok(Json(filmes.await?).into_response())
}

/// The five films that people like this user like best, rated ones among them, in the order of the catalogue.
#[utoipa::path(
    get,
    path = "/filmes/{usuario_id}/recomendacoes",
    tag = "filmes",
    params(("usuario_id" = i64, Path, example = 1)),
    responses(
        (status = 200, body = Vec<FilmeRecomendado>),
        (status = 204, description = "There is no film, or the user has rated none"),
        (status = 404, description = "There is no such user; `error` says so too")
    )
)]
pub(crate) async fn recommend_filmes(
    State(state): State<AppState>,
    Path(usuario_id): Path<i64>,
) -> Result<Response, Error> {
    let loaded = state.filmes.current()?;
    let answer = state.work.run(move || {
        let started = Instant::now();
        let library = &loaded.model;
        if library.films().is_empty() {
            return Ok(Vec::new());
        }
        let profile = library.profiles.find(usuario_id).ok_or(Error::UsuarioNotFound { id: usuario_id })?;
        if profile.items.is_empty() {
            return Ok(Vec::new());
        }
        let method = Some(Method::KMeans);
        let question = Question { profile, method, k: RECOMMENDED, exclude: &[], repeats: true };
        let answer = library.models.recommend(question);
        match answer.fallback {
            None => {}
            Some(Fallback::NotLoaded) => {
                return Err(Error::MethodNotTrained { what: "clusters", train: "kmeans" });
            }
            Some(Fallback::NoRatings | Fallback::NothingKnown) => return Ok(Vec::new()),
        }
        metrics::record("filmes", answer.method.name(), started);
        let mut films: Vec<&Film> = answer.items.iter().filter_map(|(item, _)| library.film(*item)).collect();
        films.sort_by_key(|film| film.id);
        let recommended = |film: &Film| FilmeRecomendado { id: film.id.to_string(), sobre: sobre(film) };
        Ok(films.into_iter().map(recommended).collect())
    });
    let filmes = answer.await??;
    if filmes.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(Json(filmes).into_response())
}

/// The films as points, near to each other where the same people like them, coloured by cluster.
#[utoipa::path(
    get,
    path = "/filmes/clusters.svg",
    tag = "filmes",
    responses((status = 200, body = String, content_type = "image/svg+xml"))
)]
pub(crate) async fn draw_clusters(State(state): State<AppState>) -> Result<Response, Error> {
    let loaded = state.filmes.current()?;
    let picture: Option<Bytes> = loaded.model.clusters.clone();
    let picture = picture.ok_or(Error::MethodNotTrained { what: "clusters", train: "kmeans" })?;
    Ok(([(CONTENT_TYPE, "image/svg+xml")], picture).into_response())
}

fn sobre(film: &Film) -> Sobre {
    Sobre {
        titulo: film.title.clone(),
        genero: film.genres.join(", "),
        diretor: film.directors.join(", "),
        atores: film.actors.join(", "),
    }
}
