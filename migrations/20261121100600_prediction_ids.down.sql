ALTER TABLE prediction_audit DROP COLUMN prediction_id;
ALTER TABLE predictions DROP COLUMN prediction_id;
