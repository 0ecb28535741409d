use serde::Serialize;

const SUB_BUCKET_BITS: u32 = 4;
const SUB_BUCKETS: u64 = 1 << SUB_BUCKET_BITS;

/// Counts values in buckets that are at most a sixteenth of their values wide, which is how exact its quantiles are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Histogram {
    buckets: Vec<u64>,
    count: u64,
    sum: u64,
    max: u64,
}

/// What a value was like so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Quantiles {
    pub count: u64,
    pub mean: f64,
    pub p50: u64,
    pub p95: u64,
    pub p99: u64,
    pub max: u64,
}

impl Histogram {
    pub(crate) fn record(&mut self, value: u64) {
        let bucket = bucket(value);
        if bucket >= self.buckets.len() {
            self.buckets.resize(bucket + 1, 0);
        }
        self.buckets[bucket] += 1;
        self.count += 1;
        self.sum = self.sum.saturating_add(value);
        self.max = self.max.max(value);
    }

    pub(crate) fn quantiles(&self) -> Quantiles {
        Quantiles {
            count: self.count,
            mean: self.sum as f64 / self.count.max(1) as f64,
            p50: self.quantile(50),
            p95: self.quantile(95),
            p99: self.quantile(99),
            max: self.max,
        }
    }

    /// The nearest rank's value, rounded up to the end of its bucket.
    fn quantile(&self, percent: u64) -> u64 {
        let rank = (self.count * percent).div_ceil(100);
        let mut seen = 0;
        for (index, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= rank && seen > 0 {
                return last_of(index).min(self.max);
            }
        }
        0
    }
}

/// Values below [`SUB_BUCKETS`] have a bucket each; from there on every doubling is cut into that many.
fn bucket(value: u64) -> usize {
    if value < SUB_BUCKETS {
        return value as usize;
    }
    let shift = value.ilog2() - SUB_BUCKET_BITS;
    (u64::from(shift) * SUB_BUCKETS + (value >> shift)) as usize
}

fn last_of(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < SUB_BUCKETS {
        return bucket;
    }
    let shift = bucket / SUB_BUCKETS - 1;
    let leading = bucket % SUB_BUCKETS + SUB_BUCKETS;
    (leading << shift) + ((1 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_value_lies_in_a_bucket_that_ends_at_most_a_sixteenth_above_it(value in any::<u64>(), shift in 0..64_u32) {
            let value = value >> shift;
            let last = last_of(bucket(value));
            prop_assert!(last >= value);
            prop_assert!(last - value <= value / SUB_BUCKETS);
        }

        #[test]
        fn quantiles_are_those_of_the_sorted_values(mut values in prop::collection::vec(0..1_000_000_u64, 1..300)) {
            let mut histogram = Histogram::default();
            for &value in &values {
                histogram.record(value);
            }
            values.sort_unstable();
            let quantiles = histogram.quantiles();
            for (percent, found) in [(50, quantiles.p50), (95, quantiles.p95), (99, quantiles.p99)] {
                let exact = values[(values.len() * percent).div_ceil(100) - 1];
                prop_assert!(found >= exact && found - exact <= exact / SUB_BUCKETS, "{found} for {exact}");
            }
            prop_assert_eq!(quantiles.max, values[values.len() - 1]);
            prop_assert_eq!(quantiles.count, values.len() as u64);
        }
    }

    #[test]
    fn nothing_recorded_has_quantiles_of_zero() {
        assert_eq!(Histogram::default().quantiles(), Quantiles::default());
    }
}
