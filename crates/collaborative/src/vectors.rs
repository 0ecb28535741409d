/// As many sums at a time as keep four registers of 256 bits busy: a single sum would wait for each addition in turn.
const LANES: usize = 32;
const REGISTER: usize = 4;

/// Has `work`, and what is inlined into it, use the widest registers of this processor. It computes the same in the same
/// order with all of them, and so the same bits.
pub(crate) fn with_wide_registers<T>(work: impl FnOnce() -> T) -> T {
    pulp::Arch::new().dispatch(work)
}

/// The sum of products. It is taken in a fixed order, so that every machine finds the same bits.
#[inline(always)]
pub(crate) fn dot(one: &[f32], other: &[f32]) -> f32 {
    let (blocks, rest) = one.as_chunks::<LANES>();
    let (other_blocks, other_rest) = other.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (block, other) in blocks.iter().zip(other_blocks) {
        for lane in 0..LANES {
            sums[lane] += block[lane] * other[lane];
        }
    }
    let (quarters, rest) = rest.as_chunks::<REGISTER>();
    let (other_quarters, other_rest) = other_rest.as_chunks::<REGISTER>();
    for (quarter, other) in quarters.iter().zip(other_quarters) {
        for lane in 0..REGISTER {
            sums[lane] += quarter[lane] * other[lane];
        }
    }
    let mut total = 0.0;
    for lane in 0..REGISTER {
        total += ((sums[lane] + sums[lane + 4]) + (sums[lane + 8] + sums[lane + 12]))
            + ((sums[lane + 16] + sums[lane + 20]) + (sums[lane + 24] + sums[lane + 28]));
    }
    for (a, b) in rest.iter().zip(other_rest) {
        total += a * b;
    }
    total
}

/// Adds `times` the `other` vector.
#[inline(always)]
pub(crate) fn add_scaled(vector: &mut [f32], times: f32, other: &[f32]) {
    for (value, other) in vector.iter_mut().zip(other) {
        *value += times * other;
    }
}

/// Shrinks a vector by `keep` before it adds `times` the `other` one.
#[inline(always)]
pub(crate) fn shrink_and_add(vector: &mut [f32], keep: f32, times: f32, other: &[f32]) {
    for (value, other) in vector.iter_mut().zip(other) {
        *value = keep * *value + times * other;
    }
}

/// Shrinks both vectors by `keep` and adds to each `times` what the other was.
#[inline(always)]
pub(crate) fn shrink_and_exchange(one: &mut [f32], other: &mut [f32], keep: f32, times: f32) {
    for (one, other) in one.iter_mut().zip(other) {
        (*one, *other) = (keep * *one + times * *other, keep * *other + times * *one);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn products_and_sums_are_those_of_the_plain_loops(
            pairs in prop::collection::vec((-2.0_f32..2.0, -2.0_f32..2.0), 0..150),
            times in -2.0_f32..2.0,
        ) {
            let (one, other): (Vec<f32>, Vec<f32>) = pairs.iter().copied().unzip();
            let product: f64 = pairs.iter().map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            prop_assert!((f64::from(dot(&one, &other)) - product).abs() < 1e-4);

            let mut sum = one.clone();
            add_scaled(&mut sum, times, &other);
            let mut shrunk = one.clone();
            shrink_and_add(&mut shrunk, 0.5, times, &other);
            let (mut changed, mut other_changed) = (one.clone(), other.clone());
            shrink_and_exchange(&mut changed, &mut other_changed, 0.5, times);
            for (place, (a, b)) in pairs.iter().enumerate() {
                prop_assert_eq!(sum[place], a + times * b);
                prop_assert_eq!(shrunk[place], 0.5 * a + times * b);
                prop_assert_eq!(changed[place], 0.5 * a + times * b);
                prop_assert_eq!(other_changed[place], 0.5 * b + times * a);
            }
        }
    }
}
