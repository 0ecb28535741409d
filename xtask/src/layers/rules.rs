use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// layers.toml.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    not_for_wasm: BTreeSet<String>,
    /// The lowest first.
    layer: Vec<Layer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Layer {
    name: String,
    crates: BTreeMap<String, Traits>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Traits {
    wasm_safe: bool,
    test_only: bool,
    native: bool,
}

/// What the rules look at in one crate.
pub(crate) struct Crate {
    pub(crate) name: String,
    /// Crates of the workspace that it names, whatever for.
    pub(crate) uses: BTreeSet<String>,
    /// Those of them that are not for its tests only.
    pub(crate) ships: BTreeSet<String>,
    /// Crates from anywhere, however indirectly.
    pub(crate) pulls_in: BTreeSet<String>,
    pub(crate) is_built_by_default: bool,
    pub(crate) inherits_lints: bool,
    /// The file that does it.
    pub(crate) opts_into_unsafe: Option<String>,
}

struct Place<'a> {
    height: usize,
    layer: &'a str,
    traits: Traits,
}

/// One line for each broken rule.
pub(crate) fn violations(table: &Table, crates: &[Crate]) -> Vec<String> {
    let mut found = Vec::new();
    let mut places: BTreeMap<&str, Place> = BTreeMap::new();
    for (height, layer) in table.layer.iter().enumerate() {
        for (name, traits) in &layer.crates {
            let place = Place { height, layer: &layer.name, traits: *traits };
            if places.insert(name, place).is_some() {
                found.push(format!("layers.toml lists {name} twice"));
            }
            if !crates.iter().any(|member| member.name == *name) {
                found.push(format!("layers.toml lists {name}, which is not in the workspace"));
            }
        }
    }
    for member in crates {
        let Some(place) = places.get(member.name.as_str()) else {
            found.push(format!("{} is in no layer: add it to xtask/layers.toml", member.name));
            continue;
        };
        found.extend(broken_by(member, place, &places, &table.not_for_wasm));
    }
    found
}

