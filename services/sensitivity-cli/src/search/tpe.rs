//! Tree-structured Parzen estimators: each setting is drawn where good trials lie denser than the others.

use rand::{Rng, RngExt as _};
use rand_distr::{Distribution as _, Normal};

/// Trials that are drawn anywhere, before there is anything to learn from.
const STARTUP: usize = 10;
/// Draws among which the most promising is taken.
const CANDIDATES: usize = 24;
const MOST_GOOD: usize = 25;

/// A trial: a place from 0 to 1 for each setting, and how good it was.
pub(super) type Tried<'a> = (&'a [f64], f64);

/// Where to try next, by what was tried so far; higher scores are better.
pub(super) fn suggest(dimensions: usize, tried: &[Tried<'_>], random: &mut impl Rng) -> Vec<f64> {
    if tried.len() < STARTUP {
        return (0..dimensions).map(|_| random.random::<f64>()).collect();
    }
    let mut ranked = tried.to_vec();
    // Stable, so that equal scores keep the order of the trials.
    ranked.sort_by(|one, other| other.1.total_cmp(&one.1));
    let good = ranked.len().div_ceil(10).min(MOST_GOOD);
    let (good, rest) = ranked.split_at(good);
    let places =
        |trials: &[Tried<'_>], dimension: usize| trials.iter().map(|trial| trial.0[dimension]).collect();
    let next = |dimension| {
        let (good, rest) = (Density::new(places(good, dimension)), Density::new(places(rest, dimension)));
        let promise = |place: &f64| good.at(*place).ln() - rest.at(*place).ln();
        let drawn: Vec<f64> = (0..CANDIDATES).map(|_| good.draw(random)).collect();
        let best = drawn.into_iter().max_by(|one, other| promise(one).total_cmp(&promise(other)));
        best.expect("there are candidates")
    };
    (0..dimensions).map(next).collect()
}

/// A normal curve around each place, cut off at 0 and 1, and a wide one, so that no place is out of the question.
struct Density {
    curves: Vec<Curve>,
}

struct Curve {
    centre: f64,
    width: f64,
    /// The share of the whole curve that lies between 0 and 1.
    inside: f64,
}

impl Density {
    fn new(mut places: Vec<f64>) -> Self {
        places.sort_unstable_by(f64::total_cmp);
        let narrowest = 1.0 / (places.len() as f64 + 2.0).min(100.0);
        let mut curves = vec![Curve::new(0.5, 1.0)];
        for (index, place) in places.iter().enumerate() {
            let below = if index == 0 { 0.0 } else { places[index - 1] };
            let above = places.get(index + 1).copied().unwrap_or(1.0);
            let width = (place - below).max(above - place);
            curves.push(Curve::new(*place, width.clamp(narrowest, 1.0)));
        }
        Self { curves }
    }

    fn at(&self, place: f64) -> f64 {
        self.curves.iter().map(|curve| curve.at(place)).sum::<f64>() / self.curves.len() as f64
    }

    fn draw(&self, random: &mut impl Rng) -> f64 {
        let curve = &self.curves[random.random_range(0..self.curves.len())];
        let normal = Normal::new(curve.centre, curve.width).expect("a curve has a width");
        loop {
            // At least a third of any curve lies inside, for its centre does.
            let place = normal.sample(random);
            if (0.0..=1.0).contains(&place) {
                return place;
            }
        }
    }
}

impl Curve {
    fn new(centre: f64, width: f64) -> Self {
        let inside = below((1.0 - centre) / width) - below(-centre / width);
        Self { centre, width, inside }
    }

    fn at(&self, place: f64) -> f64 {
        let away = (place - self.centre) / self.width;
        let whole = (-away * away / 2.0).exp() / (self.width * (2.0 * std::f64::consts::PI).sqrt());
        whole / self.inside
    }
}

/// The share of the standard normal curve below a place (Abramowitz and Stegun 26.2.17, off by less than 1e-7).
fn below(place: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * place.abs());
    let powers = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let sum = powers.iter().rev().fold(0.0, |sum, factor| (sum + factor) * t);
    let above = sum * (-place * place / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    if place >= 0.0 { 1.0 - above } else { above }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// The best of so many trials on a hill whose top is at 0.7 and 0.2.
    fn best_of(trials: usize, seed: u64, is_blind: bool) -> f64 {
        let height = |point: &[f64]| 1.0 - (point[0] - 0.7).powi(2) - (point[1] - 0.2).powi(2);
        let mut points: Vec<(Vec<f64>, f64)> = Vec::new();
        for trial in 0..trials {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            random.set_stream(trial as u64);
            let known = if is_blind { &[] } else { points.as_slice() };
            let tried: Vec<Tried<'_>> =
                known.iter().map(|(point, score)| (point.as_slice(), *score)).collect();
            let point = suggest(2, &tried, &mut random);
            assert!(point.iter().all(|place| (0.0..=1.0).contains(place)));
            let score = height(&point);
            points.push((point, score));
        }
        points.iter().map(|point| point.1).fold(f64::NEG_INFINITY, f64::max)
    }

    #[test]
    fn it_climbs_higher_than_chance() {
        let missed = |is_blind| (0..20).map(|seed| 1.0 - best_of(60, seed, is_blind)).sum::<f64>();
        let (learned, blind) = (missed(false), missed(true));
        assert!(learned < blind / 2.0, "{learned} {blind}");
    }

    #[test]
    fn a_density_adds_up_to_one() {
        let density = Density::new(vec![0.0, 0.02, 0.9, 1.0]);
        let sum: f64 = (0..10_000).map(|step| density.at((f64::from(step) + 0.5) / 10_000.0)).sum();
        assert!((sum / 10_000.0 - 1.0).abs() < 1e-4, "{sum}");
    }

    #[test]
    fn the_curve_is_that_of_the_tables() {
        for (place, share) in [(0.0, 0.5), (1.0, 0.841_344_746), (-1.96, 0.024_997_895), (3.0, 0.998_650_102)]
        {
            assert!((below(place) - share).abs() < 1e-7, "{place}");
        }
    }
}
