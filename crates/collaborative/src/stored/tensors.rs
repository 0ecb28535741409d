use std::borrow::Cow;
use std::rc::Rc;

use filmlens_artifacts::Draft;
use safetensors::tensor::{Dtype, SafeTensors, View};

use crate::Error;
use crate::neighbours::Lists;

/// Numbers that tensors are made of.
pub(super) trait Element: Copy + 'static {
    const DTYPE: Dtype;
    const BYTES: usize;

    fn put(self, bytes: &mut Vec<u8>);
    /// From as many bytes as an element has.
    fn get(bytes: &[u8]) -> Self;
    fn is_finite(self) -> bool;
}

macro_rules! element {
    ($number:ty, $dtype:ident, $is_finite:expr) => {
        impl Element for $number {
            const DTYPE: Dtype = Dtype::$dtype;
            const BYTES: usize = size_of::<$number>();

            fn put(self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_le_bytes());
            }

            fn get(bytes: &[u8]) -> Self {
                Self::from_le_bytes(bytes.try_into().expect("chunks are as long as an element"))
            }

            fn is_finite(self) -> bool {
                $is_finite(self)
            }
        }
    };
}

element!(f32, F32, f32::is_finite);
element!(f64, F64, f64::is_finite);
element!(u32, U32, |_| true);
element!(i64, I64, |_| true);

/// Collects the tensors of a file.
#[derive(Default)]
pub(super) struct TensorWriter<'a> {
    tensors: Vec<(String, Tensor<'a>)>,
    /// Before the names of what is added.
    prefix: String,
}

/// Its bytes are made when they are written, so that only one tensor is in memory twice.
struct Tensor<'a> {
    dtype: Dtype,
    shape: Vec<usize>,
    size: usize,
    bytes: Box<dyn Fn() -> Vec<u8> + 'a>,
}

impl<'a> TensorWriter<'a> {
    pub fn add<T: Element>(&mut self, name: &str, shape: &[usize], values: impl Into<Cow<'a, [T]>>) {
        let values = values.into();
        assert_eq!(values.len(), shape.iter().product::<usize>(), "{name} has as many values as places");
        let size = values.len() * T::BYTES;
        let bytes = move || {
            let mut bytes = Vec::with_capacity(size);
            for value in values.iter() {
                value.put(&mut bytes);
            }
            bytes
        };
        let tensor = Tensor { dtype: T::DTYPE, shape: shape.to_owned(), size, bytes: Box::new(bytes) };
        self.tensors.push((format!("{}{name}", self.prefix), tensor));
    }

    /// Has the names of what `write` adds begin with that of a part.
    pub fn part(&mut self, name: &str, write: impl FnOnce(&mut Self)) {
        let outer = self.prefix.len();
        self.prefix += name;
        self.prefix.push('.');
        write(self);
        self.prefix.truncate(outer);
    }

    /// One after the other, with their lengths beside them.
    pub fn add_lists(&mut self, name: &str, lists: &'a Lists) {
        let lengths: Vec<u32> =
            lists.starts.windows(2).map(|bounds| (bounds[1] - bounds[0]) as u32).collect();
        self.add(&format!("{name}.lengths"), &[lengths.len()], lengths);
        self.add(&format!("{name}.indices"), &[lists.indices.len()], &lists.indices[..]);
        self.add(&format!("{name}.values"), &[lists.values.len()], &lists.values[..]);
    }

    pub fn write(self, draft: &Draft, file: &str) -> Result<(), Error> {
        let path = draft.path(file)?;
        safetensors::serialize_to_file(self.tensors, &None, &path)
            .map_err(|source| Error::WriteTensors { file: file.to_owned(), source })
    }
}

impl View for Tensor<'_> {
    fn dtype(&self) -> Dtype {
        self.dtype
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        (self.bytes)().into()
    }

    fn data_len(&self) -> usize {
        self.size
    }
}

/// The tensors of a file. What is taken from it has the wanted shape and is finite.
#[derive(Clone)]
pub(super) struct Tensors<'a> {
    file: &'a str,
    tensors: Rc<SafeTensors<'a>>,
    /// Before the names of what is asked for.
    prefix: String,
}

impl<'a> Tensors<'a> {
    pub fn parse(file: &'a str, bytes: &'a [u8]) -> Result<Self, Error> {
        let tensors = SafeTensors::deserialize(bytes)
            .map_err(|source| Error::NotTensors { file: file.to_owned(), source })?;
        Ok(Self { file, tensors: Rc::new(tensors), prefix: String::new() })
    }

