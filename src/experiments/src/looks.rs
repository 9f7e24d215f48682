//! A planned test with several looks (group sequential), as it goes.
//!
//! A look is taken on the first day on which its units are there, once; its boundary follows the share of the sample that was really there (Lan & DeMets). Units
//! that come later do not change it. Every treatment has alpha divided by their number.

use crate::calendar::date;
use crate::compare::{Laid, Rules, standard_error};
use crate::daily::Daily;
use crate::report::{LookAtArm, LookReport, LooksReport};
use crate::run::Arm;
use crate::totals::Totals;
use crate::written::{Looks, Metric};
use isoflag_stats::{GroupSequentialBounds, group_sequential_bounds, group_sequential_size};

/// Looks that come closer together than this are one look.
const CLOSEST: f64 = 1e-4;

/// How much larger the sample must be for the power of a test with one look.
pub(crate) fn inflation(looks: &Looks, alpha: f64, power: f64) -> Option<f64> {
    Some(group_sequential_size(&looks.at, alpha, 2, looks.spending(), power)?.inflation)
}

/// Every planned look: those taken with what they showed, those to come with their boundary. Also the days of those taken.
pub(crate) fn follow(
    looks: &Looks,
    metric: &Metric,
    arms: &[Arm],
    daily: &Daily,
    (required, last_from): (f64, i64),
    rules: &Rules,
) -> (Vec<LookReport>, Vec<i64>) {
    let units = |totals: &[Totals]| totals.iter().map(|arm| arm.n).sum::<f64>();
    let days: Vec<(i64, Vec<Totals>)> = daily.cumulative().collect();
    // The day of each look; the last one waits for the planned days too.
    let taken = |at: f64| {
        let from = if at >= 1.0 { last_from } else { i64::MIN };
        days.iter().find(|(day, totals)| units(totals) >= (at * required).ceil() && *day >= from)
    };
    let mut reports = Vec::new();
    let mut shares: Vec<f64> = Vec::new();
    let mut on = Vec::new();
    for at in &looks.at {
        let found = taken(*at);
        let share = found.map_or(*at, |(_, totals)| units(totals) / required);
        // A day that brought the units of two looks is one look.
        if shares.last().is_some_and(|before| share - before < CLOSEST) {
            if let (Some(_), Some(report)) = (found, reports.last_mut()) {
                let report: &mut LookReport = report;
                report.planned_at = *at;
            }
            continue;
        }
        shares.push(share);
        on.extend(found.map(|(day, _)| *day));
        reports.push(LookReport {
            planned_at: *at,
            units: (at * required).ceil() as u64,
            day: found.map(|(day, _)| date(*day)),
            share: found.map(|_| share),
            boundary: None,
            alpha_spent: None,
            arms: Vec::new(),
        });
    }
    let alpha = rules.test_alpha / rules.treatments;
    if let Some(bounds) = group_sequential_bounds(&shares, alpha, 2, looks.spending()) {
        fill(&mut reports, &bounds);
    }
    for report in &mut reports {
        let (Some(boundary), Some((_, totals))) =
            (report.boundary, report.day.as_ref().and_then(|_| taken(report.planned_at)))
        else {
            continue;
        };
        report.arms = arms_at(&Laid::out(metric, arms, totals), boundary);
    }
    (reports, on)
}

fn fill(reports: &mut [LookReport], bounds: &GroupSequentialBounds) {
    for ((report, z), spent) in reports.iter_mut().zip(&bounds.z).zip(&bounds.alpha_spent) {
        report.boundary = Some(*z).filter(|z| z.is_finite());
        report.alpha_spent = Some(*spent);
    }
}

fn arms_at(laid: &Laid<'_>, boundary: f64) -> Vec<LookAtArm> {
    let each = laid.pairs().into_iter().filter_map(|(arm, pair)| {
        let pair = pair.filter(|pair| pair.settled)?;
        let se = standard_error(&pair).filter(|se| *se > 0.0)?;
        let (z, reach) = (pair.difference / se, boundary * se);
        let (low, high) = (pair.difference - reach, pair.difference + reach);
        let finite = z.is_finite() && low.is_finite() && high.is_finite();
        finite.then(|| LookAtArm { variant: arm.variant.clone(), z, crossed: z.abs() >= boundary, low, high })
    });
    each.collect()
}

/// The looks as the report has them.
pub(crate) fn report(looks: &Looks, inflation: Option<f64>, taken: Vec<LookReport>) -> LooksReport {
    LooksReport { spending: looks.spending, inflation, looks: taken }
}
