use serde::{Deserialize, Serialize};

use super::factors::{read_biases, write_biases};
use super::storable::Storable;
use super::tensors::{TensorWriter, Tensors};
use crate::ease::Weights;
use crate::residual_knn::Weighting;
use crate::{Ease, Error, ItemKnn, RatingWeight, ResidualKnn};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WeightHead {
    weight: RatingWeight,
    mean: f32,
}

impl Storable for ItemKnn {
    const NAME: &'static str = "item-knn";
    type Head = WeightHead;

    fn head(&self) -> WeightHead {
        WeightHead { weight: self.weight, mean: self.mean }
    }

    fn item_count(&self) -> u32 {
        self.scales.len() as u32 - 1
    }

    fn write<'a>(&'a self, tensors: &mut TensorWriter<'a>) {
        tensors.add_lists("similar", &self.similar);
        tensors.add("scales", &[self.scales.len()], &self.scales[..]);
    }

    fn read(head: WeightHead, tensors: &Tensors<'_>, item_count: u32) -> Result<Self, Error> {
        let rows = item_count as usize + 1;
        Ok(Self {
            similar: tensors.take_lists("similar", rows, item_count + 1)?,
            scales: tensors.take("scales", &[rows])?,
            weight: head.weight,
            mean: head.mean,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WeightingHead {
    neighbours: usize,
    power: f32,
    weight_regularization: f32,
}

impl Storable for ResidualKnn {
    const NAME: &'static str = "residual-knn";
    type Head = WeightingHead;

    fn head(&self) -> WeightingHead {
        let Weighting { neighbours, power, regularization } = self.weighting;
        WeightingHead { neighbours, power, weight_regularization: regularization }
    }

    fn item_count(&self) -> u32 {
        self.biases.items.len() as u32 - 1
    }

    fn write<'a>(&'a self, tensors: &mut TensorWriter<'a>) {
        write_biases(&self.biases, tensors);
        tensors.add_lists("similar", &self.similar);
    }

    fn read(head: WeightingHead, tensors: &Tensors<'_>, item_count: u32) -> Result<Self, Error> {
        let biases = read_biases(tensors, item_count)?;
        let similar = tensors.take_lists("similar", item_count as usize + 1, item_count + 1)?;
        let weighting = Weighting::new(head.neighbours, head.power, head.weight_regularization)?;
        Ok(Self { biases, weighting, similar })
    }
}

impl Storable for Ease {
    const NAME: &'static str = "ease";
    type Head = WeightHead;

    fn head(&self) -> WeightHead {
        WeightHead { weight: self.weight, mean: self.mean }
    }

    fn item_count(&self) -> u32 {
        self.item_count
    }

    fn write<'a>(&'a self, tensors: &mut TensorWriter<'a>) {
        tensors.add("items", &[self.items.len()], &self.items[..]);
        match &self.weights {
            Weights::Dense { size, weights } => tensors.add("weights", &[*size, *size], &weights[..]),
            Weights::Thin(lists) => tensors.add_lists("thin", lists),
        }
    }

    fn read(head: WeightHead, tensors: &Tensors<'_>, item_count: u32) -> Result<Self, Error> {
        let items: Vec<u32> = tensors.take_list("items")?;
        let is_in_order = items.is_sorted_by(|one, next| one < next);
        if !is_in_order || items.first() == Some(&0) || items.last().is_some_and(|last| *last > item_count) {
            return Err(tensors.wrong("items", format!("are not rising numbers from 1 to {item_count}")));
        }
        let size = items.len();
        let weights = if tensors.has("thin.lengths") {
            Weights::Thin(tensors.take_lists("thin", size, size as u32)?)
        } else {
            Weights::Dense { size, weights: tensors.take("weights", &[size, size])? }
        };
        Ok(Self { item_count, weight: head.weight, mean: head.mean, items, weights })
    }
}
