use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatMut, MatRef, Par};
use rayon::prelude::*;

use crate::factors::Factors;
use crate::matrix::Rows;
use crate::vectors::add_scaled;

/// Rows multiplied at a time. Sums are taken block by block, so that they do not depend on the number of threads.
const BLOCK: usize = 1024;

/// The products of all columns with each other.
pub(crate) fn gram(factors: &Factors) -> Mat<f64> {
    let width = factors.width;
    let parts: Vec<Mat<f64>> = factors
        .values
        .par_chunks(BLOCK * width)
        .map(|block| {
            let rows = MatRef::from_row_major_slice(block, block.len() / width, width);
            let rows = Mat::from_fn(rows.nrows(), width, |row, column| f64::from(rows[(row, column)]));
            let mut part = Mat::zeros(width, width);
            matmul(&mut part, Accum::Replace, rows.transpose(), &rows, 1.0, Par::Seq);
            part
        })
        .collect();
    let mut sum = Mat::zeros(width, width);
    for part in parts {
        sum += part;
    }
    sum
}

/// Each row times a matrix.
pub(crate) fn times(factors: &Factors, matrix: MatRef<'_, f32>) -> Factors {
    let width = matrix.ncols();
    let mut product = Factors::zeros(factors.len(), width);
    let blocks = factors.values.par_chunks(BLOCK * factors.width);
    product.values.par_chunks_mut(BLOCK * width).zip(blocks).for_each(|(product, block)| {
        let rows = block.len() / factors.width;
        let block = MatRef::from_row_major_slice(block, rows, factors.width);
        let product = MatMut::from_row_major_slice_mut(product, rows, width);
        matmul(product, Accum::Replace, block, matrix, 1.0, Par::Seq);
    });
    product
}

/// For each row, the sum of the vectors of its indices, each times the value.
pub(crate) fn gather(rows: &Rows, factors: &Factors, value: impl Fn(f32) -> f32 + Sync) -> Factors {
    let mut sums = Factors::zeros(rows.len(), factors.width);
    sums.values.par_chunks_exact_mut(factors.width).enumerate().for_each(|(row, sum)| {
        for (index, stars) in rows.row(row as u32).iter() {
            add_scaled(sum, value(stars), factors.row(index));
        }
    });
    sums
}
