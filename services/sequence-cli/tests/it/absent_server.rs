use crate::data::{names, train, workplace};
use crate::program::run_line;

// The program is patient with its server. In a module that comes first, this test waits beside the others.
#[test]
fn a_training_ends_well_when_the_tracking_server_is_away() {
    let place = workplace();
    let run = train(place.path(), "--tracking-uri http://127.0.0.1:9").succeeded();
    for words in ["the record of the training is not complete", "waiting in "] {
        assert!(run.stderr.contains(words), "{}", run.stderr);
    }
    run_line(place.path(), "score model --history 1").succeeded();
    assert_eq!(names(place.path()), ["data", "model", "recipe.toml", "runs"]);
}
