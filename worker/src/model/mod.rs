//! The networks, in candle.
