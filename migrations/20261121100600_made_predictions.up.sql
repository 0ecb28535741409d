-- Given by the service that made the prediction: one whose saving was cut off can be saved again and is there once.
-- Rows from before have none.
ALTER TABLE predictions ADD COLUMN prediction_id uuid UNIQUE;
ALTER TABLE prediction_audit ADD COLUMN prediction_id uuid UNIQUE;

-- Whether the model knew too little of the film to tell: the level is then not to be taken for safe.
ALTER TABLE movie_triggers
    ADD COLUMN violencia_incierto       boolean NOT NULL DEFAULT false,
    ADD COLUMN sexualidad_incierto      boolean NOT NULL DEFAULT false,
    ADD COLUMN drogas_incierto          boolean NOT NULL DEFAULT false,
    ADD COLUMN lenguaje_fuerte_incierto boolean NOT NULL DEFAULT false,
    ADD COLUMN suicidio_incierto        boolean NOT NULL DEFAULT false;
