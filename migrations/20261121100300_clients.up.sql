-- Keys by which programs identify themselves. Only the SHA-256 of a key is kept; a key is 256 random bits, so that
-- a slow password hash would add nothing.
CREATE TABLE api_keys (
    id         uuid PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    role       text NOT NULL CHECK (role IN ('reader', 'editor', 'admin')),
    key_hash   bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);

-- Family profiles. Each belongs to the client that made it, and no other client sees it.
CREATE TABLE user_preferences (
    id                    uuid PRIMARY KEY,
    api_key_id            uuid NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    -- The client's own name for the user whose family this is.
    user_id               varchar(50),
    name                  varchar(200) NOT NULL,
    age                   smallint NOT NULL CHECK (age BETWEEN 0 AND 120),
    max_violencia         varchar(20) NOT NULL CHECK (max_violencia IN ('sin_contenido', 'moderado', 'alto')),
    max_sexualidad        varchar(20) NOT NULL CHECK (max_sexualidad IN ('sin_contenido', 'moderado', 'alto')),
    max_drogas            varchar(20) NOT NULL CHECK (max_drogas IN ('sin_contenido', 'moderado', 'alto')),
    max_lenguaje_fuerte   varchar(20) NOT NULL CHECK (max_lenguaje_fuerte IN ('sin_contenido', 'moderado', 'alto')),
    max_suicidio          varchar(20) NOT NULL CHECK (max_suicidio IN ('sin_contenido', 'moderado', 'alto')),
    blocked_genres        text[] NOT NULL DEFAULT '{}',
    version               integer NOT NULL DEFAULT 1,
    created_at            timestamptz NOT NULL DEFAULT now(),
    updated_at            timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX user_preferences_owner ON user_preferences (api_key_id, created_at, id);
CREATE INDEX user_preferences_user ON user_preferences (api_key_id, user_id) WHERE user_id IS NOT NULL;
