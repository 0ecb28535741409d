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

/// Every column, index, constraint, trigger, function and extension, but for sqlx's own and Postgres's.
async fn describe(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT table_name || '.' || column_name FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations' \
         UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '_sqlx_migrations' \
         UNION SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint \
         WHERE connamespace = 'public'::regnamespace AND conrelid <> '_sqlx_migrations'::regclass \
         UNION SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal \
         UNION SELECT pg_get_functiondef(oid) FROM pg_proc \
         WHERE pronamespace = 'public'::regnamespace AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c') \
         UNION SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}
