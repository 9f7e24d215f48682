use crate::special::normal;

/// A stream of random numbers: SplitMix64 (Steele, Lea & Flood 2014), which passes BigCrush, may be started anywhere and fits a simulation that is cut into
/// parts: every run has its own stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Random {
    state: u64,
}

/// 2⁶⁴ over the golden ratio, odd: the step that spreads best.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    /// The stream of one run of a simulation. Runs of one seed, and the same run of another seed, have nothing in common.
    #[must_use]
    pub fn of_run(seed: u64, run: u64) -> Self {
        Self { state: mixed(mixed(seed ^ STEP).wrapping_add(run.wrapping_mul(STEP))) }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mixed(self.state)
    }

    /// Evenly spread, strictly between 0 and 1.
    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    /// Standard normal, by inversion.
    pub fn normal(&mut self) -> f64 {
        normal::ppf(self.uniform()).unwrap_or_default()
    }
}

fn mixed(state: u64) -> u64 {
    let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
