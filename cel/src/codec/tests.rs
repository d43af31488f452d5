//! Codecs: round trips, bad input, messages.
