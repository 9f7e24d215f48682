//! What is well formed and makes no sense: conditions that never hold, rules nobody reaches, salts and slots used twice.

mod contradiction;
mod cost;
mod implied;
mod salts;
mod slots;
mod unused;

pub(crate) use contradiction::contradiction;
pub(crate) use cost::{MOST_STEPS, steps};
pub(crate) use implied::implies;
pub(crate) use salts::{SaltUse, Salts};
pub(crate) use slots::{Claim, Claims, Window};
pub(crate) use unused::unused;
