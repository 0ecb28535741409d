DROP TABLE prediction_audit;
DROP TABLE predictions;
DROP TABLE movie_triggers;
