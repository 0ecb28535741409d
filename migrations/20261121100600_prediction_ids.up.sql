-- Given by the service that made the prediction: one whose saving was cut off can be saved again and is there once.
-- Rows from before have none.
ALTER TABLE predictions ADD COLUMN prediction_id uuid UNIQUE;
ALTER TABLE prediction_audit ADD COLUMN prediction_id uuid UNIQUE;
