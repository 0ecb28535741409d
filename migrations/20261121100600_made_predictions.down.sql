ALTER TABLE movie_triggers
    DROP COLUMN violencia_incierto,
    DROP COLUMN sexualidad_incierto,
    DROP COLUMN drogas_incierto,
    DROP COLUMN lenguaje_fuerte_incierto,
    DROP COLUMN suicidio_incierto;
ALTER TABLE prediction_audit DROP COLUMN prediction_id;
ALTER TABLE predictions DROP COLUMN prediction_id;
