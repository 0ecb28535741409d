use filmlens_catalog_store::CatalogStore;

#[derive(Clone)]
pub struct AppState {
    pub(crate) store: CatalogStore,
}

impl AppState {
    pub fn new(store: CatalogStore) -> Self {
        Self { store }
    }
}
