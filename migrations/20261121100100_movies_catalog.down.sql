DROP TABLE movies_catalog;
