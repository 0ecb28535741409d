use crate::Error;
use crate::data_set::report::{DataSetReport, StarCount, YearCount};
use crate::data_set::tally::Tally;
use crate::data_set::{SurveySettings, report};

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatingEvent {
    pub user: u32,
    pub item: u32,
    pub stars: f32,
    /// In seconds since 1970; 0 where it is not known.
    pub time: i64,
}

/// Takes in the ratings of a data set, each pair of user and item once, in any order.
#[derive(Debug, Clone)]
pub struct Survey {
    pub(super) users: Vec<Tally>,
    /// By item number; the place of number 0 stays empty.
    pub(super) items: Vec<Tally>,
    /// Ratings by half stars, from the fewest that are taken to the most.
    half_stars: Vec<u64>,
    years: Vec<Tally>,
    undated: u64,
}

const MOST_STARS: f32 = 100.0;
/// No ratings were collected outside these years; such a time is an error of the file.
const YEARS: std::ops::Range<i64> = 1900..2200;

impl Survey {
    /// Users are numbered from 0, items from 1.
    pub fn new(user_count: u32, item_count: u32) -> Self {
        Self {
            users: vec![Tally::default(); user_count as usize],
            items: vec![Tally::default(); item_count as usize + 1],
            half_stars: vec![0; 4 * MOST_STARS as usize + 1],
            years: vec![Tally::default(); (YEARS.end - YEARS.start) as usize],
            undated: 0,
        }
    }

    /// # Errors
    /// When user or item has no such number, or the stars are not a number between -100 and 100.
    pub fn add(&mut self, event: RatingEvent) -> Result<(), Error> {
        let RatingEvent { user, item, stars, time } = event;
        let (user_count, item_count) = (self.users.len() as u32, (self.items.len() - 1) as u32);
        if !(-MOST_STARS..=MOST_STARS).contains(&stars) {
            return Err(Error::Stars { user, item, stars });
        }
        let tally_of_item = self.items.get_mut(item as usize).filter(|_| item != 0);
        let tally_of_item = tally_of_item.ok_or(Error::UnknownItem { user, item, item_count })?;
        let tally_of_user =
            self.users.get_mut(user as usize).ok_or(Error::UnknownUser { user, user_count })?;
        tally_of_item.add(stars);
        tally_of_user.add(stars);
        self.half_stars[((stars + MOST_STARS) * 2.0).round() as usize] += 1;
        let year = year_of(time);
        if time == 0 || !YEARS.contains(&year) {
            self.undated += 1;
        } else {
            self.years[(year - YEARS.start) as usize].add(stars);
        }
        Ok(())
    }

    /// Asks for the titles of the listed items only.
    ///
    /// # Errors
    /// When a setting makes no sense, or there are no ratings.
    pub fn finish(
        self,
        name: &str,
        settings: &SurveySettings,
        title: impl Fn(u32) -> Option<String>,
    ) -> Result<DataSetReport, Error> {
        settings.check()?;
        if self.users.iter().all(|user| user.ratings == 0) {
            return Err(Error::NoRatings);
        }
        Ok(report::build(&self, name, settings, &title))
    }

    /// The numbers of stars that were given, in ascending order.
    pub(super) fn stars(&self, total: u64) -> Vec<StarCount> {
        let given = self.half_stars.iter().enumerate().filter(|(_, ratings)| **ratings > 0);
        given
            .map(|(index, ratings)| StarCount {
                stars: index as f64 / 2.0 - f64::from(MOST_STARS),
                ratings: *ratings,
                share: *ratings as f64 / total as f64,
            })
            .collect()
    }

    /// Without gaps from the first year that has ratings to the last.
    pub(super) fn years(&self) -> Vec<YearCount> {
        let has_ratings = |tally: &Tally| tally.ratings > 0;
        let Some(first) = self.years.iter().position(has_ratings) else { return Vec::new() };
        let last = self.years.iter().rposition(has_ratings).unwrap_or(first);
        let years = (YEARS.start + first as i64..).zip(&self.years[first..=last]);
        years
            .map(|(year, tally)| YearCount { year, ratings: tally.ratings, mean_stars: tally.mean() })
            .collect()
    }

    pub(super) fn undated(&self) -> u64 {
        self.undated
    }
}

/// The Gregorian year of a time in seconds since 1970, in UTC.
fn year_of(time: i64) -> i64 {
    const DAYS_OF_ERA: i64 = 146_097;
    // Eras of 400 years that begin on 1 March, so that the leap day is the last day of a year.
    let days = time.div_euclid(86_400) + 719_468;
    let day = days.rem_euclid(DAYS_OF_ERA);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    const FIRST_DAY_OF_JANUARY: i64 = 306;
    days.div_euclid(DAYS_OF_ERA) * 400 + year + i64::from(day_of_year >= FIRST_DAY_OF_JANUARY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_begin_and_end_at_midnight() {
        let cases = [
            (0, 1970),
            (-1, 1969),
            (946_684_799, 1999),
            (946_684_800, 2000),
            (951_782_400, 2000),
            (978_307_199, 2000),
            (978_307_200, 2001),
            (4_102_444_799, 2099),
            (4_102_444_800, 2100),
            (-2_208_988_800, 1900),
            (-2_208_988_801, 1899),
        ];
        for (time, year) in cases {
            assert_eq!(year_of(time), year, "{time}");
        }
        // No time is so far away that the arithmetic fails.
        assert!(year_of(i64::MIN) < 0 && year_of(i64::MAX) > 0);
    }
}
