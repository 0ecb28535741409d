/// Sparse rows of numbers, one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    width: usize,
    starts: Vec<usize>,
    features: Vec<u32>,
    values: Vec<f64>,
}

impl Rows {
    pub(crate) fn new(width: usize) -> Self {
        Self { width, starts: vec![0], features: Vec::new(), values: Vec::new() }
    }

    pub(crate) fn push(&mut self, row: impl IntoIterator<Item = (usize, f64)>) {
        for (feature, value) in row {
            self.features.push(feature as u32);
            self.values.push(value);
        }
        self.starts.push(self.features.len());
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn iter(&self, row: usize) -> impl Iterator<Item = (usize, f64)> {
        let range = self.starts[row]..self.starts[row + 1];
        let features = self.features[range.clone()].iter().map(|feature| *feature as usize);
        features.zip(self.values[range].iter().copied())
    }

    pub(crate) fn dot(&self, row: usize, weights: &[f64]) -> f64 {
        self.iter(row).map(|(feature, value)| weights[feature] * value).sum()
    }
}
