use std::collections::HashMap;
use std::str::FromStr;

use super::{Forest, Leaf, Split, Tree, leaf_index};
use crate::Error;

/// LightGBM's bits of a split: whether it is one of categories, and what it does with what is missing.
const CATEGORIES: u8 = 1;
const MISSING: u8 = 0b1100;

type Fields<'a> = HashMap<&'a str, &'a str>;

impl Forest {
    /// Reads what LightGBM has written into `file`. Refuses what this program would not have let it grow.
    pub(crate) fn parse(text: String, file: &str) -> Result<Self, Error> {
        let wrong = |problem: String| Error::Stored { file: file.to_owned(), problem };
        let (mut trees, features, is_mean);
        {
            let mut sections = text.split("\n\n").filter(|section| !section.trim().is_empty());
            let head = fields(sections.next().unwrap_or_default());
            let last: usize = number(&head, "max_feature_idx").map_err(wrong)?;
            features = last + 1;
            is_mean = head.contains_key("average_output");
            trees = Vec::new();
            for section in sections.take_while(|section| section.trim_start().starts_with("Tree=")) {
                trees.push(tree(&fields(section), features).map_err(wrong)?);
            }
            if !text.contains("\nend of trees") {
                return Err(wrong("is cut off".to_owned()));
            }
        }
        Ok(Self { trees, features, is_mean, text })
    }
}

fn fields(section: &str) -> Fields<'_> {
    section.lines().map(|line| line.split_once('=').unwrap_or((line, ""))).collect()
}

fn tree(fields: &Fields<'_>, features: usize) -> Result<Tree, String> {
    let leaf_count: usize = number(fields, "num_leaves")?;
    if leaf_count == 0 {
        return Err("has a tree without leaves".to_owned());
    }
    let values: Vec<f64> = list(fields, "leaf_value", leaf_count)?;
    if values.iter().any(|value| !value.is_finite()) {
        return Err("has a leaf that is no number".to_owned());
    }
    if leaf_count == 1 {
        return Ok(Tree { splits: Vec::new(), leaves: vec![Leaf { value: values[0], films: 1.0 }] });
    }
    let films: Vec<f64> = list(fields, "leaf_count", leaf_count)?;
    let leaves = values.into_iter().zip(films).map(|(value, films)| Leaf { value, films }).collect();
    let tree = Tree { splits: splits(fields, leaf_count - 1)?, leaves };
    tree.check(features)?;
    Ok(tree)
}

fn splits(fields: &Fields<'_>, count: usize) -> Result<Vec<Split>, String> {
    let kinds: Vec<u8> = list(fields, "decision_type", count)?;
    if kinds.iter().any(|kind| kind & (CATEGORIES | MISSING) != 0) {
        return Err("has a split that this program does not know".to_owned());
    }
    let features: Vec<usize> = list(fields, "split_feature", count)?;
    let thresholds: Vec<f64> = list(fields, "threshold", count)?;
    let left: Vec<i32> = list(fields, "left_child", count)?;
    let right: Vec<i32> = list(fields, "right_child", count)?;
    let films: Vec<f64> = list(fields, "internal_count", count)?;
    let split = |index: usize| Split {
        feature: features[index],
        threshold: thresholds[index],
        left: left[index],
        right: right[index],
        films: films[index],
    };
    Ok((0..count).map(split).collect())
}

impl Tree {
    /// So that a walk ends: children come after their parents.
    fn check(&self, features: usize) -> Result<(), String> {
        for (index, split) in self.splits.iter().enumerate() {
            let is_child = |node: i32| {
                if node >= 0 {
                    node as usize > index && (node as usize) < self.splits.len()
                } else {
                    leaf_index(node) < self.leaves.len()
                }
            };
            if split.feature >= features || !is_child(split.left) || !is_child(split.right) {
                return Err("has a tree that does not hang together".to_owned());
            }
        }
        Ok(())
    }
}

fn number<T: FromStr>(fields: &Fields<'_>, name: &str) -> Result<T, String> {
    fields.get(name).and_then(|raw| raw.trim().parse().ok()).ok_or_else(|| format!("has no {name}"))
}

fn list<T: FromStr>(fields: &Fields<'_>, name: &str, count: usize) -> Result<Vec<T>, String> {
    let raw = fields.get(name).copied().unwrap_or_default();
    let list: Result<Vec<T>, _> = raw.split_ascii_whitespace().map(str::parse).collect();
    match list {
        Ok(list) if list.len() == count => Ok(list),
        _ => Err(format!("does not have {count} numbers in {name}")),
    }
}
