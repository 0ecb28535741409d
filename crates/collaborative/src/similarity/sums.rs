use crate::Row;

/// What one row and each other have in common, column by column.
///
/// Sums of 32 bits keep five digits of what hundreds of thousands of people have in common, more than a similarity needs;
/// and one place of four of them is one read and one write.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    touched: Vec<u32>,
    common: Vec<Common>,
    /// The squares of the row's values and of the other's; empty unless asked for.
    squares: Vec<[f32; 2]>,
    /// The values of the row and of the other, summed; empty unless asked for.
    totals: Vec<[f32; 2]>,
}

#[derive(Debug, Clone, Copy, Default)]
#[repr(align(8))]
struct Common {
    product: f32,
    support: f32,
}

/// What is summed besides products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Besides {
    Nothing,
    Squares,
    SquaresAndTotals,
}

impl Sums {
    pub fn restart(&mut self, rows: usize, besides: Besides) {
        for other in self.touched.drain(..) {
            let other = other as usize;
            self.common[other] = Common::default();
            for sums in [&mut self.squares, &mut self.totals] {
                if let Some(sums) = sums.get_mut(other) {
                    *sums = [0.0; 2];
                }
            }
        }
        let rows_if = |wanted: bool| if wanted { rows } else { 0 };
        self.common.resize(rows, Common::default());
        self.squares.resize(rows_if(besides >= Besides::Squares), [0.0; 2]);
        self.totals.resize(rows_if(besides >= Besides::SquaresAndTotals), [0.0; 2]);
    }

    /// Adds a column in which the row has `value`, and the others have theirs, less `centre`.
    pub fn add(&mut self, value: f32, centre: f32, column: Row<'_>) {
        for (other, other_value) in column.iter() {
            let common = &mut self.common[other as usize];
            if common.support == 0.0 {
                self.touched.push(other);
            }
            common.product += value * (other_value - centre);
            common.support += 1.0;
        }
        if !self.squares.is_empty() {
            for (other, other_value) in column.iter() {
                let [square, other_square] = &mut self.squares[other as usize];
                *square += value * value;
                *other_square += (other_value - centre).powi(2);
            }
        }
        if !self.totals.is_empty() {
            for (other, other_value) in column.iter() {
                let [total, other_total] = &mut self.totals[other as usize];
                *total += value;
                *other_total += other_value - centre;
            }
        }
    }

    /// Rows that have something in common with the row, in the order in which they were met.
    pub fn touched(&self) -> impl Iterator<Item = u32> + '_ {
        self.touched.iter().copied()
    }

    pub fn support(&self, other: u32) -> f32 {
        self.common[other as usize].support
    }

    pub fn product(&self, other: u32) -> f32 {
        self.common[other as usize].product
    }

    pub fn co_rated_cosine(&self, other: u32) -> f64 {
        let [square, other_square] = self.squares[other as usize].map(f64::from);
        ratio(f64::from(self.product(other)), square * other_square)
    }

    pub fn correlation(&self, other: u32) -> f64 {
        let [square, other_square] = self.squares[other as usize].map(f64::from);
        let [total, other_total] = self.totals[other as usize].map(f64::from);
        let Common { product, support } = self.common[other as usize];
        let support = f64::from(support);
        let covariance = support * f64::from(product) - total * other_total;
        let variance = support * square - total * total;
        let other_variance = support * other_square - other_total * other_total;
        ratio(covariance, variance.max(0.0) * other_variance.max(0.0))
    }
}

/// Rounding can carry a cosine a little beyond what cosines are.
fn ratio(product: f64, squares: f64) -> f64 {
    if squares > 0.0 { (product / squares.sqrt()).clamp(-1.0, 1.0) } else { 0.0 }
}
