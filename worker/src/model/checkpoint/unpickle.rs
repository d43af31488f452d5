//! The pickle machine, restricted to what describes tensors.
//!
//! Opcodes as in Python's `pickletools`. Work and memory are linear in the length of the pickle: there is no opcode
//! that copies a compound value, and no recursion.

use std::collections::HashMap;

use super::pickle::{Heap, Known, StorageRef, TensorRef, Value, size};

/// Why a pickle cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// It names a Python object that has nothing to do with tensors.
    Asks(String),
    /// It is damaged, or uses something a state dict has no use for.
    Broken(String),
}

impl From<&str> for Problem {
    fn from(reason: &str) -> Self {
        Self::Broken(reason.to_owned())
    }
}

type Result<T> = std::result::Result<T, Problem>;

/// Reads a pickle to its value, whose parts are in the heap.
pub(super) fn unpickle(bytes: &[u8]) -> Result<(Heap, Value)> {
    let mut machine = Machine { rest: bytes, ..Machine::default() };
    loop {
        let [opcode] = machine.take_array()?;
        if opcode == b'.' {
            let value = machine.pop()?;
            return Ok((machine.heap, value));
        }
        machine.step(opcode)?;
    }
}

#[derive(Default)]
struct Machine<'a> {
    rest: &'a [u8],
    heap: Heap,
    stack: Vec<Value>,
    /// Heights of the stack at the open marks.
    marks: Vec<usize>,
    memo: HashMap<u32, Value>,
}

