use tch::{Device, Kind, Tensor};

use crate::parameters::Parameters;

const FIRST_DECAY: f64 = 0.9;
const EPSILON: f64 = 1e-8;

/// Adam with its moments in reach, so that a checkpoint can hold them.
pub struct Adam {
    first: Vec<Tensor>,
    second: Vec<Tensor>,
    steps: u64,
    second_decay: f64,
}

impl Adam {
    pub fn new(parameters: &Parameters, second_decay: f64) -> Self {
        let zeros = || parameters.tensors().map(|tensor| tensor.detach().zeros_like()).collect();
        Self { first: zeros(), second: zeros(), steps: 0, second_decay }
    }

    /// `gradients` in the order of the parameters.
    pub fn step(&mut self, parameters: &Parameters, gradients: &[Tensor], learning_rate: f64) {
        let _no_grad = tch::no_grad_guard();
        self.steps += 1;
        let steps = i32::try_from(self.steps).unwrap_or(i32::MAX);
        let update = Update {
            first_decay: FIRST_DECAY,
            second_decay: self.second_decay,
            rate: learning_rate / (1.0 - FIRST_DECAY.powi(steps)),
            second_scale: 1.0 / (1.0 - self.second_decay.powi(steps)),
        };
        let moments = self.first.iter_mut().zip(&mut self.second);
        for ((tensor, gradient), (first, second)) in parameters.tensors().zip(gradients).zip(moments) {
            match tensor.device() {
                Device::Cpu => update.apply_in_one_pass(tensor, gradient, first, second),
                _ => update.apply(&mut tensor.shallow_clone(), gradient, first, second),
            }
        }
    }

    pub(super) fn moments(&self) -> (&[Tensor], &[Tensor]) {
        (&self.first, &self.second)
    }

    pub(super) fn restore(&mut self, first: Vec<Tensor>, second: Vec<Tensor>, steps: u64) {
        (self.first, self.second, self.steps) = (first, second, steps);
    }
}

struct Update {
    first_decay: f64,
    second_decay: f64,
    rate: f64,
    second_scale: f64,
}

impl Update {
    fn apply(&self, tensor: &mut Tensor, gradient: &Tensor, first: &mut Tensor, second: &mut Tensor) {
        *first *= self.first_decay;
        *first += gradient * (1.0 - self.first_decay);
        *second *= self.second_decay;
        *second += gradient.square() * (1.0 - self.second_decay);
        let divisor = (&*second * self.second_scale).sqrt() + EPSILON;
        *tensor -= &*first / divisor * self.rate;
    }

    /// libtorch would walk over the memory once for each operation, and large item tables do not fit a cache.
    fn apply_in_one_pass(&self, tensor: &Tensor, gradient: &Tensor, first: &Tensor, second: &Tensor) {
        use rayon::prelude::*;
        const STRETCH: usize = 1 << 15;
        let gradient = gradient.contiguous();
        let [tensor, gradient, first, second] = [tensor, &gradient, first, second].map(numbers);
        let stretches = tensor.par_chunks_mut(STRETCH).zip(gradient.par_chunks(STRETCH));
        let moments = first.par_chunks_mut(STRETCH).zip(second.par_chunks_mut(STRETCH));
        let [first_decay, second_decay, rate, second_scale, epsilon] =
            [self.first_decay, self.second_decay, self.rate, self.second_scale, EPSILON]
                .map(|value| value as f32);
        stretches.zip(moments).for_each(|((tensor, gradient), (first, second))| {
            let moments = first.iter_mut().zip(second);
            for ((value, slope), (first, second)) in tensor.iter_mut().zip(gradient).zip(moments) {
                *first = first_decay * *first + (1.0 - first_decay) * slope;
                *second = second_decay * *second + (1.0 - second_decay) * slope * slope;
                *value -= rate * *first / ((*second * second_scale).sqrt() + epsilon);
            }
        });
    }
}

#[expect(unsafe_code, clippy::mut_from_ref, reason = "libtorch lends its memory as a bare pointer")]
fn numbers(tensor: &Tensor) -> &mut [f32] {
    assert!(tensor.is_contiguous() && tensor.kind() == Kind::Float && tensor.device() == Device::Cpu);
    // SAFETY: the tensor is a contiguous block of `numel` floats on the CPU and outlives the slice; the four tensors of
    // an update are different allocations, and nobody else touches them during it.
    unsafe { std::slice::from_raw_parts_mut(tensor.data_ptr().cast(), tensor.numel()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than one thread takes at a time.
    const NUMBERS: usize = 100_000;

    fn wave(step: u32) -> Vec<f32> {
        (0..NUMBERS).map(|index| (index as f32 * 0.37 + step as f32).sin() * (index % 5) as f32).collect()
    }

    fn update(step: i32) -> Update {
        Update {
            first_decay: 0.9,
            second_decay: 0.98,
            rate: 0.01 / (1.0 - 0.9_f64.powi(step)),
            second_scale: 1.0 / (1.0 - 0.98_f64.powi(step)),
        }
    }

    /// The formula of the paper, in double precision.
    fn expected(steps: u32) -> Vec<f64> {
        let gradients: Vec<Vec<f32>> = (1..=steps).map(wave).collect();
        let of_one = |(index, start): (usize, f32)| {
            let (mut value, mut first, mut second) = (f64::from(start), 0.0, 0.0);
            for (step, gradient) in (1..).zip(&gradients) {
                let slope = f64::from(gradient[index]);
                first = 0.9 * first + 0.1 * slope;
                second = 0.98 * second + 0.02 * slope * slope;
                let (unbiased, spread) =
                    (first / (1.0 - 0.9_f64.powi(step)), second / (1.0 - 0.98_f64.powi(step)));
                value -= 0.01 * unbiased / (spread.sqrt() + 1e-8);
            }
            value
        };
        wave(0).into_iter().enumerate().map(of_one).collect()
    }

    #[test]
    fn both_ways_of_a_step_follow_the_formula() {
        tch::set_num_threads(1);
        let expected = Tensor::from_slice(&expected(4));
        for in_one_pass in [true, false] {
            let mut value = Tensor::from_slice(&wave(0));
            let (mut first, mut second) = (value.zeros_like(), value.zeros_like());
            for step in 1..=4 {
                let gradient = Tensor::from_slice(&wave(step));
                let update = update(step as i32);
                if in_one_pass {
                    update.apply_in_one_pass(&value, &gradient, &first, &second);
                } else {
                    update.apply(&mut value, &gradient, &mut first, &mut second);
                }
            }
            let furthest = (&value - &expected).abs().max().double_value(&[]);
            assert!(furthest < 1e-6, "in one pass: {in_one_pass}, {furthest}");
        }
    }
}
