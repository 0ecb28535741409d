use crate::{Error, MANIFEST};

/// A name can be joined to a folder and stays in it: it has no separators, and is neither hidden nor the manifest's.
pub(crate) fn check(name: &str) -> Result<(), Error> {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    if !plain || name.is_empty() || name.starts_with('.') || name == MANIFEST {
        return Err(Error::FileName { name: name.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_the_folder_are_refused() {
        for name in
            ["", ".", "..", "../weights", "/etc/passwd", "a/b", "a\\b", "a\0", ".hidden", "vidé", MANIFEST]
        {
            assert!(check(name).is_err(), "{name:?}");
        }
        for name in ["weights.safetensors", "vocabulary.json", "learning-curve_1.svg"] {
            check(name).unwrap();
        }
    }
}
