//! Numbers and nouns as people read them.

use crate::written::Kind;

/// `+12.3%`, `−0.45%`: a fraction in percent, two digits below one percent.
pub(crate) fn signed_percent(fraction: f64) -> String {
    signed(100.0 * fraction) + "%"
}

/// `+0.38`, `−12.3`.
pub(crate) fn signed(number: f64) -> String {
    let text = if number.abs() < 1.0 { format!("{:.2}", number.abs()) } else { format!("{:.1}", number.abs()) };
    let zero = text.chars().all(|c| c == '0' || c == '.');
    match (zero, number < 0.0) {
        (true, _) => text,
        (false, true) => format!("−{text}"),
        (false, false) => format!("+{text}"),
    }
}

/// `12.3%`, without a sign.
pub(crate) fn percent(fraction: f64) -> String {
    signed_percent(fraction.abs()).replace('+', "")
}

/// `99.5th`, `1st`.
pub(crate) fn ordinal(number: f64) -> String {
    let text = format!("{}", (number * 1e6).round() / 1e6);
    let end = match text.as_bytes() {
        [.., b'1', b'1' | b'2' | b'3'] => "th",
        [.., b'1'] => "st",
        [.., b'2'] => "nd",
        [.., b'3'] => "rd",
        _ => "th",
    };
    text + end
}

/// `200 EUR`, `12.5`.
pub(crate) fn amount(number: f64, unit: Option<&str>) -> String {
    let text = if number.abs() >= 1_000.0 && number.abs() < 1e15 {
        let whole = grouped(number.abs().round() as u64);
        if number < 0.0 { format!("−{whole}") } else { whole }
    } else {
        let text = format!("{number:.2}");
        text.strip_suffix(".00").map_or(text.clone(), String::from).replace('-', "−")
    };
    unit.map_or(text.clone(), |unit| format!("{text} {unit}"))
}

/// `p = 0.0086`, `p < 0.0001`.
pub(crate) fn p_text(p: f64) -> String {
    if p < 0.0001 {
        "p < 0.0001".into()
    } else if p < 0.01 {
        format!("p = {p:.4}")
    } else if p < 0.1 {
        format!("p = {p:.3}")
    } else {
        format!("p = {p:.2}")
    }
}

/// `106,422`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 day`, `14 days`.
pub(crate) fn days(count: u64) -> String {
    if count == 1 { "1 day".into() } else { format!("{} days", grouped(count)) }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(items: &[String]) -> String {
    match items.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// What the unit attribute counts: `visitorId` counts visitors, `company_id` companies; anything else counts units.
pub(crate) fn plural_of_unit(attribute: &str) -> String {
    let stem = ["Id", "ID", "_id", "-id"].iter().find_map(|end| attribute.strip_suffix(end)).unwrap_or_default();
    let plain = stem.chars().all(|c| c.is_ascii_alphabetic()) && stem.chars().skip(1).all(|c| c.is_ascii_lowercase());
    let stem = stem.to_ascii_lowercase();
    match (plain, stem.strip_suffix('y')) {
        (false, _) => "units".into(),
        (true, _) if stem.len() < 3 || stem.ends_with('s') => "units".into(),
        (true, Some(start)) => format!("{start}ies"),
        (true, None) => format!("{stem}s"),
    }
}

/// The word of experiments.json for a kind of metric.
pub(crate) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Conversion => "conversion",
        Kind::Count => "count",
        Kind::Sum => "sum",
        Kind::Ratio => "ratio",
        Kind::Retention => "retention",
        Kind::Quantile => "quantile",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(signed_percent(0.1234), "+12.3%");
        assert_eq!(signed_percent(-0.0045), "−0.45%");
        assert_eq!(signed_percent(-0.000_000_1), "0.00%");
        assert_eq!(percent(-0.5), "50.0%");
        assert_eq!(grouped(106_422), "106,422");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000_000), "1,000,000");
        assert_eq!(p_text(0.008_608), "p = 0.0086");
        assert_eq!(p_text(1e-9), "p < 0.0001");
        assert_eq!(
            (ordinal(50.0), ordinal(99.5), ordinal(92.0), ordinal(11.0)),
            ("50th".into(), "99.5th".into(), "92nd".into(), "11th".into())
        );
        assert_eq!(
            (amount(200.0, Some("EUR")), amount(0.126, None), amount(12_345.6, None)),
            ("200 EUR".into(), "0.13".into(), "12,346".into())
        );
        assert_eq!(p_text(0.25), "p = 0.25");
    }

    #[test]
    fn units_have_names() {
        assert_eq!(plural_of_unit("visitorId"), "visitors");
        assert_eq!(plural_of_unit("company_id"), "companies");
        assert_eq!(plural_of_unit("x"), "units");
        assert_eq!(plural_of_unit("accountNumber"), "units");
    }

    #[test]
    fn lists_have_an_and() {
        let items: Vec<String> = ["a", "b", "c"].map(String::from).into();
        assert_eq!(list(&items), "a, b and c");
        assert_eq!(list(items.get(..1).unwrap_or_default()), "a");
        assert_eq!(list(&[]), "");
    }
}
