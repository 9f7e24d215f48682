//! Looking more than once.

mod asymptotic_cs;
mod group_sequential_bounds;
mod group_sequential_classical;
mod group_sequential_run;
mod group_sequential_size;
mod msprt;
mod normal_mixture_boundary;
mod paths;
mod peeking_fpr;
mod spending;
mod sprt;

pub use asymptotic_cs::{AsymptoticCs, Look, Rho, asymptotic_cs, asymptotic_cs_one_sided};
pub use group_sequential_bounds::{GroupSequentialBounds, group_sequential_bounds};
pub use group_sequential_classical::{ClassicalBounds, group_sequential_classical};
pub use group_sequential_run::{GroupSequentialRun, group_sequential_run};
pub use group_sequential_size::{GroupSequentialSize, group_sequential_size};
pub use msprt::{Msprt, MsprtRun, msprt, msprt_run, msprt_run_means};
pub use normal_mixture_boundary::normal_mixture_boundary;
pub use peeking_fpr::{crossing_chance, peeking_fpr};
pub use spending::{Spending, spending_function};
pub use sprt::{Sprt, SprtDecision, sprt_bernoulli, sprt_normal};
