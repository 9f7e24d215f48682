//! Arithmetic beneath the methods.

pub(crate) mod exact;
pub(crate) mod monotone;
