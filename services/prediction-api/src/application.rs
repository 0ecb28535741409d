use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use filmlens_catalog_store::{CatalogStore, migrate};
use filmlens_settings::Secret;
use filmlens_telemetry::{Chain, Metrics};
use filmlens_web::health::{Check, Readiness};
use filmlens_web::{Server, openapi};

use crate::classifiers::{Classifiers, Loader};
use crate::metrics;
use crate::settings::Settings;
use crate::state::AppState;

const MIGRATION_RETRY: Duration = Duration::from_secs(1);

pub struct Application {
    server: Server,
    state: AppState,
    metrics: Metrics,
    migrates_on_start: bool,
}

impl Application {
    /// The model is read meanwhile; until it is, the service is alive but not ready. Without a database nothing is saved.
    pub async fn build(
        settings: &Settings,
        database: Option<&Secret>,
        loader: Loader,
        metrics: Metrics,
    ) -> anyhow::Result<Self> {
        metrics::describe();
        let store = database.map(|url| CatalogStore::connect(url, &settings.postgres)).transpose()?;
        let server = Server::bind(&settings.http).await?;
        let state = AppState::new(settings, store, loader);
        Ok(Self { server, state, metrics, migrates_on_start: settings.postgres.migrate_on_start })
    }

    pub fn local_address(&self) -> SocketAddr {
        self.server.local_address()
    }

    /// Serves until `stop` is ready, the requests in flight are answered, and what was predicted is saved.
    pub async fn run_until(self, stop: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
        let Self { server, state, metrics, migrates_on_start } = self;
        state.saving.restore().await;
        let background = state.store.clone().map(|store| {
            let saving = state.saving.clone();
            tokio::spawn(async move {
                let migrating = async {
                    if migrates_on_start {
                        migrate_when_possible(&store).await;
                    }
                };
                // Side by side: a database that is down from the start is to be noticed as well.
                tokio::join!(migrating, store.follow_database(), saving.write(&store));
            })
        });

        let (router, document) = crate::router();
        let readiness = Readiness::new(vec![is_loaded(&state.classifiers)]);
        let saving = state.saving.clone();
        let router = router.with_state(state).merge(openapi::routes(&document));
        let served = server.run(router, readiness, metrics, stop).await;
        saving.finish().await;
        if let Some(background) = background {
            background.abort();
        }
        Ok(served?)
    }
}

/// Predictions need no database, so a missing one does not make the service unready.
fn is_loaded(classifiers: &Arc<Classifiers>) -> Check {
    let classifiers = classifiers.clone();
    Check::new("model", move || {
        let loaded = classifiers.current().map(|_| ());
        async move { loaded }
    })
}

async fn migrate_when_possible(store: &CatalogStore) {
    while let Err(error) = migrate::up(store.pool()).await {
        tracing::error!(
            error = %Chain(&error),
            "the schema is not up to date; trying again until it is"
        );
        tokio::time::sleep(MIGRATION_RETRY).await;
    }
}
