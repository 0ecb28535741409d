use filmlens_catalog_store::{Error, Role};

use crate::store;

#[tokio::test]
async fn a_key_works_until_it_is_revoked() {
    let store = store().await;
    let created = store.create_api_key("catalogue team", Role::Editor).await.unwrap();
    let found = store.find_api_key(&created.key).await.unwrap().unwrap();
    assert_eq!((found.id, found.role), (created.id, Role::Editor));

    assert!(store.revoke_api_key("catalogue team").await.unwrap());
    assert!(store.find_api_key(&created.key).await.unwrap().is_none());
    assert!(!store.revoke_api_key("catalogue team").await.unwrap());
}

#[tokio::test]
async fn the_key_itself_is_not_stored() {
    let store = store().await;
    let created = store.create_api_key("reader", Role::Reader).await.unwrap();
    let row: String =
        sqlx::query_scalar("SELECT api_keys::text FROM api_keys").fetch_one(store.pool()).await.unwrap();
    assert!(!row.contains(&created.key));
    assert!(!row.contains(created.key.trim_start_matches("flk_")));
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let store = store().await;
    store.create_api_key("one", Role::Reader).await.unwrap();
    let again = store.create_api_key("one", Role::Admin).await;
    assert!(matches!(again, Err(Error::Duplicate { field: "name" })));
}

#[tokio::test]
async fn a_replaced_key_ends_and_its_client_stays() {
    let store = store().await;
    let old = store.create_api_key("client", Role::Reader).await.unwrap();
    let new = store.replace_api_key("client").await.unwrap().unwrap();
    assert_eq!(new.id, old.id);
    assert!(store.find_api_key(&old.key).await.unwrap().is_none());
    assert_eq!(store.find_api_key(&new.key).await.unwrap().unwrap().id, old.id);

    store.revoke_api_key("client").await.unwrap();
    assert!(store.replace_api_key("client").await.unwrap().is_none());
    assert!(store.replace_api_key("nobody").await.unwrap().is_none());
}
