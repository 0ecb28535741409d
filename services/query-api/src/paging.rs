use filmlens_domain::{FieldErrors, Invalid};
use serde::Deserialize;
use utoipa::IntoParams;

/// Beyond this nobody pages by number; who reads everything follows cursors.
const MAX_PAGE: i64 = 1_000_000;
const MAX_LIMIT: i64 = 100;
const DEFAULT_LIMIT: u32 = 10;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// From 1.
    #[param(minimum = 1, maximum = 1000000, default = 1)]
    page: Option<i64>,
    #[param(minimum = 1, maximum = 100, default = 10)]
    limit: Option<i64>,
}

impl PageParams {
    pub fn parse(&self, errors: &mut FieldErrors) -> (u32, u32) {
        (page(self.page, errors), limit(self.limit, DEFAULT_LIMIT, errors))
    }
}

pub fn page(number: Option<i64>, errors: &mut FieldErrors) -> u32 {
    errors.check_some("page", number, |page| within(page, MAX_PAGE)).unwrap_or(1)
}

pub fn limit(number: Option<i64>, default: u32, errors: &mut FieldErrors) -> u32 {
    limit_up_to(MAX_LIMIT, number, default, errors)
}

pub fn limit_up_to(max: i64, number: Option<i64>, default: u32, errors: &mut FieldErrors) -> u32 {
    errors.check_some("limit", number, |limit| within(limit, max)).unwrap_or(default)
}

fn within(number: i64, max: i64) -> Result<u32, Invalid> {
    match u32::try_from(number) {
        Ok(valid) if (1..=max).contains(&number) => Ok(valid),
        _ => Err(Invalid::OutOfRange { min: 1.0, max: max as f64 }),
    }
}
