use serde::{Deserialize, Serialize};

/// Whom a certificate lets in, whatever board gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateClass {
    /// G, TV-G, U, TP, Apta.
    General,
    /// What the Hays code let through (Approved, Passed), which says little of whom it suits.
    Approved,
    /// PG, TV-PG, 7; GP and M before.
    Guidance,
    /// PG-13, TV-14, 12.
    Teens,
    /// R, TV-MA, 16.
    Restricted,
    /// NC-17, X, 18.
    Adults,
    /// Not Rated, Unrated, and whatever nobody knows.
    Unrated,
}

impl CertificateClass {
    pub const ALL: [Self; 7] = [
        Self::General,
        Self::Approved,
        Self::Guidance,
        Self::Teens,
        Self::Restricted,
        Self::Adults,
        Self::Unrated,
    ];

    pub fn of(certificate: &str) -> Self {
        let name: String =
            crate::folded(certificate).chars().filter(|letter| letter.is_alphanumeric()).collect();
        match name.as_str() {
            "g" | "tvg" | "tvy" | "u" | "tp" | "te" | "apta" | "a" | "al" | "0" | "todos" | "atp" => {
                Self::General
            }
            "approved" | "passed" => Self::Approved,
            "pg" | "gp" | "m" | "mpg" | "tvpg" | "tvy7" | "6" | "7" | "7i" | "10" => Self::Guidance,
            "pg13" | "tv14" | "11" | "12" | "12a" | "13" | "14" | "sam13" => Self::Teens,
            "r" | "tvma" | "15" | "16" | "17" | "sam16" | "ma15" => Self::Restricted,
            "nc17" | "x" | "18" | "18a" | "r18" | "x18" | "sam18" => Self::Adults,
            _ => Self::Unrated,
        }
    }

    /// From 0 for everybody to 4 for adults; nothing where that was not judged.
    pub fn strictness(self) -> Option<u8> {
        match self {
            Self::General => Some(0),
            Self::Guidance => Some(1),
            Self::Teens => Some(2),
            Self::Restricted => Some(3),
            Self::Adults => Some(4),
            Self::Approved | Self::Unrated => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boards_of_several_countries_are_understood() {
        let of = CertificateClass::of;
        assert_eq!([of("PG-13"), of("pg13"), of("12"), of("SAM 13")], [CertificateClass::Teens; 4]);
        assert_eq!([of("NC-17"), of("+18"), of("18+"), of("X")], [CertificateClass::Adults; 4]);
        assert_eq!([of("Not Rated"), of(""), of("Unrated"), of("?")], [CertificateClass::Unrated; 4]);
        assert_eq!([of("PG"), of("GP"), of("TV-PG"), of("M")], [CertificateClass::Guidance; 4]);
        assert_eq!([of("Approved"), of("Passed")], [CertificateClass::Approved; 2]);
    }

    #[test]
    fn stricter_classes_come_later() {
        let strictness: Vec<u8> =
            CertificateClass::ALL.iter().filter_map(|class| class.strictness()).collect();
        assert_eq!(strictness, [0, 1, 2, 3, 4]);
    }
}
