/// The quantile `q` of ascending values by linear interpolation at rank `(n−1)q` (type 7 of Hyndman & Fan 1996, the default of R and numpy); `None`
/// without values or outside `0 ≤ q ≤ 1`.
#[must_use]
pub fn type7(ascending: &[f64], q: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    if !(0.0..=1.0).contains(&q) {
        return None;
    }
    let place = last as f64 * q;
    let below = libm::floor(place) as usize;
    let low = *ascending.get(below)?;
    let high = *ascending.get((below + 1).min(last))?;
    Some(low + (place - libm::floor(place)) * (high - low))
}
