use std::net::SocketAddr;
use std::time::Duration;

use filmlens_catalog_store::{CatalogStore, migrate};
use filmlens_settings::Secret;
use filmlens_telemetry::{Chain, Metrics};
use filmlens_web::health::{Check, Readiness};
use filmlens_web::{Server, openapi};

use crate::Settings;
use crate::state::AppState;

const MIGRATION_RETRY: Duration = Duration::from_secs(1);

pub struct Application {
    server: Server,
    store: CatalogStore,
    metrics: Metrics,
    migrates_on_start: bool,
}

impl Application {
    pub async fn build(settings: &Settings, database: &Secret, metrics: Metrics) -> anyhow::Result<Self> {
        let store = CatalogStore::connect(database, &settings.postgres)?;
        let server = Server::bind(&settings.http).await?;
        Ok(Self { server, store, metrics, migrates_on_start: settings.postgres.migrate_on_start })
    }

    pub fn local_address(&self) -> SocketAddr {
        self.server.local_address()
    }

    /// Serves until `stop` is ready and the requests in flight are answered.
    pub async fn run_until(self, stop: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
        let store = self.store.clone();
        let migrates_on_start = self.migrates_on_start;
        let background = tokio::spawn(async move {
            let migrating = async {
                if migrates_on_start {
                    migrate_when_possible(&store).await;
                }
            };
            // Side by side: a database that is down from the start is to be noticed as well.
            tokio::join!(migrating, store.follow());
        });

        let (router, document) = crate::router();
        let router = router.with_state(AppState::new(self.store.clone())).merge(openapi::routes(&document));
        let served = self.server.run(router, readiness(&self.store), self.metrics, stop).await;
        background.abort();
        Ok(served?)
    }
}

/// The database may start after the service; until it answers, the service is alive but not ready.
async fn migrate_when_possible(store: &CatalogStore) {
    while let Err(error) = migrate::up(store.pool()).await {
        tracing::error!(
            error = %Chain(&error),
            "the schema is not up to date; trying again until it is"
        );
        tokio::time::sleep(MIGRATION_RETRY).await;
    }
}

fn readiness(store: &CatalogStore) -> Readiness {
    let (for_ping, for_titles) = (store.clone(), store.clone());
    Readiness::new(vec![
        Check::new("postgres", move || {
            let store = for_ping.clone();
            async move { store.ping().await }
        }),
        Check::new("suggestions", move || {
            let has_titles = for_titles.has_titles();
            async move { if has_titles { Ok(()) } else { Err("the titles are not read yet") } }
        }),
    ])
}
