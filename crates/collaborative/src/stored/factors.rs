use serde::{Deserialize, Serialize};

use super::storable::Storable;
use super::tensors::{TensorWriter, Tensors};
use crate::biased_factors::{BiasedFactors, Penalties, Penalty};
use crate::biases::Biases;
use crate::factors::Factors;
use crate::ials::Weights;
use crate::{Als, Error, Ials, PureSvd, Svd, SvdPp, Values};

/// What placing somebody new costs.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BiasedHead {
    offset_penalty: [f32; 3],
    factor_penalty: [f32; 3],
}

impl BiasedHead {
    fn of(model: &BiasedFactors) -> Self {
        let numbers = |penalty: Penalty| [penalty.constant, penalty.scale, penalty.exponent];
        Self {
            offset_penalty: numbers(model.penalties.offset),
            factor_penalty: numbers(model.penalties.factors),
        }
    }

    fn penalties(&self) -> Penalties {
        let penalty = |[constant, scale, exponent]: [f32; 3]| Penalty { constant, scale, exponent };
        Penalties { offset: penalty(self.offset_penalty), factors: penalty(self.factor_penalty) }
    }
}

pub(super) fn write_biases<'a>(biases: &'a Biases, tensors: &mut TensorWriter<'a>) {
    tensors.add("biases.mean", &[1], vec![biases.mean]);
    tensors.add("biases.user_regularization", &[1], vec![biases.user_regularization]);
    tensors.add("biases.items", &[biases.items.len()], &biases.items[..]);
}

pub(super) fn read_biases(tensors: &Tensors<'_>, item_count: u32) -> Result<Biases, Error> {
    Ok(Biases {
        mean: tensors.take("biases.mean", &[1])?[0],
        user_regularization: tensors.take("biases.user_regularization", &[1])?[0],
        users: Vec::new(),
        items: tensors.take("biases.items", &[item_count as usize + 1])?,
    })
}

fn write_factors<'a>(name: &str, factors: &'a Factors, tensors: &mut TensorWriter<'a>) {
    tensors.add(name, &[factors.len(), factors.width], &factors.values[..]);
}

fn read_factors(name: &str, tensors: &Tensors<'_>, rows: usize) -> Result<Factors, Error> {
    let (width, values) = tensors.take_table(name, rows)?;
    Ok(Factors { width, values })
}

fn write_biased<'a>(model: &'a BiasedFactors, tensors: &mut TensorWriter<'a>) {
    write_biases(&model.biases, tensors);
    write_factors("items", &model.items, tensors);
}

fn read_biased(head: &BiasedHead, tensors: &Tensors<'_>, item_count: u32) -> Result<BiasedFactors, Error> {
    let biases = read_biases(tensors, item_count)?;
    let items = read_factors("items", tensors, item_count as usize + 1)?;
    let users = Factors::zeros(0, items.width);
    Ok(BiasedFactors { biases, users, items, penalties: head.penalties() })
}

impl Storable for Svd {
    const NAME: &'static str = "svd";
    type Head = BiasedHead;

    fn head(&self) -> BiasedHead {
        BiasedHead::of(&self.model)
    }

    fn item_count(&self) -> u32 {
        self.model.items.len() as u32 - 1
    }

    fn write<'a>(&'a self, tensors: &mut TensorWriter<'a>) {
        write_biased(&self.model, tensors);
    }

    fn read(head: BiasedHead, tensors: &Tensors<'_>, item_count: u32) -> Result<Self, Error> {
        Ok(Self { model: read_biased(&head, tensors, item_count)? })
    }
}

impl Storable for Als {
    const NAME: &'static str = "als";
    type Head = BiasedHead;

    fn head(&self) -> BiasedHead {
        BiasedHead::of(&self.model)
    }

    fn item_count(&self) -> u32 {
        self.model.items.len() as u32 - 1
    }

    fn write<'a>(&'a self, tensors: &mut TensorWriter<'a>) {
        write_biased(&self.model, tensors);
    }

    fn read(head: BiasedHead, tensors: &Tensors<'_>, item_count: u32) -> Result<Self, Error> {
        Ok(Self { model: read_biased(&head, tensors, item_count)? })
    }
}

impl Storable for SvdPp {
    const NAME: &'static str = "svd-pp";
    type Head = BiasedHead;

    fn head(&self) -> BiasedHead {
        BiasedHead::of(&self.model)
    }

    fn item_count(&self) -> u32 {
        self.model.items.len() as u32 - 1
    }

    fn write<'a>(&'a self, tensors: &mut TensorWriter<'a>) {
        write_biased(&self.model, tensors);
        tensors.add("rated", &[self.rated.len(), self.rated.width], &self.rated.values[..]);
    }

    fn read(head: BiasedHead, tensors: &Tensors<'_>, item_count: u32) -> Result<Self, Error> {
        let model = read_biased(&head, tensors, item_count)?;
        let rated = Factors {
            width: model.items.width,
            values: tensors.take("rated", &[item_count as usize + 1, model.items.width])?,
        };
        Ok(Self { model, rated })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IalsHead {
    alpha: f32,
    values: Values,
    regularization: f32,
    regularization_exponent: f32,
}

impl Storable for Ials {
    const NAME: &'static str = "ials";
    type Head = IalsHead;

    fn head(&self) -> IalsHead {
        let Weights { alpha, values, regularization, regularization_exponent } = self.weights;
        IalsHead { alpha, values, regularization, regularization_exponent }
    }

    fn item_count(&self) -> u32 {
        self.items.len() as u32 - 1
    }

    fn write<'a>(&'a self, tensors: &mut TensorWriter<'a>) {
        write_factors("items", &self.items, tensors);
    }

    fn read(head: IalsHead, tensors: &Tensors<'_>, item_count: u32) -> Result<Self, Error> {
        let IalsHead { alpha, values, regularization, regularization_exponent } = head;
        let weights = Weights { alpha, values, regularization, regularization_exponent };
        Ok(Self::new(read_factors("items", tensors, item_count as usize + 1)?, weights))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PureSvdHead {
    values: Values,
}

impl Storable for PureSvd {
    const NAME: &'static str = "pure-svd";
    type Head = PureSvdHead;

    fn head(&self) -> PureSvdHead {
        PureSvdHead { values: self.values }
    }

    fn item_count(&self) -> u32 {
        self.items.len() as u32 - 1
    }

    fn write<'a>(&'a self, tensors: &mut TensorWriter<'a>) {
        write_factors("items", &self.items, tensors);
        tensors.add("singular_values", &[self.singular_values.len()], &self.singular_values[..]);
    }

    fn read(head: PureSvdHead, tensors: &Tensors<'_>, item_count: u32) -> Result<Self, Error> {
        let items = read_factors("items", tensors, item_count as usize + 1)?;
        let singular_values = tensors.take("singular_values", &[items.width])?;
        Ok(Self { items, singular_values, values: head.values })
    }
}
