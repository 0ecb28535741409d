//! Answers to people, made with models: films found by title, lists ranked for somebody, and what to do where a model cannot answer.
