//! Arithmetic beneath the methods.

pub(crate) mod exact;
pub(crate) mod least_squares;
pub(crate) mod monotone;
pub(crate) mod quadratic_form;
pub(crate) mod quadrature;
pub(crate) mod root;
mod within;

pub(crate) use within::within;