impl Machine<'_> {
    fn step(&mut self, opcode: u8) -> Result<()> {
        match opcode {
            0x80 => self.take(1).map(drop), // PROTO
            0x95 => self.take(8).map(drop), // FRAME
            b'(' => {
                self.marks.push(self.stack.len());
                Ok(())
            }
            b'}' => self.new_dict(Vec::new()),
            b']' | b')' => self.new_sequence(Vec::new()), // EMPTY_LIST, EMPTY_TUPLE
            b't' | b'l' => self.pop_mark().and_then(|items| self.new_sequence(items)), // TUPLE, LIST
            0x85..=0x87 => self.small_tuple(usize::from(opcode - 0x84)),
            b'a' => self.pop().and_then(|item| self.append(vec![item])),
            b'e' => self.pop_mark().and_then(|items| self.append(items)),
            b's' => self.pop_many(2).and_then(|pair| self.set_items(&pair)),
            b'u' => self.pop_mark().and_then(|items| self.set_items(&items)),
            b'0' => self.pop().map(drop),
            b'1' => self.pop_mark().map(drop),
            b'R' => self.reduce(),
            b'b' => self.build(),
            b'Q' => self.persistent(),
            b'c' => self.global(),
            0x93 => self.stack_global(),
            _ => self.step_memo(opcode),
        }
    }

    fn step_memo(&mut self, opcode: u8) -> Result<()> {
        match opcode {
            b'q' => self.take_array().and_then(|[index]: [u8; 1]| self.put(index.into())),
            b'r' => self.take_array().map(u32::from_le_bytes).and_then(|index| self.put(index)),
            0x94 => self.put(self.memo.len() as u32), // MEMOIZE
            b'h' => self.take_array().and_then(|[index]: [u8; 1]| self.get(index.into())),
            b'j' => self.take_array().map(u32::from_le_bytes).and_then(|index| self.get(index)),
            _ => self.step_scalar(opcode),
        }
    }

    fn step_scalar(&mut self, opcode: u8) -> Result<()> {
        let value = match opcode {
            b'N' => Value::None,
            0x88 | 0x89 => Value::Bool,
            b'K' => Value::Int(self.take_array::<1>().map(u8::from_le_bytes)?.into()),
            b'M' => Value::Int(self.take_array().map(u16::from_le_bytes)?.into()),
            b'J' => Value::Int(self.take_array().map(i32::from_le_bytes)?.into()),
            0x8a => self.long()?,
            b'G' => self.take(8).map(|_| Value::Float)?,
            b'X' => {
                self.take_array().map(u32::from_le_bytes).and_then(|length| self.new_text(length.into()))?
            }
            0x8c | b'U' => self.take_array::<1>().and_then(|[length]| self.new_text(length.into()))?,
            0x8d => self.take_array().map(u64::from_le_bytes).and_then(|length| self.new_text(length))?,
            _ => {
                return Err(Problem::Broken(format!(
                    "its pickle has opcode 0x{opcode:02x}, which no tensor needs"
                )));
            }
        };
        self.stack.push(value);
        Ok(())
    }

    fn take(&mut self, count: usize) -> Result<&[u8]> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or("its pickle is truncated")?;
        self.rest = rest;
        Ok(taken)
    }

    fn take_array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or("its pickle is truncated")?;
        self.rest = rest;
        Ok(*taken)
    }

    fn take_line(&mut self) -> Result<String> {
        let length = self.rest.iter().position(|&byte| byte == b'\n').ok_or("its pickle is truncated")?;
        let line = String::from_utf8_lossy(self.take(length)?).into_owned();
        self.take(1)?;
        Ok(line)
    }

    /// LONG1: a whole number of some bytes; one of more than eight is no size of anything.
    fn long(&mut self) -> Result<Value> {
        let [length] = self.take_array()?;
        let bytes = self.take(length.into())?;
        if bytes.len() > 8 {
            return Err("its pickle has a number of more than 64 bits".into());
        }
        let sign = if bytes.last().is_some_and(|&byte| byte >= 0x80) { 0xff } else { 0 };
        let mut padded = [sign; 8];
        padded[..bytes.len()].copy_from_slice(bytes);
        Ok(Value::Int(i64::from_le_bytes(padded)))
    }

    fn new_text(&mut self, length: u64) -> Result<Value> {
        let length = usize::try_from(length).map_err(|_| "its pickle is truncated")?;
        let text = String::from_utf8_lossy(self.take(length)?).into_owned();
        self.heap.texts.push(text);
        Ok(Value::Text(self.heap.texts.len() - 1))
    }

    fn new_sequence(&mut self, items: Vec<Value>) -> Result<()> {
        self.heap.sequences.push(items);
        self.stack.push(Value::Sequence(self.heap.sequences.len() - 1));
        Ok(())
    }

    fn new_dict(&mut self, entries: Vec<(Value, Value)>) -> Result<()> {
        self.heap.dicts.push(entries);
        self.stack.push(Value::Dict(self.heap.dicts.len() - 1));
        Ok(())
    }

    fn small_tuple(&mut self, count: usize) -> Result<()> {
        let items = self.pop_many(count)?;
        self.new_sequence(items)
    }

    /// Height of the stack at the innermost mark: what lies below is out of reach until the mark is taken.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn pop(&mut self) -> Result<Value> {
        if self.stack.len() <= self.floor() {
            return Err("its pickle takes from an empty stack".into());
        }
        self.stack.pop().ok_or_else(|| "its pickle takes from an empty stack".into())
    }

    fn pop_many(&mut self, count: usize) -> Result<Vec<Value>> {
        if self.stack.len() < self.floor() + count {
            return Err("its pickle takes from an empty stack".into());
        }
        Ok(self.stack.split_off(self.stack.len() - count))
    }

    fn pop_mark(&mut self) -> Result<Vec<Value>> {
        let mark = self.marks.pop().ok_or("its pickle closes what it has not opened")?;
        Ok(self.stack.split_off(mark))
    }

    fn top(&self) -> Result<Value> {
        self.stack[self.floor()..]
            .last()
            .copied()
            .ok_or_else(|| "its pickle takes from an empty stack".into())
    }

    fn put(&mut self, index: u32) -> Result<()> {
        let top = self.top()?;
        self.memo.insert(index, top);
        Ok(())
    }

    fn get(&mut self, index: u32) -> Result<()> {
        let value = *self.memo.get(&index).ok_or("its pickle recalls what it has not kept")?;
        self.stack.push(value);
        Ok(())
    }

    fn append(&mut self, items: Vec<Value>) -> Result<()> {
        let Value::Sequence(list) = self.top()? else { return Err("its pickle appends to no list".into()) };
        self.heap.sequences[list].extend(items);
        Ok(())
    }

    fn set_items(&mut self, items: &[Value]) -> Result<()> {
        let Value::Dict(dict) = self.top()? else { return Err("its pickle fills no dictionary".into()) };
        let (pairs, []) = items.as_chunks::<2>() else {
            return Err("its pickle has a key without value".into());
        };
        self.heap.dicts[dict].extend(pairs.iter().map(|&[key, value]| (key, value)));
        Ok(())
    }

    fn global(&mut self) -> Result<()> {
        let (module, name) = (self.take_line()?, self.take_line()?);
        self.push_known(&module, &name)
    }

    fn stack_global(&mut self) -> Result<()> {
        let names = self.pop_many(2)?;
        match (self.heap.text(names[0]), self.heap.text(names[1])) {
            (Some(module), Some(name)) => {
                let (module, name) = (module.to_owned(), name.to_owned());
                self.push_known(&module, &name)
            }
            _ => Err("its pickle names an object by something else than text".into()),
        }
    }

    fn push_known(&mut self, module: &str, name: &str) -> Result<()> {
        let known = Known::find(module, name).ok_or_else(|| Problem::Asks(printable(module, name)))?;
        self.stack.push(Value::Global(known));
        Ok(())
    }

    /// Calls one of the known functions.
    fn reduce(&mut self) -> Result<()> {
        let call = self.pop_many(2)?;
        let arguments = self.heap.sequence(call[1]).ok_or("its pickle calls with no arguments")?;
        match (call[0], arguments) {
            (Value::Global(Known::OrderedDict), []) => self.new_dict(Vec::new()),
            (Value::Global(Known::RebuildTensor), &[storage, offset, shape, strides, ..]) => {
                let tensor = self.tensor_ref(storage, offset, shape, strides);
                self.heap.tensors.push(tensor.ok_or("its pickle describes a tensor in an unknown way")?);
                self.stack.push(Value::Tensor(self.heap.tensors.len() - 1));
                Ok(())
            }
            (Value::Global(Known::RebuildParameter), &[tensor @ Value::Tensor(_), ..]) => {
                self.stack.push(tensor);
                Ok(())
            }
            _ => Err("its pickle makes an object in an unknown way".into()),
        }
    }

    fn tensor_ref(&self, storage: Value, offset: Value, shape: Value, strides: Value) -> Option<TensorRef> {
        let Value::Storage(storage) = storage else { return None };
        let (shape, strides) = (self.heap.sizes(shape)?, self.heap.sizes(strides)?);
        (shape.len() == strides.len()).then_some(TensorRef { storage, offset: size(offset)?, shape, strides })
    }

    /// BUILD: attributes of an ordered dictionary (PyTorch keeps version numbers there), which say nothing of tensors.
    fn build(&mut self) -> Result<()> {
        self.pop()?;
        match self.top()? {
            Value::Dict(_) => Ok(()),
            _ => Err("its pickle sets attributes of what has none".into()),
        }
    }

    /// BINPERSID: `("storage", type, key, device, count)`.
    fn persistent(&mut self) -> Result<()> {
        let id = self.pop()?;
        let storage = match self.heap.sequence(id) {
            Some(&[kind, Value::Global(Known::Storage(number)), Value::Text(key), _, count])
                if self.heap.text(kind) == Some("storage") =>
            {
                size(count).map(|count| StorageRef { key, number, count })
            }
            _ => None,
        };
        self.heap.storages.push(storage.ok_or("its pickle refers to an unknown kind of storage")?);
        self.stack.push(Value::Storage(self.heap.storages.len() - 1));
        Ok(())
    }
}

