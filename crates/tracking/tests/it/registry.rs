use std::fs;
use std::path::Path;

use filmlens_tracking::{Error, Outcome, Tracking};
use tempfile::tempdir;

use crate::support::{Server, in_files, start, tracking, unique};

/// What both registries promise.
fn keeps_versions_and_aliases(tracking: &Tracking, folder: &Path) {
    let run = tracking.start(start(&unique("registry"))).unwrap();
    let id = run.id().to_owned();
    let model = folder.join("trained");
    fs::create_dir_all(model.join("vocabulary")).unwrap();
    fs::write(model.join("weights.bin"), "weights").unwrap();
    fs::write(model.join("vocabulary/items.txt"), "1 2 3").unwrap();
    run.artifact(&model, "model").unwrap();
    let delivery = run.finish(Outcome::Finished);
    assert!(delivery.is_complete(), "{delivery}");

    let (registry, name) = (tracking.registry(), unique("sequence"));
    let first = registry.register(&name, &id, "model").unwrap();
    let second = registry.register(&name, &id, "model/weights.bin").unwrap();
    assert_eq!((first.version, second.version), (1, 2));

    assert_eq!(registry.by_alias(&name, "champion").unwrap(), None);
    registry.set_alias(&name, "champion", 2).unwrap();
    registry.set_alias(&name, "champion", 1).unwrap();
    registry.set_alias(&name, "challenger", 2).unwrap();
    assert_eq!(registry.by_alias(&name, "champion").unwrap().unwrap(), first);
    assert_eq!(registry.by_alias(&name, "challenger").unwrap().unwrap(), second);
    assert_eq!(registry.by_alias(&unique("absent"), "champion").unwrap(), None);

    assert_eq!(registry.by_version(&name, 2).unwrap().unwrap(), second);
    assert_eq!(registry.by_version(&name, 3).unwrap(), None);
    assert_eq!(registry.by_version(&unique("absent"), 1).unwrap(), None);
    let listed = registry.versions(&name).unwrap();
    let listed: Vec<(u32, Vec<&str>)> = listed
        .iter()
        .map(|listed| (listed.version, listed.aliases.iter().map(String::as_str).collect()))
        .collect();
    assert_eq!(listed, [(2, vec!["challenger"]), (1, vec!["champion"])]);
    assert_eq!(registry.versions(&unique("absent")).unwrap(), []);

    let copy = folder.join("copy");
    registry.download(&first, &copy).unwrap();
    assert_eq!(fs::read_to_string(copy.join("weights.bin")).unwrap(), "weights");
    assert_eq!(fs::read_to_string(copy.join("vocabulary/items.txt")).unwrap(), "1 2 3");
    registry.download(&second, &folder.join("w.bin")).unwrap();
    assert_eq!(fs::read_to_string(folder.join("w.bin")).unwrap(), "weights");

    let absent = registry.register(&name, &id, "absent").unwrap_err();
    assert!(matches!(absent, Error::UnknownArtifact { .. }), "{absent:?}");
    let unknown = registry.set_alias(&name, "champion", 9).unwrap_err();
    assert!(matches!(unknown, Error::UnknownVersion { version: 9, .. }), "{unknown:?}");
    let odd = registry.register("../up", &id, "model").unwrap_err();
    assert!(matches!(odd, Error::Name { .. }), "{odd:?}");
    let nobody = registry.register(&name, "no-such-run", "model").unwrap_err();
    assert!(matches!(nobody, Error::UnknownRun { .. }), "{nobody:?}");
}

#[test]
fn the_server_keeps_versions_and_aliases() {
    let folder = tempdir().unwrap();
    keeps_versions_and_aliases(&tracking(&Server::real().uri, folder.path()), folder.path());
}

#[test]
fn files_keep_versions_and_aliases() {
    let folder = tempdir().unwrap();
    keeps_versions_and_aliases(&in_files(folder.path()), folder.path());
}

#[test]
fn the_registry_may_be_called_inside_another_runtime() {
    let (server, folder) = (Server::real(), tempdir().unwrap());
    let registry = tracking(&server.uri, folder.path()).registry();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let found = runtime.block_on(async { registry.by_alias(&unique("absent"), "champion") });
    assert_eq!(found.unwrap(), None);
}
