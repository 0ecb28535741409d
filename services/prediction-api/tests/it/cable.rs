use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// Stands between the service and its real database, and can take it away in the middle of anything.
pub(crate) struct Cable {
    is_cut: Arc<AtomicBool>,
    changed: Arc<Notify>,
    /// The address of the database behind it.
    pub(crate) url: String,
}

impl Cable {
    pub(crate) async fn to(direct: &str) -> Self {
        let (credentials, rest) = direct.rsplit_once('@').unwrap();
        let (address, database) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (is_cut, changed) = (Arc::new(AtomicBool::new(false)), Arc::new(Notify::new()));
        let url = format!("{credentials}@127.0.0.1:{port}/{database}");
        tokio::spawn(carry(listener, address.to_owned(), is_cut.clone(), changed.clone()));
        Self { is_cut, changed, url }
    }

    pub(crate) fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
        self.changed.notify_waiters();
    }

    pub(crate) fn plug_in(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
    }
}

async fn carry(listener: TcpListener, address: String, is_cut: Arc<AtomicBool>, changed: Arc<Notify>) {
    loop {
        let Ok((mut client, _)) = listener.accept().await else { return };
        if is_cut.load(Ordering::SeqCst) {
            continue;
        }
        let (address, changed) = (address.clone(), changed.clone());
        tokio::spawn(async move {
            let Ok(mut server) = TcpStream::connect(&address).await else { return };
            tokio::select! {
                _ = copy_bidirectional(&mut client, &mut server) => {}
                () = changed.notified() => {}
            }
        });
    }
}
