/// `x`, or the end it lies beyond; `low` for no number.
///
/// Not `f64::clamp`, which panics where `low > high`: this crate does not, and printing the numbers of that panic is a tenth of the wasm.
pub(crate) fn within(x: f64, low: f64, high: f64) -> f64 {
    x.max(low).min(high)
}
