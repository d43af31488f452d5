//! How fast models paint: measured, or assumed until they are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Pixels of a drawing whose size is not known: 1920x1080.
const USUAL_PIXELS: u64 = 1_920 * 1_080;

/// Time that a model takes for one drawing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Seconds for a drawing, however small.
    pub seconds: f64,
    /// Seconds more for each megapixel.
    pub seconds_per_megapixel: f64,
}

impl Rate {
    /// Of the `shape` engine: reading, segmenting and writing are all it does.
    const SHAPE: Self = Self { seconds: 0.02, seconds_per_megapixel: 0.08 };
    /// Of a network of which nothing is known yet.
    const NETWORK: Self = Self { seconds: 0.1, seconds_per_megapixel: 0.2 };
    /// A painting that took longer or shorter than expected by more than this factor counts as one by this factor.
    const STEP: f64 = 4.0;
    /// The shortest time that is believed, so that a bad measurement cannot ask for endless jobs.
    const LEAST_MS: f64 = 1.0;

    /// Expected milliseconds for a drawing of `size` (width and height in pixels), 1 at least.
    #[must_use]
    pub fn milliseconds(self, size: Option<[u32; 2]>) -> u64 {
        let pixels = size.map_or(USUAL_PIXELS, |[width, height]| u64::from(width) * u64::from(height));
        let seconds = self.seconds + self.seconds_per_megapixel * pixels as f64 / 1e6;
        // What is no number becomes the least.
        (seconds * 1_000.0).ceil().max(Self::LEAST_MS) as u64
    }

    /// This rate when paintings took `factor` times as long as it says: half the way there, on a scale of factors.
    #[must_use]
    fn corrected(self, factor: f64) -> Self {
        let factor = factor.clamp(1.0 / Self::STEP, Self::STEP).sqrt();
        Self { seconds: self.seconds * factor, seconds_per_megapixel: self.seconds_per_megapixel * factor }
    }
}

/// The rates of the farm by model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rates {
    measured: BTreeMap<String, Rate>,
}

impl Rates {
    /// Notes what was measured for a model.
    pub fn measure(&mut self, model: &str, rate: Rate) {
        self.measured.insert(model.to_owned(), rate);
    }

    /// Learns from paintings with a model: what they took, and what they took by these rates.
    pub fn learn(&mut self, model: &str, seconds: f64, expected: f64) {
        let factor = seconds / expected;
        if factor.is_finite() && factor > 0.0 {
            self.measure(model, self.of(model).corrected(factor));
        }
    }

    /// The rate of a model, by name or label: as measured, else a default.
    #[must_use]
    pub fn of(&self, model: &str) -> Rate {
        let name = model.split('@').next().unwrap_or(model);
        let assumed = if name == "shape" { Rate::SHAPE } else { Rate::NETWORK };
        self.measured.get(model).copied().unwrap_or(assumed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_grows_with_the_drawing() {
        let rate = Rate { seconds: 0.5, seconds_per_megapixel: 0.25 };
        assert_eq!(rate.milliseconds(Some([1_000, 2_000])), 1_000);
        assert_eq!(rate.milliseconds(None), rate.milliseconds(Some([1_920, 1_080])));
    }

    #[test]
    fn a_bad_measurement_does_no_harm() {
        for bad in [f64::NAN, -1.0, f64::NEG_INFINITY, 0.0] {
            assert_eq!(Rate { seconds: bad, seconds_per_megapixel: 0.0 }.milliseconds(None), 1);
        }
        let endless = Rate { seconds: f64::INFINITY, seconds_per_megapixel: 0.0 };
        assert_eq!(endless.milliseconds(None), u64::MAX);
    }

    #[test]
    fn rates_come_to_what_is_measured() {
        let mut rates = Rates::default();
        let (size, true_ms) = (Some([1_000, 1_000]), 1_700.0);
        for _ in 0..20 {
            let expected = rates.of("m@0123456789ab").milliseconds(size) as f64 / 1_000.0;
            rates.learn("m@0123456789ab", 50.0 * true_ms / 1_000.0, 50.0 * expected);
        }
        let learnt = rates.of("m@0123456789ab").milliseconds(size) as f64;
        assert!((learnt / true_ms - 1.0).abs() < 0.01, "{learnt}");
    }

    #[test]
    fn one_odd_painting_changes_little() {
        for (odd, most) in [(1e9, 2.01), (1e-9, 1.01)] {
            let mut rates = Rates::default();
            let before = rates.of("m").milliseconds(None) as f64;
            rates.learn("m", odd, 1.0);
            assert!(rates.of("m").milliseconds(None) as f64 <= before * most);
        }
        for none in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
            let mut rates = Rates::default();
            rates.learn("m", none, 1.0);
            assert_eq!(rates, Rates::default());
        }
    }

    #[test]
    fn what_was_measured_counts() {
        let mut rates = Rates::default();
        let rate = Rate { seconds: 9.0, seconds_per_megapixel: 0.0 };
        rates.measure("builtin", rate);
        assert_eq!(rates.of("builtin"), rate);
        assert!(rates.of("shape").milliseconds(None) < rates.of("dacon").milliseconds(None));
        assert_eq!(rates.of("shape@0123456789ab"), rates.of("shape"));
        let text = serde_json::to_string(&rates).unwrap();
        assert_eq!(serde_json::from_str::<Rates>(&text).unwrap(), rates);
    }
}
