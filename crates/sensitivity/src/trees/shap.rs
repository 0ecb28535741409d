//! Exact Shapley values of trees, as Lundberg, Erion and Lee compute them in "Consistent Individualized Feature
//! Attribution for Tree Ensembles": all subsets of features at once, on the way down.

use super::{Forest, Tree, leaf_index};

/// A feature on the way from the root: the share of the films that go on when it is unknown, whether this film goes on
/// when it is known, and the weight of the subsets of that size.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// None for the root.
    feature: Option<usize>,
    unknown: f64,
    known: f64,
    weight: f64,
}

impl Forest {
    /// The mean score over the films of the training, and what each feature of the row adds to it: together the score.
    pub(crate) fn contributions(&self, row: &[f64]) -> (f64, Vec<f64>) {
        let (mut base, mut values) = (0.0, vec![0.0; self.features]);
        for tree in &self.trees {
            base += tree.mean();
            if !tree.splits.is_empty() {
                tree.add_shares(
                    row,
                    0,
                    &[],
                    Step { feature: None, unknown: 1.0, known: 1.0, weight: 1.0 },
                    &mut values,
                );
            }
        }
        let scale = self.scale();
        values.iter_mut().for_each(|value| *value *= scale);
        (base * scale, values)
    }
}

impl Tree {
    fn mean(&self) -> f64 {
        let films: f64 = self.leaves.iter().map(|leaf| leaf.films).sum();
        self.leaves.iter().map(|leaf| leaf.value * leaf.films).sum::<f64>() / films
    }

    fn add_shares(&self, row: &[f64], node: i32, way: &[Step], next: Step, values: &mut [f64]) {
        let mut way = extended(way, next);
        if node < 0 {
            let value = self.leaves[leaf_index(node)].value;
            for index in 1..way.len() {
                let step = way[index];
                let share = weight_without(&way, index) * (step.known - step.unknown) * value;
                values[step.feature.expect("only the first step has none")] += share;
            }
            return;
        }
        let split = &self.splits[node as usize];
        let (taken, other) = if row[split.feature] <= split.threshold {
            (split.left, split.right)
        } else {
            (split.right, split.left)
        };
        let (mut unknown, mut known) = (1.0, 1.0);
        if let Some(index) = way.iter().position(|step| step.feature == Some(split.feature)) {
            (unknown, known) = (way[index].unknown, way[index].known);
            way = removed(&way, index);
        }
        for (child, known) in [(taken, known), (other, 0.0)] {
            let unknown = unknown * self.films(child) / split.films;
            let step = Step { feature: Some(split.feature), unknown, known, weight: 0.0 };
            self.add_shares(row, child, &way, step, values);
        }
    }
}

fn extended(way: &[Step], next: Step) -> Vec<Step> {
    let depth = way.len();
    let mut longer = way.to_vec();
    longer.push(Step { weight: if depth == 0 { 1.0 } else { 0.0 }, ..next });
    let count = (depth + 1) as f64;
    for index in (0..depth).rev() {
        longer[index + 1].weight += next.known * longer[index].weight * (index + 1) as f64 / count;
        longer[index].weight = next.unknown * longer[index].weight * (depth - index) as f64 / count;
    }
    longer
}

fn removed(way: &[Step], index: usize) -> Vec<Step> {
    let last = way.len() - 1;
    let (unknown, known) = (way[index].unknown, way[index].known);
    let count = way.len() as f64;
    let mut shorter = way.to_vec();
    let mut next = shorter[last].weight;
    for at in (0..last).rev() {
        if known != 0.0 {
            let before = shorter[at].weight;
            shorter[at].weight = next * count / ((at + 1) as f64 * known);
            next = before - shorter[at].weight * unknown * (last - at) as f64 / count;
        } else {
            shorter[at].weight = shorter[at].weight * count / (unknown * (last - at) as f64);
        }
    }
    for at in index..last {
        let Step { feature, unknown, known, .. } = shorter[at + 1];
        shorter[at] = Step { feature, unknown, known, weight: shorter[at].weight };
    }
    shorter.pop();
    shorter
}

fn weight_without(way: &[Step], index: usize) -> f64 {
    removed(way, index).iter().map(|step| step.weight).sum()
}
