//! A version is the time of creation and a digest of the manifest that holds it, its own digits taken as zeros.
//! So the version is unique, sorts by time, and tells when any byte of the manifest was changed.

use crate::{Manifest, sha256_hex};

const DIGITS: usize = 12;
const NO_DIGEST: &str = "000000000000";

/// Gives the manifest its version and returns the text to be written.
pub(crate) fn seal(manifest: &mut Manifest) -> String {
    let time = manifest.created_at.format("%Y%m%dT%H%M%S%3fZ");
    let unsealed = format!("{time}-{NO_DIGEST}");
    manifest.version.clone_from(&unsealed);
    let text =
        serde_json::to_string_pretty(manifest).expect("a manifest has string keys and finite numbers") + "\n";
    let version = format!("{time}-{}", digest(&text));
    let text = with_version(&text, &unsealed, &version);
    manifest.version = version;
    text
}

pub(crate) fn is_sealed(text: &str, version: &str) -> bool {
    let Some((time, found)) = version.rsplit_once('-') else { return false };
    let unsealed = with_version(text, version, &format!("{time}-{NO_DIGEST}"));
    digest(&unsealed) == found
}

/// No string before the version can contain the pattern: in JSON, its quotes would be escaped.
fn with_version(text: &str, from: &str, to: &str) -> String {
    text.replacen(&field(from), &field(to), 1)
}

fn field(version: &str) -> String {
    format!("\"version\": \"{version}\"")
}

fn digest(text: &str) -> String {
    let mut digest = sha256_hex(text.as_bytes());
    digest.truncate(DIGITS);
    digest
}
