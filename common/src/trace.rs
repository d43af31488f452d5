//! W3C trace context: which request something is done for, from the client's command to the commit of a job.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The header, and the environment variable in capitals, that carries it.
pub const TRACEPARENT: &str = "traceparent";
/// Letters of version 00; later ones may have more behind a hyphen.
const LENGTH: usize = 55;

/// A `traceparent`: a trace, and the span in it that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TraceContext {
    trace: u128,
    span: u64,
    flags: u8,
}

/// A text that is no `traceparent`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "traceparent {0:?}: expected 00-<32 hexadecimal digits>-<16>-<2> in lower case, neither number all zero"
)]
pub struct InvalidTraceContext(String);

impl TraceContext {
    /// A trace of its own, to be recorded.
    #[must_use]
    pub fn root() -> Self {
        Self { trace: rand::random_range(1..=u128::MAX), span: rand::random_range(1..=u64::MAX), flags: 1 }
    }

    /// Another span of the same trace.
    #[must_use]
    pub fn child(self) -> Self {
        Self { span: rand::random_range(1..=u64::MAX), ..self }
    }

    /// The trace, in hexadecimal: what logs are searched by.
    #[must_use]
    pub fn trace_id(&self) -> String {
        format!("{:032x}", self.trace)
    }

    /// The span, in hexadecimal.
    #[must_use]
    pub fn span_id(&self) -> String {
        format!("{:016x}", self.span)
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace, self.span, self.flags)
    }
}

impl FromStr for TraceContext {
    type Err = InvalidTraceContext;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| InvalidTraceContext(text.chars().take(LENGTH + 1).collect()))
    }
}

impl TryFrom<String> for TraceContext {
    type Error = InvalidTraceContext;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TraceContext> for String {
    fn from(context: TraceContext) -> Self {
        context.to_string()
    }
}

fn parse(text: &str) -> Option<TraceContext> {
    let (known, more) = text.split_at_checked(LENGTH)?;
    let mut parts = known.split('-');
    let mut digits = |length: usize| {
        let part = parts.next()?;
        let plain = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (part.len() == length && part.bytes().all(plain)).then_some(part)
    };
    let (version, trace, span, flags) = (digits(2)?, digits(32)?, digits(16)?, digits(2)?);
    let whole = if version == "00" { more.is_empty() } else { more.is_empty() || more.starts_with('-') };
    let context = TraceContext {
        trace: u128::from_str_radix(trace, 16).ok()?,
        span: u64::from_str_radix(span, 16).ok()?,
        flags: u8::from_str_radix(flags, 16).ok()?,
    };
    (version != "ff" && whole && context.trace != 0 && context.span != 0).then_some(context)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EXAMPLE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn the_example_of_the_standard_is_read() {
        let context: TraceContext = EXAMPLE.parse().unwrap();
        assert_eq!(context.to_string(), EXAMPLE);
        assert_eq!(context.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        let child = context.child();
        assert_eq!(child.trace_id(), context.trace_id());
        assert_ne!(child.span_id(), context.span_id());
        assert!(EXAMPLE.replacen("00", "cc", 1).parse::<TraceContext>().is_ok());
        assert!(format!("cc{}-later", &EXAMPLE[2..]).parse::<TraceContext>().is_ok());
    }

    #[test]
    fn what_the_standard_forbids_is_refused() {
        let zeros = EXAMPLE.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32));
        let bad =
            [&format!("{EXAMPLE}-more"), &EXAMPLE.to_uppercase(), &EXAMPLE.replacen("00", "ff", 1), &zeros];
        for text in bad {
            assert!(text.parse::<TraceContext>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_the_same(text in "(00|01|ff)-[0-9a-fA-F]{31,33}-[0-9a-f]{15,17}-[0-9a-g]{2}|\\PC{0,60}") {
            if let Ok(context) = text.parse::<TraceContext>() {
                prop_assert_eq!(&context.to_string()[2..], &text[2..LENGTH]);
            }
        }

        #[test]
        fn a_new_trace_is_valid(_ in 0..20_u8) {
            let root = TraceContext::root();
            prop_assert_eq!(root.to_string().parse(), Ok(root));
        }
    }
}
