use filmlens_catalog_store::migrate;
use filmlens_test_support::TestDatabase;
use sqlx::PgPool;

#[tokio::test]
async fn the_schema_goes_up_down_and_up_again() {
    let pool = TestDatabase::empty().await.pool().await;
    migrate::up(&pool).await.unwrap();
    let schema = describe(&pool).await;
    assert!(schema.iter().any(|column| column == "movies_catalog.genre"), "{schema:?}");

    let steps = migrate::status(&pool).await.unwrap();
    assert!(steps.iter().all(|step| step.is_applied));
    migrate::down(&pool, 1).await.unwrap();
    let applied = migrate::status(&pool).await.unwrap().iter().filter(|step| step.is_applied).count();
    assert_eq!(applied, steps.len() - 1);

    migrate::down(&pool, steps.len()).await.unwrap();
    assert_eq!(describe(&pool).await, Vec::<String>::new());
    migrate::up(&pool).await.unwrap();
    assert_eq!(describe(&pool).await, schema);
}

#[tokio::test]
async fn migrating_twice_at_once_migrates_once() {
    let database = TestDatabase::empty().await;
    let (first, second) = (database.pool().await, database.pool().await);
    let (one, other) = tokio::join!(migrate::up(&first), migrate::up(&second));
    one.unwrap();
    other.unwrap();
}

/// Every table with its columns, but for sqlx's own.
async fn describe(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT table_name || '.' || column_name FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations' ORDER BY 1",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}
