use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::Semaphore;

use crate::error::Error;
use crate::settings::WorkSettings;

/// Keeps computations off the threads that serve connections, so many at a time; the rest waits, or is refused.
#[derive(Clone)]
pub(crate) struct Work {
    /// Everybody who waits or computes.
    places: Arc<Semaphore>,
    computing: Arc<Semaphore>,
}

impl Work {
    pub(crate) fn new(settings: &WorkSettings) -> Self {
        let at_once = match settings.at_once {
            0 => available_parallelism().map_or(1, usize::from),
            chosen => chosen.min(Semaphore::MAX_PERMITS),
        };
        let places = settings.waiting.saturating_add(at_once).min(Semaphore::MAX_PERMITS);
        Self { places: Arc::new(Semaphore::new(places)), computing: Arc::new(Semaphore::new(at_once)) }
    }

    pub(crate) async fn run<T: Send + 'static>(
        &self,
        compute: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| Error::Busy)?;
        let turn = self.computing.clone().acquire_owned().await.expect("the semaphore is never closed");
        // Held by the computation: that of a client which hung up counts to its end.
        let computed = tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            compute()
        });
        computed.await.map_err(Error::Panicked)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn what_finds_no_place_is_refused_and_places_become_free() {
        let work = Work::new(&WorkSettings { at_once: 1, waiting: 1 });
        let (release, held) = mpsc::channel::<()>();
        let first = tokio::spawn({
            let work = work.clone();
            async move { work.run(move || held.recv().is_ok()).await }
        });
        while work.computing.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let second = tokio::spawn({
            let work = work.clone();
            async move { work.run(|| 2).await }
        });
        while work.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(work.run(|| 3).await, Err(Error::Busy)));

        release.send(()).unwrap();
        assert!(first.await.unwrap().unwrap());
        assert_eq!(second.await.unwrap().unwrap(), 2);
        assert_eq!(work.run(|| 4).await.unwrap(), 4);
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_gives_its_place_back() {
        let work = Work::new(&WorkSettings { at_once: 1, waiting: 0 });
        let failed = work
            .run(|| {
                if true {
                    panic!("index out of bounds")
                }
            })
            .await;
        assert!(matches!(failed, Err(Error::Panicked(_))));
        assert_eq!(work.run(|| 1).await.unwrap(), 1);
    }
}
