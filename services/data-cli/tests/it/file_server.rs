use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// How the server treats the next request for the archive, once for each in the list, and properly from then on.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    /// Sends so many bytes of what it promised, and hangs up.
    BreakOffAfter(usize),
    /// Sends the whole file whatever range was asked for.
    IgnoreRange,
    /// Says that it cannot serve just now.
    Unavailable,
}

/// A server of one archive and its checksum.
pub(crate) struct FileServer {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

struct State {
    files: HashMap<String, Vec<u8>>,
    version: String,
    faults: Vec<Fault>,
    /// The Range header of every request for the archive.
    ranges: Vec<Option<String>>,
}

impl FileServer {
    pub(crate) fn start(archive_path: &str, archive: Vec<u8>, checksum: &str, faults: &[Fault]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut faults = faults.to_vec();
        faults.reverse();
        let files = [
            (format!("{archive_path}.md5"), checksum.as_bytes().to_vec()),
            (archive_path.to_owned(), archive),
        ];
        let state = State { files: files.into(), version: "\"v1\"".to_owned(), faults, ranges: Vec::new() };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that hangs up is part of the tests.
                let _ = serve(stream, &shared);
            }
        });
        Self { url, state }
    }

    pub(crate) fn ranges(&self) -> Vec<Option<String>> {
        self.state.lock().unwrap().ranges.clone()
    }

    /// Publishes another content under the same name.
    pub(crate) fn replace(&self, archive_path: &str, archive: Vec<u8>, checksum: &str) {
        let mut state = self.state.lock().unwrap();
        state.version = "\"v2\"".to_owned();
        state.files.insert(format!("{archive_path}.md5"), checksum.as_bytes().to_vec());
        state.files.insert(archive_path.to_owned(), archive);
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = HashMap::new();
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }

    let mut state = state.lock().unwrap();
    let Some(content) = state.files.get(&path).cloned() else {
        return write!(stream, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    };
    if path.ends_with(".md5") {
        return respond(&mut stream, "200 OK", "", &content, content.len());
    }
    let range = headers.get("range").cloned();
    state.ranges.push(range.clone());
    let fault = state.faults.pop();
    let etag = format!("ETag: {}\r\n", state.version);
    let start =
        range.and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
    let is_same = headers.get("if-range").is_none_or(|version| *version == state.version);
    let sent =
        |rest: usize| if let Some(Fault::BreakOffAfter(bytes)) = fault { bytes.min(rest) } else { rest };
    match (fault, start.filter(|_| is_same)) {
        (Some(Fault::Unavailable), _) => respond(&mut stream, "503 Service Unavailable", "", b"", 0),
        (Some(Fault::IgnoreRange), _) | (_, None) => {
            respond(&mut stream, "200 OK", &etag, &content, sent(content.len()))
        }
        (_, Some(start)) if start >= content.len() => {
            let range = format!("Content-Range: bytes */{}\r\n", content.len());
            respond(&mut stream, "416 Range Not Satisfiable", &range, b"", 0)
        }
        (_, Some(start)) => {
            let range =
                format!("{etag}Content-Range: bytes {start}-{}/{}\r\n", content.len() - 1, content.len());
            let rest = &content[start..];
            respond(&mut stream, "206 Partial Content", &range, rest, sent(rest.len()))
        }
    }
}

fn respond(
    stream: &mut TcpStream,
    status: &str,
    headers: &str,
    body: &[u8],
    sent: usize,
) -> std::io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body[..sent])
}
