//! From a flag as written to the pieces of a program: every name a number, every percentage a cut.

mod flag;
mod force;
mod gate;
mod gates;
mod percent;
mod rules;
mod slice;
mod split;
mod unit;
mod weights;
mod whom;

pub(crate) use flag::{Lowered, lower_flag};
pub(crate) use slice::{LoweredHoldout, LoweredLayer, lower_holdouts, lower_layers};
