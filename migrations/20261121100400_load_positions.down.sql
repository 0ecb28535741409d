DROP TABLE load_positions;
