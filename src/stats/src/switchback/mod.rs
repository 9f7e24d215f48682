//! One unit, such as a whole market, that switches between the arms over time.

mod blocks;
mod hac;
mod horvitz_thompson;
mod randomization_test;

pub use blocks::{SwitchbackBlocks, switchback_blocks};
pub use hac::switchback_hac;
pub use horvitz_thompson::switchback_ht;
pub use randomization_test::{RandomizationTest, randomization_test};
