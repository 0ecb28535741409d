use std::net::SocketAddr;
use std::sync::Arc;

use filmlens_telemetry::Metrics;
use filmlens_web::health::{Check, Readiness};
use filmlens_web::{Server, openapi};

use crate::Settings;
use crate::metrics;
use crate::slot::Slot;
use crate::state::AppState;

pub struct Application {
    server: Server,
    state: AppState,
    metrics: Metrics,
}

impl Application {
    /// The models are read meanwhile; until they are, the service is alive but not ready.
    pub async fn build(settings: &Settings, metrics: Metrics) -> anyhow::Result<Self> {
        metrics::describe();
        let server = Server::bind(&settings.http).await?;
        Ok(Self { server, state: AppState::new(settings), metrics })
    }

    pub fn local_address(&self) -> SocketAddr {
        self.server.local_address()
    }

    /// Serves until `stop` is ready and the requests in flight are answered.
    pub async fn run_until(self, stop: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
        let readiness = Readiness::new(vec![is_loaded(&self.state.classic), is_loaded(&self.state.filmes)]);
        let (router, document) = crate::router();
        let router = router.with_state(self.state).merge(openapi::routes(&document));
        Ok(self.server.run(router, readiness, self.metrics, stop).await?)
    }
}

fn is_loaded(slot: &Arc<Slot>) -> Check {
    let slot = slot.clone();
    Check::new(slot.name, move || {
        let loaded = slot.current().map(|_| ());
        async move { loaded }
    })
}
