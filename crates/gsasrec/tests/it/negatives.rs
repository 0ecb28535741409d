use std::collections::HashSet;

use filmlens_gsasrec::loss::{Loss, Negatives};
use tch::{Device, Tensor};

use crate::setup::Chance;

fn integers(tensor: &Tensor) -> Vec<i64> {
    Vec::try_from(tensor.flatten(0, -1)).unwrap()
}

#[test]
fn shared_negatives_are_different_items() {
    let _chance = Chance::seeded(1);
    for (wanted, items, given) in [(5, 12, 5), (12, 12, 12), (40, 12, 12), (1, 1, 1)] {
        let loss = Loss::SampledSoftmax { negatives: wanted, corrected: false };
        let Negatives::Shared(drawn) = loss.draw(items, 3, Device::Cpu) else {
            panic!("a batch shares them")
        };
        let drawn = integers(&drawn);
        assert_eq!(drawn.len(), given);
        assert!(drawn.iter().all(|item| (1..=items).contains(item)), "{drawn:?}");
        assert_eq!(drawn.iter().collect::<HashSet<_>>().len(), given, "{drawn:?}");
    }
}

#[test]
fn every_item_and_nothing_else_is_drawn_for_each_position() {
    let _chance = Chance::seeded(2);
    let loss = Loss::Gbce { negatives: 20, calibration: 0.75 };
    let Negatives::OfEach(drawn) = loss.draw(9, 50, Device::Cpu) else { panic!("each position has its own") };
    assert_eq!(drawn.size(), [50, 20]);
    let drawn = integers(&drawn);
    for item in 1..=9 {
        let count = drawn.iter().filter(|drawn| **drawn == item).count();
        assert!((70..160).contains(&count), "item {item} was drawn {count} times of 1000");
    }
    assert!(drawn.iter().all(|item| (1..=9).contains(item)));
}

#[test]
fn the_full_softmax_needs_no_negatives() {
    assert!(matches!(Loss::FullSoftmax {}.draw(9, 5, Device::Cpu), Negatives::None));
}
