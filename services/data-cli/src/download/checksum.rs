use std::path::Path;

use md5::{Digest as _, Md5};

use crate::hashing::add_file;

/// The checksum in a file that `md5sum` ("0123…  ml-25m.zip") or BSD's `md5` ("MD5 (ml-25m.zip) = 0123…") wrote.
pub(super) fn parse(text: &str) -> Option<String> {
    let words = text.split(|c: char| c.is_whitespace() || c == '=');
    let mut checksums = words.map(|word| word.trim_start_matches('\\')).filter(|word| is_md5(word));
    checksums.next().map(str::to_ascii_lowercase)
}

fn is_md5(word: &str) -> bool {
    word.len() == 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

pub(super) fn of_file(path: &Path) -> anyhow::Result<String> {
    let mut hasher = Md5::new();
    add_file(&mut hasher, path)?;
    Ok(hex::encode(hasher.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_are_read() {
        let md5 = "0123456789abcdef0123456789abcdef";
        for text in [
            format!("{md5}  ml-25m.zip\n"),
            format!("{md5} *ml-25m.zip"),
            format!("MD5 (ml-25m.zip) = {md5}\n"),
            format!("MD5 (ml-25m.zip)={md5}"),
            md5.to_uppercase(),
        ] {
            assert_eq!(parse(&text).as_deref(), Some(md5), "{text}");
        }
        for text in ["", "<html>not found</html>", "0123"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
