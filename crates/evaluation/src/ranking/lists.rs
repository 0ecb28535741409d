use crate::ranking::ItemFacts;

/// The mean over all pairs of items of the Jaccard distance of their genres; items without genres do not take part.
pub(super) fn genre_diversity(facts: &ItemFacts, items: &[u32]) -> Option<f64> {
    let genres = facts.genres_of(items);
    let pairs = genres.iter().enumerate().flat_map(|(index, one)| {
        genres[index + 1..].iter().map(move |other| {
            let shared = (one & other).count_ones();
            let either = (one | other).count_ones();
            1.0 - f64::from(shared) / f64::from(either)
        })
    });
    mean(pairs)
}

pub(super) fn mean_year(facts: &ItemFacts, items: &[u32]) -> Option<f64> {
    mean(facts.years_of(items).into_iter().map(f64::from))
}

pub(super) fn median_year(facts: &ItemFacts, items: &[u32]) -> Option<f64> {
    let years = facts.years_of(items);
    let upper = *years.get(years.len() / 2)?;
    let lower = years[(years.len() - 1) / 2];
    Some(f64::midpoint(lower.into(), upper.into()))
}

pub(super) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    if count == 0 { None } else { Some(sum / f64::from(count)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> ItemFacts {
        let mut facts = ItemFacts::new();
        facts.set(1, ["Drama"], Some(1994)).unwrap();
        facts.set(2, ["Drama", "Crime"], Some(1972)).unwrap();
        facts.set(3, ["Comedy"], None).unwrap();
        facts.set(4, [], Some(2001)).unwrap();
        facts
    }

    #[test]
    fn diversity_is_the_mean_distance_of_the_pairs_that_have_genres() {
        let expected = (0.5 + 1.0 + 1.0) / 3.0;
        assert_eq!(genre_diversity(&facts(), &[1, 2, 3, 4, 99]), Some(expected));
        assert_eq!(genre_diversity(&facts(), &[1, 4]), None);
        assert_eq!(genre_diversity(&facts(), &[]), None);
    }

    #[test]
    fn years_that_nobody_knows_are_left_out() {
        assert_eq!(mean_year(&facts(), &[1, 2, 3]), Some(1983.0));
        assert_eq!(median_year(&facts(), &[1, 2, 3, 4]), Some(1994.0));
        assert_eq!(median_year(&facts(), &[1, 4]), Some(1997.5));
        assert_eq!(median_year(&facts(), &[3]), None);
    }
}
