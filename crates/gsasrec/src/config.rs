use serde::{Deserialize, Serialize};

use crate::Error;

/// Everything that decides the shapes of a model and what it computes. It travels with the weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// Item numbers run from 1 to this one. Tables have two rows more: row 0 is never used, the last one pads.
    pub items: u32,
    pub dimension: i64,
    pub heads: i64,
    pub blocks: usize,
    /// How many of the newest items of a history the model sees.
    pub max_length: usize,
    /// Width of the feed-forward part, as a multiple of `dimension`.
    pub feed_forward: i64,
    pub block: BlockKind,
    pub positions: Positions,
    /// One item table for input and output, or one for each.
    pub shared_table: bool,
    /// Multiply item vectors by √dimension on input, so that small initial weights weigh as much as positions.
    pub scale_input: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    /// Of the gSASRec reference: normed queries on plain keys and values, residuals that add the normed input.
    Reference,
    /// LiGR: pre-norm, each residual branch scaled by a learned gate of the block's input.
    Gated,
}

/// Where a position is counted from. It matters for histories shorter than the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Positions {
    /// The newest item always has the last position, as in a left-padded window.
    FromEnd,
    /// The oldest item of the window always has the first position.
    FromStart,
}

impl ModelConfig {
    /// The architecture of the gSASRec reference for this catalogue, in its setting for MovieLens 1M.
    pub fn reference(items: u32) -> Self {
        Self {
            items,
            dimension: 128,
            heads: 1,
            blocks: 2,
            max_length: 200,
            feed_forward: 1,
            block: BlockKind::Reference,
            positions: Positions::FromEnd,
            shared_table: false,
            scale_input: false,
        }
    }

    /// The reference's setting for MovieLens 32M.
    pub fn reference_large(items: u32) -> Self {
        Self { dimension: 256, heads: 8, blocks: 4, ..Self::reference(items) }
    }

    pub fn check(&self) -> Result<(), Error> {
        let within = |field, value: i64, most: i64| {
            let reason = || format!("must lie between 1 and {most}");
            if (1..=most).contains(&value) { Ok(()) } else { Err(Error::Config { field, reason: reason() }) }
        };
        within("items", self.items.into(), 1 << 24)?;
        within("dimension", self.dimension, 4096)?;
        within("heads", self.heads, 4096)?;
        within("blocks", i64::try_from(self.blocks).unwrap_or(i64::MAX), 256)?;
        within("max_length", i64::try_from(self.max_length).unwrap_or(i64::MAX), 1 << 16)?;
        within("feed_forward", self.feed_forward, 64)?;
        if self.dimension % self.heads != 0 {
            let reason = format!("must divide the dimension, {}, without rest", self.dimension);
            return Err(Error::Config { field: "heads", reason });
        }
        Ok(())
    }

    pub(crate) fn table_rows(&self) -> i64 {
        i64::from(self.items) + 2
    }

    /// What stands in the slots of a batch that a shorter history leaves empty.
    pub(crate) fn padding(&self) -> i64 {
        i64::from(self.items) + 1
    }
}
