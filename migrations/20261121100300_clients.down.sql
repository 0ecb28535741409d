DROP TABLE user_preferences;
DROP TABLE api_keys;
