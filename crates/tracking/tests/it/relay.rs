use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A port in front of a real server, which can go away and come back.
pub(crate) struct Relay {
    port: u16,
    server: String,
    line: Option<Line>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    open: Mutex<Vec<TcpStream>>,
    answers_to_lose: AtomicUsize,
}

struct Line {
    cut: Arc<AtomicBool>,
    listening: thread::JoinHandle<()>,
}

impl Relay {
    pub(crate) fn to(uri: &str) -> Self {
        let server = uri.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut relay = Self { port, server, line: None, shared: Arc::default() };
        relay.listen(listener);
        relay
    }

    pub(crate) fn uri(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Ends all connections; new ones are refused.
    pub(crate) fn cut(&mut self) {
        let Some(line) = self.line.take() else { return };
        line.cut.store(true, Ordering::SeqCst);
        line.listening.join().unwrap();
        for stream in self.shared.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    pub(crate) fn mend(&mut self) {
        self.listen(TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).unwrap());
    }

    /// The next requests get through, but not their answers.
    pub(crate) fn lose_answers(&self, number: usize) {
        self.shared.answers_to_lose.store(number, Ordering::SeqCst);
    }

    pub(crate) fn answers_to_lose(&self) -> usize {
        self.shared.answers_to_lose.load(Ordering::SeqCst)
    }

    fn listen(&mut self, listener: TcpListener) {
        listener.set_nonblocking(true).unwrap();
        let cut = Arc::new(AtomicBool::new(false));
        let (stop, server, shared) = (cut.clone(), self.server.clone(), self.shared.clone());
        let listening = thread::spawn(move || {
            while !stop.load(Ordering::SeqCst) {
                match listener.accept() {
                    Ok((client, _)) => connect(client, &server, &shared),
                    Err(_) => thread::sleep(Duration::from_millis(5)),
                }
            }
        });
        self.line = Some(Line { cut, listening });
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.cut();
    }
}

fn connect(client: TcpStream, server: &str, shared: &Arc<Shared>) {
    client.set_nonblocking(false).unwrap();
    let server = TcpStream::connect(server).unwrap();
    let copies = [client.try_clone().unwrap(), server.try_clone().unwrap()];
    shared.open.lock().unwrap().extend(copies);
    let (from_client, to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    thread::spawn(move || copy(from_client, to_server, || false));
    let shared = shared.clone();
    thread::spawn(move || {
        copy(server, client, || {
            let lose = |left: usize| left.checked_sub(1);
            shared.answers_to_lose.fetch_update(Ordering::SeqCst, Ordering::SeqCst, lose).is_ok()
        });
    });
}

fn copy(mut from: TcpStream, mut to: TcpStream, lose: impl Fn() -> bool) {
    let mut piece = [0; 65_536];
    while let Ok(length) = from.read(&mut piece) {
        if length == 0 || lose() || to.write_all(&piece[..length]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
