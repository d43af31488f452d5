//! Operations that candle does not have.
