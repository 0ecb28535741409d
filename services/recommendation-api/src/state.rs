use std::sync::Arc;

use crate::settings::Settings;
use crate::slot::Slot;
use crate::work::Work;

#[derive(Clone)]
pub struct AppState {
    pub(crate) classic: Arc<Slot>,
    pub(crate) filmes: Arc<Slot>,
    pub(crate) work: Work,
}

impl AppState {
    /// Begins to read the models. Dropping the last clone ends the threads that follow them.
    pub fn new(settings: &Settings) -> Self {
        let models = &settings.models;
        let slot = |name, setting, folder| Arc::new(Slot::follow(name, setting, folder, models.look_every));
        Self {
            classic: slot("classic", "models.classic", &models.classic),
            filmes: slot("filmes", "models.filmes", &models.filmes),
            work: Work::new(&settings.work),
        }
    }
}
