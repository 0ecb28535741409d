CREATE TABLE movies_catalog (
    id           serial PRIMARY KEY,
    imdb_id      varchar(50),
    tmdb_id      varchar(50),
    -- MovieLens movieId, by which the recommendation models know the film. The demo catalogue, which MovieLens
    -- does not number, takes numbers from 900001 on.
    movielens_id integer CHECK (movielens_id > 0),
    movie_name   text NOT NULL,
    year         smallint CHECK (year BETWEEN 1800 AND 2100),
    runtime      smallint CHECK (runtime > 0 AND runtime < 500),
    genre        text[] NOT NULL DEFAULT '{}',
    director     text[] NOT NULL DEFAULT '{}',
    star         text[] NOT NULL DEFAULT '{}',
    rating       real CHECK (rating BETWEEN 0 AND 10),
    votes        integer CHECK (votes >= 0),
    certificate  varchar(20),
    keywords     text[] NOT NULL DEFAULT '{}',
    description  text,
    version      integer NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    name_folded  text COLLATE "C" GENERATED ALWAYS AS (fold(movie_name)) STORED,
    search_text  text GENERATED ALWAYS AS (fold(movie_name || ' ' || coalesce(description, ''))) STORED,
    CONSTRAINT movies_catalog_has_id CHECK (num_nonnulls(imdb_id, tmdb_id, movielens_id) > 0)
);

CREATE UNIQUE INDEX movies_catalog_imdb_id ON movies_catalog (imdb_id) WHERE imdb_id IS NOT NULL;
CREATE UNIQUE INDEX movies_catalog_tmdb_id ON movies_catalog (tmdb_id) WHERE tmdb_id IS NOT NULL;
CREATE UNIQUE INDEX movies_catalog_movielens_id ON movies_catalog (movielens_id) WHERE movielens_id IS NOT NULL;

CREATE INDEX movies_catalog_genre ON movies_catalog USING gin (genre);
CREATE INDEX movies_catalog_director ON movies_catalog USING gin (director);
CREATE INDEX movies_catalog_star ON movies_catalog USING gin (star);
CREATE INDEX movies_catalog_keywords ON movies_catalog USING gin (keywords);

CREATE INDEX movies_catalog_search_text ON movies_catalog USING gin (search_text gin_trgm_ops);
CREATE INDEX movies_catalog_name_folded ON movies_catalog USING gin (name_folded gin_trgm_ops);

-- One for each order and direction: ties go by id and unknown values come last, whichever way.
CREATE INDEX movies_catalog_year_desc ON movies_catalog (year DESC NULLS LAST, id);
CREATE INDEX movies_catalog_year_asc ON movies_catalog (year ASC NULLS LAST, id);
CREATE INDEX movies_catalog_rating_desc ON movies_catalog (rating DESC NULLS LAST, id);
CREATE INDEX movies_catalog_rating_asc ON movies_catalog (rating ASC NULLS LAST, id);
CREATE INDEX movies_catalog_runtime_desc ON movies_catalog (runtime DESC NULLS LAST, id);
CREATE INDEX movies_catalog_runtime_asc ON movies_catalog (runtime ASC NULLS LAST, id);
CREATE INDEX movies_catalog_name_desc ON movies_catalog (name_folded DESC NULLS LAST, id);
CREATE INDEX movies_catalog_name_asc ON movies_catalog (name_folded ASC NULLS LAST, id);
