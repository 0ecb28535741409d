/// Trials that are always finished, so that there is something to compare with.
const STARTUP: usize = 5;

/// Whether a trial should end here: its mean over the folds so far is below the median of what the others had by then.
pub(super) fn is_hopeless(folds: &[f64], others: &[&[f64]]) -> bool {
    let so_far = folds.len();
    let mut means: Vec<f64> =
        others.iter().filter(|other| other.len() >= so_far).map(|other| mean(&other[..so_far])).collect();
    if so_far == 0 || means.len() < STARTUP {
        return false;
    }
    means.sort_unstable_by(f64::total_cmp);
    let median = f64::midpoint(means[(means.len() - 1) / 2], means[means.len() / 2]);
    mean(folds) < median
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_below_the_median_of_enough_others_is_given_up() {
        let others: Vec<Vec<f64>> = (0..5).map(|trial| vec![0.8 + f64::from(trial) / 100.0; 5]).collect();
        let others: Vec<&[f64]> = others.iter().map(Vec::as_slice).collect();
        assert!(is_hopeless(&[0.81], &others));
        assert!(!is_hopeless(&[0.825], &others));
        assert!(!is_hopeless(&[0.7, 0.95], &others));
        assert!(!is_hopeless(&[0.1], &others[..4]));
        assert!(!is_hopeless(&[], &others));
    }
}
