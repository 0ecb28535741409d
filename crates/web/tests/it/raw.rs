//! A client that may break every rule.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

pub struct RawClient(pub TcpStream);

impl RawClient {
    pub async fn connect(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Reads until the server closes.
    pub async fn read_to_end(&mut self) -> String {
        let mut text = Vec::new();
        timeout(Duration::from_secs(10), self.0.read_to_end(&mut text))
            .await
            .expect("the server closes")
            .unwrap();
        String::from_utf8(text).unwrap()
    }

    /// Reads what is there, at least one byte unless the server closed.
    pub async fn read_some(&mut self) -> String {
        let mut buffer = vec![0; 64 * 1024];
        let read =
            timeout(Duration::from_secs(10), self.0.read(&mut buffer)).await.expect("an answer").unwrap();
        String::from_utf8(buffer[..read].to_vec()).unwrap()
    }
}
