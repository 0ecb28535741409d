use serde::{Deserialize, Serialize};

use crate::{Category, Invalid, Level, PerCategory, Reading};

/// How suitable a film is for a family with children of 7 to 12, from 0 to 100 with one decimal.
///
/// Each category takes points off by its weight, its level and how likely that level is.
pub fn family_score(readings: &PerCategory<Reading>) -> f64 {
    let mut lost = 0.0;
    let mut weights = 0.0;
    for (category, reading) in readings.iter() {
        weights += weight(category);
        lost += weight(category) * penalty(reading.level) * reading.probability;
    }
    let score = 100.0 - 100.0 * lost / weights;
    (score * 10.0).round() / 10.0
}

/// What the score says to a parent at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuitabilityBand {
    Safe,
    Moderate,
    Significant,
}

impl From<f64> for SuitabilityBand {
    fn from(score: f64) -> Self {
        if score >= 70.0 {
            Self::Safe
        } else if score >= 40.0 {
            Self::Moderate
        } else {
            Self::Significant
        }
    }
}

fn weight(category: Category) -> f64 {
    match category {
        Category::Violencia => 1.0,
        Category::Suicidio => 0.95,
        Category::Sexualidad => 0.85,
        Category::Drogas => 0.70,
        Category::LenguajeFuerte => 0.55,
    }
}

fn penalty(level: Level) -> f64 {
    match level {
        Level::SinContenido => 0.0,
        Level::Moderado => 0.5,
        Level::Alto => 1.0,
    }
}

/// The highest level that a family accepts, for each category.
pub type FamilyLimits = PerCategory<Level>;

impl FamilyLimits {
    /// A cautious start for the age of the youngest viewer, which parents then change as they like.
    pub fn for_age(age: u8) -> Self {
        use Level::{Alto, Moderado, SinContenido};
        let (violence, language, others, suicide) = match age {
            0..=6 => (SinContenido, SinContenido, SinContenido, SinContenido),
            7..=12 => (Moderado, SinContenido, SinContenido, SinContenido),
            13..=15 => (Moderado, Moderado, Moderado, SinContenido),
            16..=17 => (Alto, Alto, Moderado, Moderado),
            _ => (Alto, Alto, Alto, Alto),
        };
        Self {
            violencia: violence,
            sexualidad: others,
            drogas: others,
            lenguaje_fuerte: language,
            suicidio: suicide,
        }
    }
}

/// Who watches, and what they would rather not see.
#[derive(Debug, Clone, PartialEq)]
pub struct FamilyProfile {
    pub name: crate::Name,
    pub age: u8,
    pub limits: FamilyLimits,
    pub blocked_genres: Vec<crate::Genre>,
}

impl FamilyProfile {
    pub const MAX_AGE: u8 = 120;

    pub fn parse_age(age: i64) -> Result<u8, Invalid> {
        match u8::try_from(age) {
            Ok(age) if age <= Self::MAX_AGE => Ok(age),
            _ => Err(Invalid::OutOfRange { min: 0.0, max: Self::MAX_AGE.into() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_film_without_sensitive_content_scores_100() {
        let readings = PerCategory::from_fn(|_| Reading::certain(Level::SinContenido));
        assert_eq!(family_score(&readings), 100.0);
    }

    #[test]
    fn a_film_with_everything_scores_0() {
        let readings = PerCategory::from_fn(|_| Reading::certain(Level::Alto));
        assert_eq!(family_score(&readings), 0.0);
    }

    #[test]
    fn each_category_costs_its_weight_times_its_probability() {
        let mut readings = PerCategory::from_fn(|_| Reading::certain(Level::SinContenido));
        readings.violencia = Reading { probability: 0.8, ..Reading::certain(Level::Alto) };
        readings.drogas = Reading { probability: 0.6, ..Reading::certain(Level::Moderado) };
        // 100 - 100 * (1.0 * 1.0 * 0.8 + 0.7 * 0.5 * 0.6) / 4.05
        assert_eq!(family_score(&readings), 75.1);
    }

    #[test]
    fn bands_change_at_40_and_70() {
        assert_eq!(SuitabilityBand::from(70.0), SuitabilityBand::Safe);
        assert_eq!(SuitabilityBand::from(69.9), SuitabilityBand::Moderate);
        assert_eq!(SuitabilityBand::from(40.0), SuitabilityBand::Moderate);
        assert_eq!(SuitabilityBand::from(39.9), SuitabilityBand::Significant);
    }

    #[test]
    fn limits_only_loosen_with_age() {
        for age in 1..=20 {
            let (younger, older) = (FamilyLimits::for_age(age - 1), FamilyLimits::for_age(age));
            for category in Category::ALL {
                assert!(younger.get(category) <= older.get(category), "{category} at {age}");
            }
        }
    }
}
