use std::time::Duration;

use filmlens_catalog_store::{FilmQuery, Slice};
use filmlens_domain::{FilmFilter, Order, SortBy};
use filmlens_test_support::TestDatabase;
use tokio::time::{sleep, timeout};

use crate::{connect, film};

/// Waits for what happens in the background, up to a limit that only a failure reaches.
async fn eventually(mut is_so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !is_so().await {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(20), waiting).await.expect("it comes true in time");
}

#[tokio::test]
async fn what_another_process_writes_is_noticed() {
    let database = TestDatabase::migrated().await;
    let (here, elsewhere) = (connect(&database), connect(&database));
    let following = here.clone();
    let follower = tokio::spawn(async move { following.follow().await });
    eventually(async || here.has_titles()).await;

    let all = FilmQuery {
        filter: FilmFilter::default(),
        sort_by: SortBy::Year,
        order: Order::Desc,
        slice: Slice::Page(1),
        limit: 10,
    };
    assert_eq!(here.search_films(&all).await.unwrap().total, 0);
    elsewhere.create_film(&film(1, "Solaris")).await.unwrap();
    eventually(async || here.search_films(&all).await.unwrap().total == 1).await;
    eventually(async || here.suggest_films("sola", 5).unwrap().films.len() == 1).await;
    follower.abort();
}