    /// The tensors that [`TensorWriter::part`] has given this name.
    pub fn part(&self, name: &str) -> Self {
        Self { prefix: format!("{}{name}.", self.prefix), ..self.clone() }
    }

    pub fn take<T: Element>(&self, name: &str, shape: &[usize]) -> Result<Vec<T>, Error> {
        let (found, values) = self.take_any(name)?;
        if found != shape {
            return Err(self.wrong(name, format!("has the shape {found:?} instead of {shape:?}")));
        }
        Ok(values)
    }

    /// A list of any length.
    pub fn take_list<T: Element>(&self, name: &str) -> Result<Vec<T>, Error> {
        let (found, values) = self.take_any(name)?;
        if found.len() != 1 {
            return Err(self.wrong(name, format!("has the shape {found:?} instead of that of a list")));
        }
        Ok(values)
    }

    /// A table with so many rows, of any width but 0; returns the width as well.
    pub fn take_table<T: Element>(&self, name: &str, rows: usize) -> Result<(usize, Vec<T>), Error> {
        match self.take_any(name)? {
            (shape, values) if shape.len() == 2 && shape[0] == rows && shape[1] > 0 => Ok((shape[1], values)),
            (shape, _) => {
                Err(self.wrong(name, format!("has the shape {shape:?} instead of {rows} rows of any width")))
            }
        }
    }

    /// A table with so many columns, of at least one row.
    pub fn take_columns<T: Element>(&self, name: &str, columns: usize) -> Result<Vec<T>, Error> {
        match self.take_any(name)? {
            (shape, values) if shape.len() == 2 && shape[0] > 0 && shape[1] == columns => Ok(values),
            (shape, _) => {
                Err(self.wrong(name, format!("has the shape {shape:?} instead of rows of {columns}")))
            }
        }
    }

    pub fn take_lists(&self, name: &str, rows: usize, index_limit: u32) -> Result<Lists, Error> {
        let starts = self.take_starts(&format!("{name}.lengths"), rows)?;
        let end = starts[rows];
        let indices = self.take_numbers(&format!("{name}.indices"), &[end], 0..index_limit)?;
        let values = self.take(&format!("{name}.values"), &[end])?;
        Ok(Lists { starts, indices, values })
    }

    /// Where each of so many rows begins, and the last ends, from their lengths.
    pub fn take_starts(&self, name: &str, rows: usize) -> Result<Vec<usize>, Error> {
        let lengths: Vec<u32> = self.take(name, &[rows])?;
        let mut starts = vec![0];
        let mut end = 0;
        for length in lengths {
            end += length as usize;
            starts.push(end);
        }
        Ok(starts)
    }

    pub fn has(&self, name: &str) -> bool {
        self.tensors.tensor(&self.whole(name)).is_ok()
    }

    pub fn take_numbers(
        &self,
        name: &str,
        shape: &[usize],
        range: std::ops::Range<u32>,
    ) -> Result<Vec<u32>, Error> {
        let numbers = self.take(name, shape)?;
        match numbers.iter().position(|number| !range.contains(number)) {
            None => Ok(numbers),
            Some(place) => {
                let problem = format!("has {} at place {place}, which is not in {range:?}", numbers[place]);
                Err(self.wrong(name, problem))
            }
        }
    }

    pub fn wrong(&self, tensor: &str, problem: impl Into<String>) -> Error {
        Error::Tensor { file: self.file.to_owned(), tensor: self.whole(tensor), problem: problem.into() }
    }

    fn whole(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn take_any<T: Element>(&self, name: &str) -> Result<(Vec<usize>, Vec<T>), Error> {
        let Ok(view) = self.tensors.tensor(&self.whole(name)) else {
            return Err(self.wrong(name, "is missing"));
        };
        if view.dtype() != T::DTYPE {
            return Err(self.wrong(name, format!("is of {:?} instead of {:?}", view.dtype(), T::DTYPE)));
        }
        let values: Vec<T> = view.data().chunks_exact(T::BYTES).map(T::get).collect();
        match values.iter().position(|value| !value.is_finite()) {
            None => Ok((view.shape().to_owned(), values)),
            Some(place) => Err(self.wrong(name, format!("is not finite at place {place}"))),
        }
    }
}
