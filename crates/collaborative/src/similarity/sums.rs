use crate::Row;

/// What one row and each other have in common, column by column.
///
/// Sums of 32 bits keep five digits of what hundreds of thousands of people have in common, more than a similarity needs;
/// and one place of four of them is one read and one write.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    touched: Vec<u32>,
    products: Vec<Products>,
    /// The values of the row and of the other, summed; empty unless asked for.
    totals: Vec<[f32; 2]>,
}

#[derive(Debug, Clone, Copy, Default)]
#[repr(align(16))]
struct Products {
    product: f32,
    square: f32,
    other_square: f32,
    support: f32,
}

impl Sums {
    pub fn restart(&mut self, rows: usize, with_totals: bool) {
        for other in self.touched.drain(..) {
            self.products[other as usize] = Products::default();
            if let Some(totals) = self.totals.get_mut(other as usize) {
                *totals = [0.0; 2];
            }
        }
        self.products.resize(rows, Products::default());
        self.totals.resize(if with_totals { rows } else { 0 }, [0.0; 2]);
    }

    /// Adds a column in which the row has `value`, and the others have theirs, less `centre`.
    pub fn add(&mut self, value: f32, centre: f32, column: Row<'_>) {
        let square = value * value;
        for (other, other_value) in column.iter() {
            let other_value = other_value - centre;
            let products = &mut self.products[other as usize];
            if products.support == 0.0 {
                self.touched.push(other);
            }
            products.product += value * other_value;
            products.square += square;
            products.other_square += other_value * other_value;
            products.support += 1.0;
        }
        if self.totals.is_empty() {
            return;
        }
        for (other, other_value) in column.iter() {
            let [total, other_total] = &mut self.totals[other as usize];
            *total += value;
            *other_total += other_value - centre;
        }
    }

    /// Rows that have something in common with the row, in the order in which they were met.
    pub fn touched(&self) -> impl Iterator<Item = u32> + '_ {
        self.touched.iter().copied()
    }

    pub fn support(&self, other: u32) -> f32 {
        self.products[other as usize].support
    }

    pub fn cosine(&self, other: u32, inverse_lengths: f64) -> f64 {
        (f64::from(self.products[other as usize].product) * inverse_lengths).clamp(-1.0, 1.0)
    }

    pub fn co_rated_cosine(&self, other: u32) -> f64 {
        let Products { product, square, other_square, .. } = self.products[other as usize];
        ratio(f64::from(product), f64::from(square) * f64::from(other_square))
    }

    pub fn correlation(&self, other: u32) -> f64 {
        let Products { product, square, other_square, support } = self.products[other as usize];
        let [total, other_total] = self.totals[other as usize].map(f64::from);
        let support = f64::from(support);
        let covariance = support * f64::from(product) - total * other_total;
        let variance = support * f64::from(square) - total * total;
        let other_variance = support * f64::from(other_square) - other_total * other_total;
        ratio(covariance, variance.max(0.0) * other_variance.max(0.0))
    }
}

/// Rounding can carry a cosine a little beyond what cosines are.
fn ratio(product: f64, squares: f64) -> f64 {
    if squares > 0.0 { (product / squares.sqrt()).clamp(-1.0, 1.0) } else { 0.0 }
}
