use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Answers every request as the test says; for what a real MLflow does not do on demand.
pub(crate) struct Double {
    port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: String,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) header: &'static str,
    pub(crate) body: String,
}

pub(crate) fn answer(status: u16, body: &str) -> Answer {
    Answer { status, header: "X-None: none", body: body.to_owned() }
}

impl Double {
    /// `respond` gets each request, and how many of the same path came before.
    pub(crate) fn new(respond: impl Fn(&Request, usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (seen, respond) = (requests.clone(), Arc::new(respond));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, respond) = (seen.clone(), respond.clone());
                thread::spawn(move || serve(stream, &seen, &*respond));
            }
        });
        Self { port, requests }
    }

    pub(crate) fn uri(&self) -> String {
        format!("http://127.0.0.1:{}/prefix/", self.port)
    }

    pub(crate) fn requests(&self, end: &str) -> Vec<Request> {
        self.requests.lock().unwrap().iter().filter(|request| request.path.ends_with(end)).cloned().collect()
    }
}

fn serve(stream: TcpStream, seen: &Mutex<Vec<Request>>, respond: &dyn Fn(&Request, usize) -> Answer) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    while let Some(request) = read(&mut reader) {
        let earlier = {
            let mut seen = seen.lock().unwrap();
            let earlier = seen.iter().filter(|other| other.path == request.path).count();
            seen.push(request.clone());
            earlier
        };
        let Answer { status, header, body } = respond(&request, earlier);
        let answer =
            format!("HTTP/1.1 {status} X\r\n{header}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_owned());
    }
    let path = lines.first()?.split(' ').nth(1)?.split('?').next()?.to_owned();
    let header = |name: &str| {
        lines.iter().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then(|| value.to_owned())
        })
    };
    let length = header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        path,
        authorization: header("authorization"),
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}
