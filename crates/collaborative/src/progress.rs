/// Hears how a training gets on: a part of its work is done, out of so many, with the loss where the method has one.
/// An answer of false stops the training at once.
pub trait Watch {
    fn step(&mut self, done: usize, of: usize, loss: Option<f64>) -> bool;
}

/// Watches nothing.
impl Watch for () {
    fn step(&mut self, _done: usize, _of: usize, _loss: Option<f64>) -> bool {
        true
    }
}

impl<F: FnMut(usize, usize, Option<f64>) -> bool> Watch for F {
    fn step(&mut self, done: usize, of: usize, loss: Option<f64>) -> bool {
        self(done, of, loss)
    }
}
