//! Arithmetic beneath the methods.

pub(crate) mod exact;
