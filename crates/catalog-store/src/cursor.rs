use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use filmlens_domain::Invalid;
use serde::{Deserialize, Serialize};

/// Where a page ended: the next one starts behind this row, however many rows come or go before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    /// Of the question that was asked; with another filter or order the position would mean nothing.
    #[serde(rename = "q")]
    pub(crate) question: u64,
    #[serde(rename = "k")]
    pub(crate) key: SortKey,
    #[serde(rename = "i")]
    pub(crate) id: i32,
}

/// The value by which the last row was sorted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum SortKey {
    #[serde(rename = "n")]
    Absent,
    /// The bits of a float, which decimal digits might not give back exactly.
    #[serde(rename = "f")]
    Number(u64),
    #[serde(rename = "t")]
    Text(String),
}

impl FromStr for Cursor {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(raw).ok();
        let cursor: Option<Self> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        match cursor {
            Some(Self { key: SortKey::Text(text), .. }) if text.contains('\0') => Err(Invalid::Nul),
            Some(Self { key: SortKey::Number(bits), .. }) if !f64::from_bits(bits).is_finite() => {
                Err(FOREIGN)
            }
            Some(cursor) => Ok(cursor),
            None => Err(FOREIGN),
        }
    }
}

const FOREIGN: Invalid = Invalid::Other("must be a next_cursor of an earlier answer");

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_vec(self).map_err(|_| fmt::Error)?;
        formatter.write_str(&BASE64_URL_SAFE_NO_PAD.encode(json))
    }
}
