use std::fs;

use anyhow::Context;

/// The bytes that the program holds now.
pub(super) fn resident() -> anyhow::Result<u64> {
    field("VmRSS:")
}

/// The most bytes that it has held since the peak was forgotten.
pub(super) fn peak() -> anyhow::Result<u64> {
    field("VmHWM:")
}

pub(super) fn forget_peak() {
    // Where the kernel does not let it, the peak of the generating counts too: it is lower than that of most methods.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

fn field(name: &str) -> anyhow::Result<u64> {
    let status = fs::read_to_string("/proc/self/status").context("memory is measured on Linux only")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    Ok(kilobytes.with_context(|| format!("/proc/self/status has no {name}"))? * 1024)
}
