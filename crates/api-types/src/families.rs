use chrono::{DateTime, Utc};
use filmlens_domain::{self as domain, FamilyLimits, FieldErrors, Genre, Invalid, Name, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::LevelName;
use crate::schemas::GenreSchema;
use crate::whole_number;

/// Who watches, and what they would rather not see.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FamilyProfile {
    pub id: Uuid,
    pub user_id: Option<String>,
    pub name: String,
    /// Of the youngest viewer.
    pub age: i16,
    pub limits: Limits,
    pub blocked_genres: Vec<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The highest level that is accepted of each category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Limits {
    pub violencia: LevelName,
    pub sexualidad: LevelName,
    pub drogas: LevelName,
    pub lenguaje_fuerte: LevelName,
    pub suicidio: LevelName,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FamilyProfileInput {
    /// Your own name for the user whose family this is.
    #[schema(min_length = 1, max_length = 50, pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$")]
    pub user_id: Option<String>,
    #[schema(
        example = "Film night",
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$"
    )]
    pub name: String,
    /// Of the youngest viewer.
    #[schema(minimum = 0, maximum = 120, example = 9)]
    #[serde(deserialize_with = "whole_number::required")]
    pub age: i64,
    /// What is left out gets the limit that suits the age.
    #[serde(default)]
    pub limits: FamilyLimitsInput,
    #[serde(default)]
    #[schema(value_type = Vec<GenreSchema>, inline, max_items = 50)]
    pub blocked_genres: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FamilyLimitsInput {
    pub violencia: Option<LevelName>,
    pub sexualidad: Option<LevelName>,
    pub drogas: Option<LevelName>,
    pub lenguaje_fuerte: Option<LevelName>,
    pub suicidio: Option<LevelName>,
}

const MAX_BLOCKED_GENRES: usize = 50;

impl FamilyProfileInput {
    /// Every field that breaks a rule is named. The user's name comes beside the profile, it is not the family's.
    pub fn parse(self) -> Result<(Option<Text<50>>, domain::FamilyProfile), FieldErrors> {
        let mut errors = FieldErrors::default();
        if self.blocked_genres.len() > MAX_BLOCKED_GENRES {
            errors.add("blocked_genres", Invalid::TooMany { max: MAX_BLOCKED_GENRES });
        }
        let user_id = errors.check_some("user_id", self.user_id, Text::<50>::parse);
        let age = errors.check("age", domain::FamilyProfile::parse_age(self.age));
        let blocked_genres = errors.check_each("blocked_genres", self.blocked_genres, Genre::parse);
        let name = errors.check("name", Name::parse(self.name));
        let (Some(name), Some(age)) = (name, age) else { return Err(errors) };
        errors.into_result()?;
        let limits = self.limits.or(FamilyLimits::for_age(age));
        Ok((user_id, domain::FamilyProfile { name, age, limits, blocked_genres }))
    }
}

impl FamilyLimitsInput {
    pub(crate) fn or(self, default: FamilyLimits) -> FamilyLimits {
        FamilyLimits {
            violencia: self.violencia.map_or(default.violencia, Into::into),
            sexualidad: self.sexualidad.map_or(default.sexualidad, Into::into),
            drogas: self.drogas.map_or(default.drogas, Into::into),
            lenguaje_fuerte: self.lenguaje_fuerte.map_or(default.lenguaje_fuerte, Into::into),
            suicidio: self.suicidio.map_or(default.suicidio, Into::into),
        }
    }
}

impl From<FamilyLimits> for Limits {
    fn from(limits: FamilyLimits) -> Self {
        Self {
            violencia: limits.violencia.into(),
            sexualidad: limits.sexualidad.into(),
            drogas: limits.drogas.into(),
            lenguaje_fuerte: limits.lenguaje_fuerte.into(),
            suicidio: limits.suicidio.into(),
        }
    }
}

impl From<FamilyProfile> for FamilyProfileInput {
    /// The profile as it is, for a partial change of it.
    fn from(profile: FamilyProfile) -> Self {
        let limits = profile.limits;
        Self {
            user_id: profile.user_id,
            name: profile.name,
            age: profile.age.into(),
            limits: FamilyLimitsInput {
                violencia: Some(limits.violencia),
                sexualidad: Some(limits.sexualidad),
                drogas: Some(limits.drogas),
                lenguaje_fuerte: Some(limits.lenguaje_fuerte),
                suicidio: Some(limits.suicidio),
            },
            blocked_genres: profile.blocked_genres,
        }
    }
}
