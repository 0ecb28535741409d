-- Optimistic concurrency: every change of a row gives it a new version, whoever makes the change.
CREATE FUNCTION count_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;

CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END $$;

CREATE TRIGGER movies_catalog_version BEFORE UPDATE ON movies_catalog
    FOR EACH ROW EXECUTE FUNCTION count_version();
CREATE TRIGGER movies_catalog_updated_at BEFORE UPDATE ON movies_catalog
    FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER movie_triggers_version BEFORE UPDATE ON movie_triggers
    FOR EACH ROW EXECUTE FUNCTION count_version();
CREATE TRIGGER user_preferences_version BEFORE UPDATE ON user_preferences
    FOR EACH ROW EXECUTE FUNCTION count_version();
CREATE TRIGGER user_preferences_updated_at BEFORE UPDATE ON user_preferences
    FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- Services that keep counts or suggestions in memory listen to this, and read the catalogue anew.
CREATE FUNCTION notify_catalog_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('movies_catalog_changed', '');
    RETURN NULL;
END $$;

CREATE TRIGGER movies_catalog_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON movies_catalog
    FOR EACH STATEMENT EXECUTE FUNCTION notify_catalog_changed();
