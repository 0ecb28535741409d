use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use anyhow::Result;

use crate::process;

const TIMEOUT: Duration = Duration::from_secs(2);

pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// A port that nobody listens on right now.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

pub(crate) fn accepts_connections(port: u16) -> bool {
    connect(port).is_ok()
}

/// The status of `GET path`, or none when nothing answers.
pub(crate) fn http_status(port: u16, path: &str) -> Option<u16> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    let answer = exchange(port, request.as_bytes())?;
    // "HTTP/1.1 200 OK"
    answer.split_whitespace().nth(1)?.parse().ok()
}

/// Sends bytes, and returns the first piece of the answer.
pub(crate) fn exchange(port: u16, request: &[u8]) -> Option<String> {
    let mut stream = connect(port).ok()?;
    stream.set_read_timeout(Some(TIMEOUT)).ok()?;
    stream.write_all(request).ok()?;
    let mut answer = [0; 512];
    let length = stream.read(&mut answer).ok()?;
    Some(String::from_utf8_lossy(&answer[..length]).into_owned())
}

fn connect(port: u16) -> std::io::Result<TcpStream> {
    TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), TIMEOUT)
}

/// "pid 812: /usr/bin/redis-server", for the message about a port that is taken.
pub(crate) fn owner_of(port: u16) -> String {
    let sockets = listening_sockets(port);
    let holds = |pid: &i32| {
        let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        descriptors.filter_map(|entry| fs::read_link(entry.path()).ok()).any(|target| {
            sockets.iter().any(|inode| target.as_os_str() == format!("socket:[{inode}]").as_str())
        })
    };
    match process::all().find(holds) {
        Some(pid) => format!("pid {pid}: {}", process::command_line(pid)),
        None => format!("a process of another user (`sudo ss -ltnp 'sport = :{port}'` names it)"),
    }
}

/// Inodes of the sockets that listen on a port, from /proc/net/tcp and tcp6.
fn listening_sockets(port: u16) -> Vec<String> {
    const LISTEN: &str = "0A";
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|file| fs::read_to_string(file).unwrap_or_default());
    let wanted = format!(":{port:04X}");
    let rows = tables.iter().flat_map(|table| table.lines().skip(1));
    rows.filter_map(|row| {
        let fields: Vec<&str> = row.split_whitespace().collect();
        let (address, state, inode) = (fields.get(1)?, fields.get(3)?, fields.get(9)?);
        (address.ends_with(&wanted) && *state == LISTEN).then(|| (*inode).to_owned())
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_names_its_process() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(!is_free(port));
        assert!(owner_of(port).starts_with(&format!("pid {}: ", std::process::id())));
    }
}
