use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use anyhow::Result;

use super::Site;
use crate::launch::{Launch, Output};
use crate::network;

pub(crate) fn url(port: u16, password: &str) -> String {
    format!("redis://:{password}@127.0.0.1:{port}/0")
}

pub(crate) fn prepare(site: &Site, port: u16, password: &str) -> Result<Launch> {
    let data = site.data("redis");
    fs::create_dir_all(&data)?;
    let (append_only, snapshots) = if site.durable { ("yes", "save 300 10") } else { ("no", "save \"\"") };
    let configuration = format!(
        "bind 127.0.0.1\nport {port}\ndir \"{}\"\nrequirepass {password}\nappendonly {append_only}\n{snapshots}\n",
        data.display()
    );
    // In a file, because a command line is for everybody to read.
    let file = data.join("redis.conf");
    fs::write(&file, "")?;
    fs::set_permissions(&file, Permissions::from_mode(0o600))?;
    fs::write(&file, configuration)?;
    Ok(Launch::new("redis-server", Output::Log(site.log("redis"))).args([file]))
}

/// A server that still reads its file from the disk answers LOADING.
pub(crate) fn is_ready(port: u16, password: &str) -> bool {
    let request = format!("AUTH {password}\r\nPING\r\nQUIT\r\n");
    network::exchange(port, request.as_bytes()).is_some_and(|answer| answer.contains("+PONG"))
}
