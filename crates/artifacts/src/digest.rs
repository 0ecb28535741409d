use std::io::{self, Read};

use sha2::{Digest, Sha256};

use crate::FileRecord;

const CHUNK_BYTES: usize = 1 << 18;

/// The SHA-256 of some bytes in lowercase hexadecimal, as manifests hold it.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

pub(crate) fn record(mut file: impl Read) -> io::Result<FileRecord> {
    let mut digest = Sha256::new();
    let mut bytes = 0;
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let count = match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        digest.update(&chunk[..count]);
        bytes += count as u64;
    }
    Ok(FileRecord { sha256: hex::encode(digest.finalize()), bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_has_the_digest_of_its_bytes() {
        let bytes: Vec<u8> = (0..CHUNK_BYTES * 2 + 7).map(|index| (index % 251) as u8).collect();
        let record = record(bytes.as_slice()).unwrap();
        assert_eq!(record, FileRecord { sha256: sha256_hex(&bytes), bytes: bytes.len() as u64 });
        assert_eq!(sha256_hex(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
