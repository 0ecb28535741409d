CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- Text as people type it when they search: no accents, no capitals. unaccent() is only STABLE because its dictionary
-- can change; naming the dictionary makes the result depend on nothing else, so that indexes may use it.
CREATE FUNCTION fold(text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(unaccent('unaccent'::regdictionary, $1));

-- A text in which LIKE's wildcards stand for themselves. After fold(), which turns full-width signs into plain ones.
CREATE FUNCTION like_literal(text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN regexp_replace($1, '([\\%_])', '\\\1', 'g');
