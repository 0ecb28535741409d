use filmlens_catalog_store::{ProfileOwner, Role};
use filmlens_domain::{FamilyLimits, FamilyProfile, Text};

use crate::store;

fn profile(name: &str) -> FamilyProfile {
    FamilyProfile {
        name: Text::parse(name).unwrap(),
        age: 9,
        limits: FamilyLimits::for_age(9),
        blocked_genres: vec![Text::parse("Horror").unwrap()],
    }
}

#[tokio::test]
async fn a_client_sees_and_changes_only_its_own_profiles() {
    let store = store().await;
    let mine = store.create_api_key("mine", Role::Reader).await.unwrap().id;
    let theirs = store.create_api_key("theirs", Role::Reader).await.unwrap().id;
    let row = store.create_profile(mine, Some("u1"), &profile("Film night")).await.unwrap();
    assert_eq!(row.limits, FamilyLimits::for_age(9));

    let (me, them) = (ProfileOwner::Client(mine), ProfileOwner::Client(theirs));
    assert_eq!(store.find_profile(me, row.id).await.unwrap().as_ref(), Some(&row));
    assert_eq!(store.find_profile(them, row.id).await.unwrap(), None);
    assert_eq!(store.list_profiles(them, None, 1, 10).await.unwrap().1, 0);
    let stolen = store.replace_profile(them, row.id, row.version(), None, &profile("Stolen")).await.unwrap();
    assert_eq!(stolen, None);
    assert!(!store.delete_profile(them, row.id, row.version()).await.unwrap());

    assert_eq!(store.list_profiles(ProfileOwner::Anyone, Some("u1"), 1, 10).await.unwrap().1, 1);
    let renamed = store
        .replace_profile(me, row.id, row.version(), Some("u1"), &profile("Sunday"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(renamed.name, "Sunday");
    assert!(store.delete_profile(me, row.id, renamed.version()).await.unwrap());
}
