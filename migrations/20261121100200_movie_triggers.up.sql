CREATE TABLE movie_triggers (
    id                            serial PRIMARY KEY,
    movie_id                      varchar(50) NOT NULL UNIQUE,
    title                         text NOT NULL,
    description                   text,
    detected_at                   timestamptz NOT NULL DEFAULT now(),
    violencia_nivel               varchar(20) NOT NULL CHECK (violencia_nivel IN ('sin_contenido', 'moderado', 'alto')),
    violencia_probabilidad        double precision NOT NULL CHECK (violencia_probabilidad BETWEEN 0 AND 1),
    violencia_prob_sin_contenido  double precision NOT NULL CHECK (violencia_prob_sin_contenido BETWEEN 0 AND 1),
    violencia_prob_moderado       double precision NOT NULL CHECK (violencia_prob_moderado BETWEEN 0 AND 1),
    violencia_prob_alto           double precision NOT NULL CHECK (violencia_prob_alto BETWEEN 0 AND 1),
    sexualidad_nivel              varchar(20) NOT NULL CHECK (sexualidad_nivel IN ('sin_contenido', 'moderado', 'alto')),
    sexualidad_probabilidad       double precision NOT NULL CHECK (sexualidad_probabilidad BETWEEN 0 AND 1),
    sexualidad_prob_sin_contenido double precision NOT NULL CHECK (sexualidad_prob_sin_contenido BETWEEN 0 AND 1),
    sexualidad_prob_moderado      double precision NOT NULL CHECK (sexualidad_prob_moderado BETWEEN 0 AND 1),
    sexualidad_prob_alto          double precision NOT NULL CHECK (sexualidad_prob_alto BETWEEN 0 AND 1),
    drogas_nivel                  varchar(20) NOT NULL CHECK (drogas_nivel IN ('sin_contenido', 'moderado', 'alto')),
    drogas_probabilidad           double precision NOT NULL CHECK (drogas_probabilidad BETWEEN 0 AND 1),
    drogas_prob_sin_contenido     double precision NOT NULL CHECK (drogas_prob_sin_contenido BETWEEN 0 AND 1),
    drogas_prob_moderado          double precision NOT NULL CHECK (drogas_prob_moderado BETWEEN 0 AND 1),
    drogas_prob_alto              double precision NOT NULL CHECK (drogas_prob_alto BETWEEN 0 AND 1),
    lenguaje_fuerte_nivel         varchar(20) NOT NULL CHECK (lenguaje_fuerte_nivel IN ('sin_contenido', 'moderado', 'alto')),
    lenguaje_fuerte_probabilidad  double precision NOT NULL CHECK (lenguaje_fuerte_probabilidad BETWEEN 0 AND 1),
    lenguaje_fuerte_prob_sin_contenido double precision NOT NULL CHECK (lenguaje_fuerte_prob_sin_contenido BETWEEN 0 AND 1),
    lenguaje_fuerte_prob_moderado double precision NOT NULL CHECK (lenguaje_fuerte_prob_moderado BETWEEN 0 AND 1),
    lenguaje_fuerte_prob_alto     double precision NOT NULL CHECK (lenguaje_fuerte_prob_alto BETWEEN 0 AND 1),
    suicidio_nivel                varchar(20) NOT NULL CHECK (suicidio_nivel IN ('sin_contenido', 'moderado', 'alto')),
    suicidio_probabilidad         double precision NOT NULL CHECK (suicidio_probabilidad BETWEEN 0 AND 1),
    suicidio_prob_sin_contenido   double precision NOT NULL CHECK (suicidio_prob_sin_contenido BETWEEN 0 AND 1),
    suicidio_prob_moderado        double precision NOT NULL CHECK (suicidio_prob_moderado BETWEEN 0 AND 1),
    suicidio_prob_alto            double precision NOT NULL CHECK (suicidio_prob_alto BETWEEN 0 AND 1),
    -- The model that found the levels, or 'demo-human-1' where a person set them.
    model_version                 varchar(50),
    processing_time_ms            integer,
    version                       integer NOT NULL DEFAULT 1
);

CREATE INDEX movie_triggers_detected_at ON movie_triggers (detected_at, id);
CREATE INDEX movie_triggers_violencia ON movie_triggers (violencia_nivel);
CREATE INDEX movie_triggers_sexualidad ON movie_triggers (sexualidad_nivel);
CREATE INDEX movie_triggers_drogas ON movie_triggers (drogas_nivel);
CREATE INDEX movie_triggers_lenguaje_fuerte ON movie_triggers (lenguaje_fuerte_nivel);
CREATE INDEX movie_triggers_suicidio ON movie_triggers (suicidio_nivel);
CREATE INDEX movie_triggers_levels ON movie_triggers
    (violencia_nivel, sexualidad_nivel, drogas_nivel, lenguaje_fuerte_nivel, suicidio_nivel);

-- What every prediction said, one row each; movie_triggers holds only the latest.
CREATE TABLE predictions (
    id                 bigserial PRIMARY KEY,
    movie_id           varchar(50) NOT NULL,
    predicted_at       timestamptz NOT NULL DEFAULT now(),
    model_version      varchar(50) NOT NULL,
    -- {"violencia": {"nivel": …, "probabilidad": …, "probabilidades_todas": {…}}, …}
    levels             jsonb NOT NULL,
    family_score       real CHECK (family_score BETWEEN 0 AND 100),
    processing_time_ms integer
);

CREATE INDEX predictions_movie_id ON predictions (movie_id, predicted_at DESC, id DESC);

-- The input of every prediction beside its result, for whoever has to account for one.
CREATE TABLE prediction_audit (
    id                 serial PRIMARY KEY,
    movie_id           varchar(50),
    model_version      varchar(50),
    predicted_at       timestamptz NOT NULL DEFAULT now(),
    input_text         text,
    prediction_result  jsonb,
    processing_time_ms integer
);

CREATE INDEX prediction_audit_movie_id ON prediction_audit (movie_id);
CREATE INDEX prediction_audit_predicted_at ON prediction_audit (predicted_at);
CREATE INDEX prediction_audit_model_version ON prediction_audit (model_version);
