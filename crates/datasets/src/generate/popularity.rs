use rand::{Rng, RngExt as _};

/// Draws ranks by the law of Zipf and Mandelbrot: rank `r`, from 0 on, has the weight `1 / (r + 1 + flatness)`. Made
/// of additions and divisions alone, it gives the same ranks on every machine.
pub(super) struct Popularity {
    /// The share of all ranks up to each one.
    cumulative: Vec<f64>,
    /// Where to begin to look for a share, by its first bits.
    guide: Vec<u32>,
}

impl Popularity {
    pub(super) fn new(ranks: usize, flatness: f64) -> Self {
        let mut sum = 0.0;
        let mut cumulative: Vec<f64> = (0..ranks)
            .map(|rank| {
                sum += 1.0 / (rank as f64 + 1.0 + flatness);
                sum
            })
            .collect();
        for share in &mut cumulative {
            *share /= sum;
        }
        let slots = ranks.next_power_of_two();
        let guide = (0..slots)
            .map(|slot| cumulative.partition_point(|share| *share <= slot as f64 / slots as f64) as u32)
            .collect();
        Self { cumulative, guide }
    }

    pub(super) fn draw(&self, rng: &mut impl Rng) -> usize {
        let wanted: f64 = rng.random();
        let slot = (wanted * self.guide.len() as f64) as usize;
        let mut rank = self.guide[slot] as usize;
        while rank + 1 < self.cumulative.len() && self.cumulative[rank] <= wanted {
            rank += 1;
        }
        rank
    }

    /// The share of all draws that falls on a rank.
    pub(super) fn share(&self, rank: usize) -> f64 {
        let before = if rank == 0 { 0.0 } else { self.cumulative[rank - 1] };
        self.cumulative[rank] - before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::{Purpose, stream};

    #[test]
    fn ranks_are_drawn_by_their_shares() {
        let popularity = Popularity::new(1000, 2.7);
        let mut rng = stream(1, Purpose::Popularity, 0);
        let mut counts = vec![0_u32; 1000];
        for _ in 0..200_000 {
            counts[popularity.draw(&mut rng)] += 1;
        }
        for rank in [0, 1, 10, 100] {
            let expected = popularity.share(rank) * 200_000.0;
            let found = f64::from(counts[rank]);
            assert!((found - expected).abs() < 5.0 * expected.sqrt(), "rank {rank}: {found} of {expected}");
        }
    }

    #[test]
    fn a_single_rank_is_always_drawn() {
        assert_eq!(Popularity::new(1, 0.0).draw(&mut stream(1, Purpose::Popularity, 0)), 0);
    }
}
