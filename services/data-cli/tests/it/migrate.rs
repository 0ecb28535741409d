use filmlens_test_support::TestDatabase;

use crate::program::{run, run_on};

#[tokio::test]
async fn the_schema_goes_up_and_down() {
    let url = TestDatabase::empty().await.url();
    assert!(run_on(&url, ["migrate", "status"]).succeeded().stdout.starts_with("missing"));
    run_on(&url, ["load", "demo"]).failed_with("run `filmlens-data migrate up` first");
    let up = run_on(&url, ["migrate", "up"]).succeeded().stdout;
    assert!(!up.contains("missing"), "{up}");
    run_on(&url, ["migrate", "up"]).succeeded();
    let down = run_on(&url, ["migrate", "down", "--steps", "1"]).succeeded().stdout;
    assert_eq!(down.matches("missing").count(), 1, "{down}");
    let down = run_on(&url, ["migrate", "down", "--steps", "100"]).succeeded().stdout;
    assert!(!down.contains("applied"), "{down}");
}

#[test]
fn a_database_that_does_not_answer_is_explained() {
    let run = run_on("postgres://nobody@127.0.0.1:1/none", ["migrate", "status"]);
    run.failed_with("the database cannot be reached: start it").failed_with("refused");
}

#[test]
fn a_missing_address_is_explained() {
    run(["migrate", "status"]).failed_with("DATABASE_URL");
}

#[test]
fn wrong_arguments_fail_and_help_does_not() {
    run(["load", "nothing"]).failed_with("nothing");
    assert!(run(["--help"]).succeeded().stdout.contains("Examples:"));
    assert!(run(["load", "--help"]).succeeded().stdout.contains("--dry-run"));
}
