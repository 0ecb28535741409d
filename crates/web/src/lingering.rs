use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// How much of a refused request is still read, and for how long.
const LONGEST: Duration = Duration::from_secs(1);
const MOST_BYTES: u64 = 8 * 1024 * 1024;

/// A connection that is closed politely. Closing one while the client still sends makes the kernel reset it, and a
/// reset can overtake the answer: the client of an oversized request would see "connection reset", not 413.
///
/// A client that does not read, so that nothing can be written for `write_timeout`, gets an error instead: hyper then
/// drops the connection.
pub(crate) struct Lingering {
    stream: Option<TcpStream>,
    write_timeout: Duration,
    /// Set while a write waits.
    write_deadline: Option<Pin<Box<Sleep>>>,
}

impl Lingering {
    pub(crate) fn new(stream: TcpStream, write_timeout: Duration) -> Self {
        Self { stream: Some(stream), write_timeout, write_deadline: None }
    }

    fn stream(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        self.stream.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    fn limit_write(
        &mut self,
        cx: &mut Context<'_>,
        write: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if write.is_ready() {
            self.write_deadline = None;
            return write;
        }
        let timeout = self.write_timeout;
        let deadline = self.write_deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(timeout)));
        deadline.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Lingering {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream()?.poll_read(cx, buf)
    }
}

impl AsyncWrite for Lingering {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let write = self.stream()?.poll_write(cx, buf);
        self.limit_write(cx, write)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let write = self.stream()?.poll_write_vectored(cx, bufs);
        self.limit_write(cx, write)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_flush(cx)
    }

    /// Done at once for the server, which must not wait for clients when it stops; a task of its own reads the rest.
    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(stream) = self.stream.take() {
            tokio::spawn(tokio::time::timeout(LONGEST, discard(stream)));
        }
        Poll::Ready(Ok(()))
    }
}

async fn discard(mut stream: TcpStream) -> io::Result<()> {
    stream.shutdown().await?;
    tokio::io::copy(&mut stream.take(MOST_BYTES), &mut tokio::io::sink()).await?;
    Ok(())
}
