use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};
use serde::Deserialize;

use crate::paths::workspace;

/// `cargo metadata`, as far as the rules need it.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    workspace_default_members: Vec<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
pub(crate) struct Package {
    id: String,
    pub(crate) name: String,
    pub(crate) manifest_path: PathBuf,
    /// As written in the manifest, optional and dev-dependencies included.
    dependencies: Vec<Declared>,
}

#[derive(Deserialize)]
struct Declared {
    name: String,
    /// Null for normal dependencies, else "dev" or "build".
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Resolved>,
}

#[derive(Deserialize)]
struct Resolved {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

impl Metadata {
    pub(crate) fn of_workspace() -> Result<Self> {
        let mut command = Command::new("cargo");
        command.args(["metadata", "--format-version", "1", "--filter-platform", "wasm32-unknown-unknown"]);
        let output = command.current_dir(workspace()).output()?;
        if !output.status.success() {
            bail!("cargo metadata failed:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }

    pub(crate) fn is_built_by_default(&self, member: &Package) -> bool {
        self.workspace_default_members.contains(&member.id)
    }

    /// Crates of this workspace that a member names, whatever for.
    pub(crate) fn used_by(&self, member: &Package) -> BTreeSet<String> {
        self.own_crates(member.dependencies.iter(), member)
    }

    /// Those of them that are not for its tests only.
    pub(crate) fn shipped_by(&self, member: &Package) -> BTreeSet<String> {
        let shipped = member.dependencies.iter().filter(|declared| declared.kind.as_deref() != Some("dev"));
        self.own_crates(shipped, member)
    }

    fn own_crates<'a>(
        &self,
        declared: impl Iterator<Item = &'a Declared>,
        member: &Package,
    ) -> BTreeSet<String> {
        let ours: BTreeSet<&str> = self.members().map(|package| package.name.as_str()).collect();
        let names = declared.map(|dependency| dependency.name.as_str());
        names.filter(|name| ours.contains(name) && *name != member.name).map(str::to_owned).collect()
    }

    /// Everything that ends up in a program that uses the member: its normal dependencies, and theirs.
    pub(crate) fn pulled_in_by(&self, member: &Package) -> BTreeSet<String> {
        let names: HashMap<&str, &str> =
            self.packages.iter().map(|package| (package.id.as_str(), package.name.as_str())).collect();
        let nodes: HashMap<&str, &Node> =
            self.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
        let mut seen = BTreeSet::new();
        let mut open = vec![member.id.as_str()];
        while let Some(id) = open.pop() {
            let Some(node) = nodes.get(id) else { continue };
            for dependency in &node.deps {
                let is_normal = dependency.dep_kinds.iter().any(|kind| kind.kind.is_none());
                if is_normal && seen.insert(dependency.pkg.as_str()) {
                    open.push(&dependency.pkg);
                }
            }
        }
        seen.into_iter().filter_map(|id| names.get(id)).map(|name| (*name).to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `domain` uses `time` at run time and `bench` in tests only; `web` uses `domain` in tests only.
    const FIXTURE: &str = r#"{
        "packages": [
            {"id": "1", "name": "domain", "manifest_path": "/w/domain/Cargo.toml",
             "dependencies": [{"name": "time"}, {"name": "bench"}]},
            {"id": "2", "name": "web", "manifest_path": "/w/web/Cargo.toml", "dependencies": [{"name": "domain", "kind": "dev"}]},
            {"id": "3", "name": "time", "manifest_path": "/r/time/Cargo.toml", "dependencies": [{"name": "libc"}]},
            {"id": "4", "name": "libc", "manifest_path": "/r/libc/Cargo.toml", "dependencies": []},
            {"id": "5", "name": "bench", "manifest_path": "/r/bench/Cargo.toml", "dependencies": []}
        ],
        "workspace_members": ["1", "2"],
        "workspace_default_members": ["1"],
        "resolve": {"nodes": [
            {"id": "1", "deps": [{"pkg": "3", "dep_kinds": [{"kind": null}]}, {"pkg": "5", "dep_kinds": [{"kind": "dev"}]}]},
            {"id": "2", "deps": [{"pkg": "1", "dep_kinds": [{"kind": "dev"}]}]},
            {"id": "3", "deps": [{"pkg": "4", "dep_kinds": [{"kind": null}]}]},
            {"id": "4", "deps": []},
            {"id": "5", "deps": []}
        ]}
    }"#;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn dev_dependencies_count_between_our_crates_but_are_not_pulled_in() {
        let metadata: Metadata = serde_json::from_str(FIXTURE).unwrap();
        let members: Vec<&Package> = metadata.members().collect();
        assert_eq!(metadata.used_by(members[1]), set(&["domain"]));
        assert_eq!(metadata.shipped_by(members[1]), set(&[]));
        assert_eq!(metadata.pulled_in_by(members[1]), set(&[]));
    }

    #[test]
    fn what_a_dependency_depends_on_is_pulled_in() {
        let metadata: Metadata = serde_json::from_str(FIXTURE).unwrap();
        let domain = metadata.members().next().unwrap();
        assert_eq!(metadata.pulled_in_by(domain), set(&["time", "libc"]));
    }
}
