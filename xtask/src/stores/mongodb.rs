use std::ffi::OsString;
use std::fs;

use anyhow::Result;

use super::Site;
use crate::launch::{Launch, Output};
use crate::paths::{cache, find_program};

pub(crate) fn url(port: u16) -> String {
    format!("mongodb://127.0.0.1:{port}/filmlens")
}

/// MongoDB itself if it is installed, else the stand-in of infrastructure/mongo-standin; none when neither can run.
pub(crate) fn prepare(site: &Site, port: u16) -> Result<Option<Launch>> {
    let data = site.data("mongodb");
    fs::create_dir_all(&data)?;
    let output = Output::Log(site.log("mongodb"));
    if find_program("mongod").is_some() {
        let launch = Launch::new("mongod", output).args([
            "--bind_ip",
            "127.0.0.1",
            "--port",
            &port.to_string(),
            "--dbpath",
        ]);
        return Ok(Some(launch.args([data])));
    }
    let library = cache()?.join("mongo-standin/lib");
    if find_program("java").is_none() || !library.exists() {
        return Ok(None);
    }
    let mut class_path = library.into_os_string();
    class_path.push("/*");
    Ok(Some(Launch::new("java", output).args([
        OsString::from("-Xmx256m"),
        "-XX:+UseSerialGC".into(),
        "-cp".into(),
        class_path,
        "MongoStandIn".into(),
        port.to_string().into(),
        data.join("standin.mv").into(),
    ])))
}
