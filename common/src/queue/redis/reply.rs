//! What functions answer.

use redis::Value;

use crate::queue::error::{QueueError, Result};

/// The rest of an answer that is read from front to back.
#[derive(Debug)]
pub(super) struct Reply {
    function: &'static str,
    values: std::vec::IntoIter<Value>,
}

impl Reply {
    pub fn new(function: &'static str, value: Value) -> Result<Self> {
        match value {
            Value::Array(values) => Ok(Self { function, values: values.into_iter() }),
            other => Err(not_understood(function, &other)),
        }
    }

    fn next(&mut self) -> Result<Value> {
        self.values.next().ok_or_else(|| not_understood(self.function, &"too short"))
    }

    pub fn text(&mut self) -> Result<String> {
        match self.next()? {
            Value::BulkString(bytes) => {
                String::from_utf8(bytes).map_err(|error| not_understood(self.function, &error))
            }
            Value::SimpleString(text) => Ok(text),
            Value::Okay => Ok("OK".into()),
            other => Err(not_understood(self.function, &other)),
        }
    }

    /// A text that has a meaning.
    pub fn parsed<T: std::str::FromStr>(&mut self) -> Result<T> {
        let text = self.text()?;
        text.parse().map_err(|_| not_understood(self.function, &text))
    }

    pub fn number<T: TryFrom<i64>>(&mut self) -> Result<T> {
        match self.next()? {
            Value::Int(number) => T::try_from(number).map_err(|_| not_understood(self.function, &number)),
            other => Err(not_understood(self.function, &other)),
        }
    }

    /// A place in a list of choices, counted from 1.
    pub fn choice<T: Copy>(&mut self, choices: &[T]) -> Result<T> {
        let place = self.number::<usize>()?;
        let choice = place.checked_sub(1).and_then(|i| choices.get(i).copied());
        choice.ok_or_else(|| not_understood(self.function, &place))
    }

    /// An answer within the answer.
    pub fn inner(&mut self) -> Result<Self> {
        let value = self.next()?;
        Self::new(self.function, value)
    }

    /// Reads the rest, item by item.
    pub fn rest<T>(mut self, read: impl Fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut items = Vec::with_capacity(self.values.len());
        while self.values.len() > 0 {
            items.push(read(&mut self)?);
        }
        Ok(items)
    }

    /// For a first word that no caller expects.
    pub fn unknown(&self, word: &str) -> QueueError {
        not_understood(self.function, &word)
    }
}

pub(super) fn not_understood(function: &'static str, reply: &impl std::fmt::Debug) -> QueueError {
    let mut reply = format!("{reply:?}");
    reply.truncate(reply.floor_char_boundary(200));
    QueueError::Protocol { function: function.to_owned(), reply }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<i64>().prop_map(Value::Int),
            prop::collection::vec(any::<u8>(), 0..20).prop_map(Value::BulkString),
            Just(Value::Nil),
            Just(Value::Okay),
        ];
        leaf.prop_recursive(3, 20, 5, |inner| prop::collection::vec(inner, 0..5).prop_map(Value::Array))
    }

    proptest! {
        #[test]
        fn any_answer_is_read_or_refused(value in values(), picks in prop::collection::vec(0_u8..5, 0..8)) {
            let Ok(mut reply) = Reply::new("claim", value) else { return Ok(()) };
            for pick in picks {
                match pick {
                    0 => drop(reply.text()),
                    1 => drop(reply.number::<u32>()),
                    2 => drop(reply.choice(&[1, 2, 3])),
                    3 => drop(reply.parsed::<u64>()),
                    _ => drop(reply.inner()),
                }
            }
            drop(reply.rest(Reply::text));
        }
    }

    #[test]
    fn an_answer_that_is_not_understood_is_told() {
        let mut reply = Reply::new("claim", Value::Array(vec![Value::Int(9)])).unwrap();
        let error = reply.choice(&["a", "b"]).unwrap_err().to_string();
        assert!(error.contains("answer of claim is not understood (9)"), "{error}");
    }
}
