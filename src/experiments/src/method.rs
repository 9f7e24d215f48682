//! Which method compares the arms, and why: the whole choice, and its words.
//!
//! | the metric is | its arms are compared by | the planned test |
//! |---|---|---|
//! | conversion, retention | the rates | two-proportion z, pooled |
//! | count, sum | the means of units | Welch's t |
//! | … with a cap | the means of capped totals | Welch's t |
//! | conversion, count, sum, with days before exposure | the means less what those days foretell (CUPED) | Welch's t |
//! | ratio | total over total, delta method over units | z |
//! | quantile | the quantiles read from bins, errors from ranks | z |
//!
//! Data can only take a refinement away, never choose a method: a choice that follows the results finds what it looks for.

use crate::cap::Cap;
use crate::report::{Estimator, MethodReport};
use crate::totals::Totals;
use crate::words::{amount, grouped, ordinal};
use crate::written::{Kind, Metric};

/// A method, and what it needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Method {
    pub(crate) estimator: Estimator,
    /// Where totals are cut: already in the ledger for a written cap, here for one read off the data.
    pub(crate) cut: Option<Cap>,
    /// Whether totals from before the exposure are taken out.
    pub(crate) cuped: bool,
    /// Which quantile, where it is one.
    pub(crate) quantile: f64,
}

/// The choice.
pub(crate) fn choose(metric: &Metric, arms: &[Totals]) -> Method {
    let estimator = estimator(metric.kind);
    Method {
        estimator,
        cut: metric.cap_quantile.and_then(|quantile| Cap::at_quantile(arms, quantile)),
        cuped: metric.pre_days.is_some() && estimator != Estimator::Ratio && foretells(arms),
        quantile: metric.quantile.unwrap_or(0.5),
    }
}

/// What is compared.
pub(crate) fn estimator(kind: Kind) -> Estimator {
    match kind {
        Kind::Conversion | Kind::Retention => Estimator::Proportion,
        Kind::Count | Kind::Sum => Estimator::Mean,
        Kind::Ratio => Estimator::Ratio,
        Kind::Quantile => Estimator::Quantile,
    }
}

/// Whether every arm has totals from before its exposures, and they differ among units.
fn foretells(arms: &[Totals]) -> bool {
    let varies = |arm: &Totals| arm.second_sums().and_then(|sums| sums.variance()).is_some_and(|v| v > 0.0);
    !arms.is_empty() && arms.iter().all(varies)
}

impl Method {
    /// What was chosen and why, for people.
    pub(crate) fn report(&self, metric: &Metric, arms: &[Totals], noun: &str) -> MethodReport {
        let unit = metric.unit.as_deref();
        let mut words = match metric.kind {
            Kind::Conversion if self.cuped => {
                format!("A share of {noun}, adjusted, which makes it a mean: Welch's t-test.")
            }
            Kind::Conversion => format!("A share of {noun}: two-proportion z-test, unpooled intervals."),
            Kind::Retention => {
                let days = metric.days.map_or_else(String::new, |days| match (days.from, days.to) {
                    (from, to) if from == to => format!(" on day {from}"),
                    (from, to) => format!(" on days {from} to {to}"),
                });
                format!(
                    "A share of {noun} that came back{days}, of those whose days have passed: two-proportion z-test, unpooled intervals."
                )
            }
            Kind::Count | Kind::Sum => {
                format!("A mean over {noun}: Welch's t-test, which lets every arm have its own spread.")
            }
            Kind::Ratio => format!(
                "Total over total: the delta method, because {noun} are randomised and not what is divided by. Counting \
                 the latter as independent would call noise significant."
            ),
            Kind::Quantile => format!(
                "The {} percentile of the totals of {noun}, read from bins 1% wide; its error comes from the ranks around it.",
                ordinal(100.0 * self.quantile)
            ),
        };
        let cap = self.cut.map(|cut| cut.at).or(metric.cap);
        match (metric.cap, self.cut, metric.cap_quantile) {
            (Some(cap), ..) => {
                words.push_str(&format!(" Winsorised: a total counts up to {}, as planned.", amount(cap, unit)))
            }
            (None, Some(cut), Some(quantile)) => words.push_str(&format!(
                " Winsorised at {}, the {} percentile of all arms together; {} {noun} lie beyond it.",
                amount(cut.at, unit),
                ordinal(100.0 * quantile),
                grouped(cut.reached_by(arms)),
            )),
            (None, None, Some(_)) => words.push_str(" Not winsorised: no totals to read the cap from yet."),
            (None, _, None) => {}
        }
        match (metric.pre_days, self.cuped) {
            (Some(days), true) => words.push_str(&format!(
                " CUPED: what the {} before exposure foretold is taken out, which the arms cannot have touched.",
                crate::words::days(u64::from(days))
            )),
            (Some(_), false) => {
                words.push_str(" Not adjusted: there are no totals from before exposure that differ among them.");
            }
            (None, _) => {}
        }
        MethodReport { estimator: self.estimator, cuped: self.cuped, cap, words }
    }
}
