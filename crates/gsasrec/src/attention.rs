use tch::Tensor;

use crate::layers::Linear;
use crate::parameters::Parameters;

pub(crate) struct Attention {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Option<Linear>,
    heads: i64,
}

/// Which keys a query may look at. Batches are padded on the right, so that causality alone keeps padding out.
pub(crate) enum Sight<'a> {
    /// Each position sees itself and what came before it.
    Causal,
    /// One query for each row, at its end, that sees the whole row.
    Everything,
    /// The same for rows of different lengths: true where a row has an item, `[rows, 1, 1, positions]`.
    Masked(&'a Tensor),
}

impl Attention {
    pub(crate) fn new(parameters: &Parameters, name: &str, heads: i64, has_output: bool) -> Self {
        let linear = |part| Linear::new(parameters, &format!("{name}.{part}"));
        Self {
            query: linear("query_proj"),
            key: linear("key_proj"),
            value: linear("val_proj"),
            output: has_output.then(|| linear("out_proj")),
            heads,
        }
    }

    pub(crate) fn apply(&self, queries: &Tensor, keys: &Tensor, sight: &Sight<'_>, dropout: f64) -> Tensor {
        let query = self.split(&self.query.apply(queries));
        let key = self.split(&self.key.apply(keys));
        let value = self.split(&self.value.apply(keys));
        let (mask, is_causal) = match sight {
            Sight::Causal => (None, true),
            Sight::Everything => (None, false),
            Sight::Masked(mask) => (Some(*mask), false),
        };
        let mixed =
            Tensor::scaled_dot_product_attention(&query, &key, &value, mask, dropout, is_causal, None, false);
        let joined = mixed.transpose(1, 2).flatten(2, 3);
        match &self.output {
            Some(output) => output.apply(&joined),
            None => joined,
        }
    }

    /// `[rows, positions, dimension]` to `[rows, heads, positions, dimension of a head]`.
    fn split(&self, input: &Tensor) -> Tensor {
        input.unflatten(2, [self.heads, -1]).transpose(1, 2)
    }
}
