DROP TRIGGER movies_catalog_changed ON movies_catalog;
DROP FUNCTION notify_catalog_changed();
DROP TRIGGER user_preferences_updated_at ON user_preferences;
DROP TRIGGER user_preferences_version ON user_preferences;
DROP TRIGGER movie_triggers_version ON movie_triggers;
DROP TRIGGER movies_catalog_updated_at ON movies_catalog;
DROP TRIGGER movies_catalog_version ON movies_catalog;
DROP FUNCTION touch_updated_at();
DROP FUNCTION count_version();
