#!/bin/sh
# Run once, by the postgres image, when its volume is empty. The services get a role that owns their database and
# nothing else; the superuser loses its password, so that it can only be used from within the container.
set -eu
psql --set ON_ERROR_STOP=1 --username postgres --dbname postgres \
  --set user="$DB_USER" --set password="$DB_PASSWORD" --set database="$DB_NAME" <<'SQL'
CREATE ROLE :"user" LOGIN PASSWORD :'password';
CREATE DATABASE :"database" OWNER :"user";
ALTER ROLE postgres PASSWORD NULL;
SQL
