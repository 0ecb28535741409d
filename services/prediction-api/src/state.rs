use std::sync::Arc;

use filmlens_catalog_store::CatalogStore;

use crate::classifiers::{Classifiers, Loader};
use crate::saving::Saving;
use crate::settings::Settings;

#[derive(Clone)]
pub struct AppState {
    pub(crate) classifiers: Arc<Classifiers>,
    pub(crate) saving: Saving,
    /// None where nothing is saved.
    pub(crate) store: Option<CatalogStore>,
}

impl AppState {
    /// Begins to read the model. Dropping the last clone ends the thread that follows it.
    pub fn new(settings: &Settings, store: Option<CatalogStore>, loader: Loader) -> Self {
        let saving = Saving::new(&settings.saving, store.clone());
        let classifiers = Arc::new(Classifiers::follow(&settings.model, settings.engine, loader));
        Self { classifiers, saving, store }
    }
}
