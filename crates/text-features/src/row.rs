/// The numbers of one film that are not zero, by rising feature.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SparseRow {
    pub features: Vec<u32>,
    pub values: Vec<f32>,
}

impl SparseRow {
    pub(crate) fn push(&mut self, feature: u32, value: f32) {
        self.features.push(feature);
        self.values.push(value);
    }

    pub fn iter(&self) -> impl Iterator<Item = (usize, f64)> {
        self.features.iter().zip(&self.values).map(|(feature, value)| (*feature as usize, f64::from(*value)))
    }

    /// The scalar product with a weight for each feature.
    pub fn dot(&self, weights: &[f64]) -> f64 {
        self.iter().map(|(feature, value)| weights[feature] * value).sum()
    }
}