/// The name of a Python object, short and without control characters.
fn printable(module: &str, name: &str) -> String {
    let full = format!("{module}.{name}");
    full.chars().take(100).map(|c| if c.is_control() { '?' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn asks_for_a_function() {
        let pickle = b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00ls\x85R.";
        assert_eq!(unpickle(pickle).unwrap_err(), Problem::Asks("os.system".into()));
        let by_stack = b"\x80\x04\x8c\x05posix\x8c\x06system\x93.";
        assert_eq!(unpickle(by_stack).unwrap_err(), Problem::Asks("posix.system".into()));
    }

    #[test]
    fn deep_nesting_is_only_long() {
        let depth = 1_000_000;
        let mut pickle = vec![b']'; depth];
        pickle.extend(vec![b'a'; depth - 1]);
        pickle.push(b'.');
        assert!(unpickle(&pickle).is_ok());
    }

    /// Each list holds the one before twice: 2^10000 elements if it were written out.
    #[test]
    fn shared_values_stay_shared() {
        let mut pickle = b"]".to_vec();
        for _ in 0..10_000 {
            pickle.extend(b"q\x00]h\x00h\x00\x86a");
        }
        pickle.push(b'.');
        assert!(unpickle(&pickle).is_ok());
    }

    /// A shape of many sizes, shared by many tensors, would be copied for each.
    #[test]
    fn tensors_have_few_dimensions() {
        let storage = b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000NK\x01tQ";
        let tensor = |dimensions: usize| {
            let sizes = [b"(".to_vec(), b"K\x01".repeat(dimensions), b"t".to_vec()].concat();
            let parts: [&[u8]; 6] =
                [b"ctorch._utils\n_rebuild_tensor_v2\n(", storage, b"K\x00", &sizes, &sizes, b"tR."];
            unpickle(&parts.concat())
        };
        assert!(matches!(tensor(4), Ok((_, Value::Tensor(0)))));
        assert!(tensor(9).is_err());
    }

    #[test]
    fn lengths_are_checked_against_the_bytes() {
        for pickle in [&b"X\xff\xff\xff\xff"[..], b"\x8d\xff\xff\xff\xff\xff\xff\xff\x7f", b"\x8a\xff"] {
            assert_eq!(unpickle(pickle).unwrap_err(), "its pickle is truncated".into());
        }
    }

    #[test]
    fn a_mark_hides_what_lies_below() {
        assert!(unpickle(b"N(0.").is_err());
        assert!(unpickle(b"NN(\x86.").is_err());
        assert!(unpickle(b"t.").is_err());
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = unpickle(&bytes);
        }

        /// Bytes that are opcodes more often than chance would have it.
        #[test]
        fn never_panics_on_opcodes(
            picks in proptest::collection::vec(0usize..36, 0..300)
        ) {
            let opcodes = b"(}])tl\x85\x86\x87aesu01RbQqh\x94NK\x88MJX\x8c\x93\x00\x01\x02\x03x.}";
            let bytes: Vec<u8> = picks.iter().map(|&pick| opcodes[pick % opcodes.len()]).collect();
            let _ = unpickle(&bytes);
        }
    }
}
