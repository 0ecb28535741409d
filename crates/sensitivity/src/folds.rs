/// Deals films out into folds of about the same size. Which film goes where hangs on its id and the seed alone, not on
/// the order of the films.
pub(crate) fn deal(ids: &[&str], folds: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by_key(|index| (digest(ids[*index], seed), ids[*index]));
    let mut fold_of = vec![0; ids.len()];
    for (place, index) in order.into_iter().enumerate() {
        fold_of[index] = place % folds;
    }
    fold_of
}

/// FNV-1a, stirred until every bit hangs on every other.
fn digest(id: &str, seed: u64) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed;
    for byte in id.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_are_even_and_hang_on_ids_alone() {
        let names: Vec<String> = (0..103).map(|number| format!("tt{number:07}")).collect();
        let ids: Vec<&str> = names.iter().map(String::as_str).collect();
        let dealt = deal(&ids, 5, 42);
        for fold in 0..5 {
            let size = dealt.iter().filter(|of| **of == fold).count();
            assert!((20..=21).contains(&size), "{size}");
        }
        let backwards: Vec<&str> = ids.iter().rev().copied().collect();
        let mut again = deal(&backwards, 5, 42);
        again.reverse();
        assert_eq!(again, dealt);
        assert_ne!(deal(&ids, 5, 43), dealt);
    }
}
