use serde::{Deserialize, Serialize};

use super::factors::{BiasedHead, read_biases, write_biases};
use super::neighbours::WeightingHead;
use super::storable::Storable;
use super::tensors::{TensorWriter, Tensors};
use crate::blend::{Members, TypicalCounts, WEIGHTS, Weights};
use crate::{Als, Blend, Error, ResidualKnn, SvdPp};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BlendHead {
    item_knn: WeightingHead,
    als: BiasedHead,
    svd_pp: BiasedHead,
}

impl Storable for Blend {
    const NAME: &'static str = "blend";
    type Head = BlendHead;

    fn head(&self) -> BlendHead {
        let Members { item_knn, als, svd_pp, .. } = &self.members;
        BlendHead { item_knn: item_knn.head(), als: als.head(), svd_pp: svd_pp.head() }
    }

    fn item_count(&self) -> u32 {
        self.members.item_counts.len() as u32 - 1
    }

    fn write<'a>(&'a self, tensors: &mut TensorWriter<'a>) {
        let Members { biases, item_knn, als, svd_pp, item_counts } = &self.members;
        let Weights { weights, typical } = &self.weights;
        write_biases(biases, tensors);
        tensors.add("item_counts", &[item_counts.len()], &item_counts[..]);
        tensors.add("weights", &[weights.len()], &weights[..]);
        tensors.add("typical_counts", &[2], vec![typical.user, typical.item]);
        tensors.part("item_knn", |tensors| item_knn.write(tensors));
        tensors.part("als", |tensors| als.write(tensors));
        tensors.part("svd_pp", |tensors| svd_pp.write(tensors));
    }

    fn read(head: BlendHead, tensors: &Tensors<'_>, item_count: u32) -> Result<Self, Error> {
        let typical: Vec<f32> = tensors.take("typical_counts", &[2])?;
        let weights = Weights {
            weights: tensors.take("weights", &[WEIGHTS])?,
            typical: TypicalCounts { user: typical[0], item: typical[1] },
        };
        let members = Members {
            biases: read_biases(tensors, item_count)?,
            item_knn: ResidualKnn::read(head.item_knn, &tensors.part("item_knn"), item_count)?,
            als: Als::read(head.als, &tensors.part("als"), item_count)?,
            svd_pp: SvdPp::read(head.svd_pp, &tensors.part("svd_pp"), item_count)?,
            item_counts: tensors.take("item_counts", &[item_count as usize + 1])?,
        };
        Ok(Self { members, weights })
    }
}
