use filmlens_test_support::TestDatabase;

use crate::program::run_on;

#[tokio::test]
async fn a_key_is_made_shown_once_and_revoked() {
    let url = TestDatabase::migrated().await.url();
    let made = run_on(&url, ["api-key", "create", "--name", "ana", "--role", "editor"]).succeeded();
    let key = made.stdout.trim();
    assert!(key.starts_with("flk_") && made.stdout.lines().count() == 1, "{made:?}");

    let list = run_on(&url, ["api-key", "list"]).succeeded().stdout;
    assert!(list.contains("ana") && list.contains("editor") && !list.contains(key), "{list}");
    run_on(&url, ["api-key", "create", "--name", "ana", "--role", "reader"])
        .failed_with("choose another name");
    run_on(&url, ["api-key", "revoke", "ana"]).succeeded();
    assert!(run_on(&url, ["api-key", "list"]).succeeded().stdout.contains("revoked"));
    run_on(&url, ["api-key", "revoke", "ana"]).failed_with("no active key");
}

#[tokio::test]
async fn a_key_is_replaced_only_in_its_role() {
    let url = TestDatabase::migrated().await.url();
    let create =
        |role: &str| run_on(&url, ["api-key", "create", "--name", "ana", "--role", role, "--replace"]);
    let first = create("editor").succeeded().stdout;
    create("reader").failed_with("has the role editor").failed_with("give --role editor");
    assert_ne!(create("editor").succeeded().stdout, first);
    run_on(&url, ["api-key", "revoke", "ana"]).succeeded();
    create("reader").failed_with("choose another name");
}