fn broken_by(
    member: &Crate,
    place: &Place,
    places: &BTreeMap<&str, Place>,
    not_for_wasm: &BTreeSet<String>,
) -> Vec<String> {
    let name = &member.name;
    let mut found = Vec::new();
    for used in &member.uses {
        // One that is in no layer is reported by itself.
        let Some(other) = places.get(used.as_str()) else { continue };
        if other.traits.test_only && member.ships.contains(used) {
            found
                .push(format!("{name} ships {used}, which is for tests only: name it in [dev-dependencies]"));
        }
        if other.height >= place.height {
            let (own, others) = (place.layer, other.layer);
            found.push(format!("{name} ({own}) uses {used} ({others}): arrows only go to lower layers"));
        }
    }
    if place.traits.wasm_safe {
        let unfit = member.pulls_in.intersection(not_for_wasm);
        found.extend(unfit.map(|unfit| format!("{name} is for the browser too, but pulls in {unfit}")));
    }
    let is_native = |name: &String| places.get(name.as_str()).is_some_and(|place| place.traits.native);
    let needs_native = place.traits.native || member.pulls_in.iter().any(is_native);
    if needs_native && member.is_built_by_default {
        found.push(format!("{name} needs a native library: take it out of default-members of the workspace"));
    }
    if !needs_native && !member.is_built_by_default {
        found.push(format!("{name} needs no native library: add it to default-members of the workspace"));
    }
    if !member.inherits_lints {
        found.push(format!("{name} does not inherit the lints of the workspace: [lints] workspace = true"));
    }
    if let (Some(file), false) = (&member.opts_into_unsafe, place.traits.native) {
        found.push(format!("{name} is not marked native, but {file} opts into unsafe code"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = r#"
        not_for_wasm = ["tokio"]
        [[layer]]
        name = "low"
        crates.domain = { wasm_safe = true }
        crates.fixtures = { test_only = true }
        [[layer]]
        name = "middle"
        crates.store = {}
        crates.engine = { native = true }
        [[layer]]
        name = "high"
        crates.service = {}
    "#;

    fn crate_named(name: &str, uses: &[&str]) -> Crate {
        Crate {
            name: name.to_owned(),
            uses: uses.iter().map(|name| (*name).to_owned()).collect(),
            ships: BTreeSet::new(),
            pulls_in: BTreeSet::new(),
            is_built_by_default: true,
            inherits_lints: true,
            opts_into_unsafe: None,
        }
    }

    fn workspace() -> Vec<Crate> {
        let engine = Crate { is_built_by_default: false, ..crate_named("engine", &["domain"]) };
        vec![
            crate_named("domain", &[]),
            crate_named("fixtures", &[]),
            crate_named("store", &["domain", "fixtures"]),
            engine,
            crate_named("service", &["store", "domain"]),
        ]
    }

    /// What the rules say after one thing is changed in a workspace that keeps them.
    fn said_after(change: impl FnOnce(&mut Vec<Crate>)) -> String {
        let mut crates = workspace();
        change(&mut crates);
        violations(&toml::from_str(TABLE).unwrap(), &crates).join("\n")
    }

    #[test]
    fn a_workspace_that_keeps_the_rules_passes() {
        assert_eq!(said_after(|_| {}), "");
    }

    #[test]
    fn an_arrow_upwards_is_reported() {
        let said = said_after(|crates| crates[0] = crate_named("domain", &["store"]));
        assert_eq!(said, "domain (low) uses store (middle): arrows only go to lower layers");
    }

    #[test]
    fn an_arrow_within_a_layer_is_reported() {
        let said = said_after(|crates| crates[2] = crate_named("store", &["engine"]));
        assert_eq!(said, "store (middle) uses engine (middle): arrows only go to lower layers");
    }

    #[test]
    fn a_crate_in_no_layer_is_reported() {
        let said = said_after(|crates| crates.push(crate_named("newcomer", &[])));
        assert_eq!(said, "newcomer is in no layer: add it to xtask/layers.toml");
    }

    #[test]
    fn a_line_without_a_crate_is_reported() {
        let said = said_after(|crates| crates.truncate(4));
        assert_eq!(said, "layers.toml lists service, which is not in the workspace");
    }

    #[test]
    fn a_wasm_safe_crate_that_pulls_in_a_runtime_is_reported() {
        let said = said_after(|crates| crates[0].pulls_in.extend(["serde".to_owned(), "tokio".to_owned()]));
        assert_eq!(said, "domain is for the browser too, but pulls in tokio");
    }

    #[test]
    fn a_service_that_ships_test_support_is_reported() {
        let said = said_after(|crates| {
            crates[4].uses.insert("fixtures".to_owned());
            crates[4].ships.insert("fixtures".to_owned());
        });
        assert_eq!(said, "service ships fixtures, which is for tests only: name it in [dev-dependencies]");
    }

    #[test]
    fn a_service_with_a_native_library_is_not_built_by_default() {
        let pull_in = |crates: &mut Vec<Crate>| crates[4].pulls_in.insert("engine".to_owned());
        let refused = said_after(|crates| {
            pull_in(crates);
        });
        let allowed = said_after(|crates| {
            pull_in(crates);
            crates[4].is_built_by_default = false;
        });
        assert_eq!(
            refused,
            "service needs a native library: take it out of default-members of the workspace"
        );
        assert_eq!(allowed, "");
    }

    #[test]
    fn a_crate_that_plain_cargo_test_forgets_is_reported() {
        let said = said_after(|crates| crates[2].is_built_by_default = false);
        assert_eq!(said, "store needs no native library: add it to default-members of the workspace");
    }

    #[test]
    fn a_crate_with_lints_of_its_own_is_reported() {
        let said = said_after(|crates| crates[2].inherits_lints = false);
        assert!(said.starts_with("store does not inherit the lints"), "{said}");
    }

    #[test]
    fn only_native_crates_may_opt_into_unsafe_code() {
        let opt_in = || Some("src/lib.rs".to_owned());
        let allowed = said_after(|crates| crates[3].opts_into_unsafe = opt_in());
        let refused = said_after(|crates| crates[2].opts_into_unsafe = opt_in());
        assert_eq!(allowed, "");
        assert_eq!(refused, "store is not marked native, but src/lib.rs opts into unsafe code");
    }
}
