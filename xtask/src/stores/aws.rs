use anyhow::Result;

use super::Site;
use crate::launch::{Launch, Output};
use crate::paths::cache;

pub(crate) fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// moto's stand-in for the AWS services, for tests.
pub(crate) fn prepare(site: &Site, port: u16) -> Result<Option<Launch>> {
    let program = cache()?.join("venv-test/bin/moto_server");
    if !program.exists() {
        return Ok(None);
    }
    let launch = Launch::new(program, Output::Log(site.log("aws")));
    Ok(Some(launch.args(["-H", "127.0.0.1", "-p", &port.to_string()])))
}
