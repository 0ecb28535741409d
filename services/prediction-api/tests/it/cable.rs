use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Stands between the service and its real database, and can take it away in the middle of anything.
pub(crate) struct Cable {
    state: watch::Sender<State>,
    /// The address of the database behind it.
    pub(crate) url: String,
}

#[derive(Debug, Clone, Copy)]
struct State {
    line: Line,
    /// How often it was cut, for a connection that looks only after the cable carries again.
    cuts: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Carries,
    /// Connections break, and new ones are closed at once.
    Cut,
    /// Connections stay, and nothing comes through them any more.
    Silent,
}

impl Cable {
    pub(crate) async fn to(direct: &str) -> Self {
        let (credentials, rest) = direct.rsplit_once('@').unwrap();
        let (address, database) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = watch::Sender::new(State { line: Line::Carries, cuts: 0 });
        let url = format!("{credentials}@127.0.0.1:{port}/{database}");
        tokio::spawn(carry(listener, address.to_owned(), state.subscribe()));
        Self { state, url }
    }

    pub(crate) fn cut(&self) {
        self.state.send_modify(|state| *state = State { line: Line::Cut, cuts: state.cuts + 1 });
    }

    pub(crate) fn silence(&self) {
        self.state.send_modify(|state| state.line = Line::Silent);
    }

    /// For new connections. Those that fell silent stay so.
    pub(crate) fn plug_in(&self) {
        self.state.send_modify(|state| state.line = Line::Carries);
    }
}

async fn carry(listener: TcpListener, address: String, state: watch::Receiver<State>) {
    loop {
        let Ok((client, _)) = listener.accept().await else { return };
        tokio::spawn(connect(client, address.clone(), state.clone()));
    }
}

async fn connect(mut client: TcpStream, address: String, mut state: watch::Receiver<State>) {
    let State { line, cuts } = *state.borrow_and_update();
    match line {
        Line::Cut => {}
        Line::Silent => cut_after(&mut state, cuts).await,
        Line::Carries => {
            let Ok(mut server) = TcpStream::connect(&address).await else { return };
            tokio::select! {
                _ = copy_bidirectional(&mut client, &mut server) => return,
                _ = state.changed() => {}
            }
            cut_after(&mut state, cuts).await;
        }
    }
}

async fn cut_after(state: &mut watch::Receiver<State>, cuts: u32) {
    let _ = state.wait_for(|state| state.cuts > cuts).await;
}
