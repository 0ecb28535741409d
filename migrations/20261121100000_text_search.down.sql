DROP FUNCTION like_literal(text);
DROP FUNCTION fold(text);
DROP EXTENSION unaccent;
DROP EXTENSION pg_trgm;
