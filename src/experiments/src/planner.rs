//! Before an experiment is written: how many units, how many days, what could be seen in a week.
//!
//! From the baseline and the smallest effect worth finding, never from anything observed. Several treatments share alpha by Bonferroni, as the report does; looking
//! before the end costs units, by how much is said; the days follow from the arrivals one states.

use isoflag_stats::{
    GroupSequentialSize, MeanMde, MeanPlan, MeanPower, MeanTest, PlanVariance, ProportionMde, ProportionPlan,
    ProportionPower, SampleSize, Spending, days_remaining, group_sequential_size, mde_means, mde_proportions,
    power_means, power_proportions, sample_size_means, sample_size_proportions,
};

/// What one unit brings, as far as a plan needs it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Baseline {
    /// Control's rate.
    Conversion(f64),
    /// Control's mean and the standard deviation of one unit; for a ratio the root of its delta-method unit variance.
    Mean {
        /// The mean.
        mean: f64,
        /// The standard deviation.
        sd: f64,
    },
}

/// A question to plan by.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanQuestion {
    /// What control has today.
    pub baseline: Baseline,
    /// The smallest effect worth finding, relative to the baseline; negative for a fall.
    pub lift: f64,
    /// Chance of a false alarm in the whole experiment.
    pub alpha: f64,
    /// Chance of finding the effect.
    pub power: f64,
    /// 1 or 2.
    pub sides: u8,
    /// Treatments, each compared with control.
    pub treatments: f64,
    /// Units of one treatment per control unit.
    pub ratio: f64,
    /// Looks with alpha spending: information fractions, the last one 1. None: one look, at the end.
    pub looks: Option<(Vec<f64>, Spending)>,
    /// Units arriving a day.
    pub daily_units: f64,
    /// Share of them that takes part.
    pub gate: f64,
    /// Whole weeks only, as every weekday should weigh the same.
    pub whole_weeks: bool,
}

/// A plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanAnswer {
    /// Alpha of one comparison.
    pub alpha: f64,
    /// Units of control and of one treatment, for one look at the end.
    pub fixed: SampleSize,
    /// Units of control at the end, looks paid for.
    pub control: f64,
    /// Units of one treatment at the end, looks paid for.
    pub treatment: f64,
    /// Units of all arms at the end.
    pub units: f64,
    /// What looking costs and saves; none without looks.
    pub sequential: Option<GroupSequentialSize>,
    /// Days until then; none when nothing arrives.
    pub days: Option<f64>,
    /// What each week could show.
    pub weeks: Vec<Week>,
}

/// What could be seen by the end of a week, read once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Week {
    /// Days since the start.
    pub days: f64,
    /// Units of all arms.
    pub units: f64,
    /// Chance of finding the planned effect.
    pub power: Option<f64>,
    /// Smallest effect found with the planned power, relative.
    pub lift: Option<f64>,
}

/// Weeks shown at most.
const MOST_WEEKS: u32 = 12;

/// Plans.
///
/// # Errors
///
/// When there is no such plan, with the reason.
pub fn plan(question: &PlanQuestion) -> Result<PlanAnswer, String> {
    let PlanQuestion { treatments, ratio, power, sides, daily_units, gate, .. } = *question;
    if !(treatments >= 1.0 && treatments.fract() == 0.0 && treatments <= 1e3) {
        return Err("treatments are a whole number from 1".into());
    }
    let alpha = question.alpha / treatments;
    let fixed = size(question, alpha).ok_or_else(|| refusal(question))?;
    let sequential = match &question.looks {
        None => None,
        Some((looks, spending)) => {
            let found = group_sequential_size(looks, alpha, sides, *spending, power);
            Some(found.ok_or("looks are information fractions that rise from above 0 to 1")?)
        }
    };
    let inflation = sequential.as_ref().map_or(1.0, |size| size.inflation);
    let arm = |units: f64| (units * inflation).ceil();
    let (control, treatment) = (arm(fixed.control_exact), arm(fixed.control_exact * ratio));
    let units = control + treatments * treatment;
    let days = days_remaining(units, 0.0, daily_units, gate).map(|days| match question.whole_weeks {
        true => 7.0 * (days / 7.0).ceil(),
        false => days,
    });
    let arms = 1.0 + treatments * ratio;
    let weeks = match days {
        None => Vec::new(),
        Some(days) => (1..=MOST_WEEKS)
            .map(f64::from)
            .take_while(|week| 7.0 * (week - 1.0) < days)
            .map(|week| at(question, alpha, 7.0 * week, (7.0 * week * daily_units * gate).floor(), arms))
            .collect(),
    };
    Ok(PlanAnswer { alpha, fixed, control, treatment, units, sequential, days, weeks })
}

/// Why there is no such sample.
fn refusal(question: &PlanQuestion) -> String {
    let PlanQuestion { lift, alpha, power, ratio, .. } = *question;
    let is_chance = |number: f64| number > 0.0 && number < 1.0;
    let why = match question.baseline {
        Baseline::Conversion(rate) if !is_chance(rate) => "the rate of control lies between 0 and 100 %",
        Baseline::Conversion(rate) if !(0.0..=1.0).contains(&(rate * (1.0 + lift))) => {
            return format!("the lift takes the rate to {} %, which no rate can be", percent(rate * (1.0 + lift)));
        }
        Baseline::Mean { sd, .. } if !(sd > 0.0 && sd.is_finite()) => "the standard deviation is above 0",
        Baseline::Mean { mean: 0.0, .. } => "the mean of control is 0, and no effect is a percentage of that",
        _ if lift == 0.0 => "the lift is 0; give the smallest one worth finding",
        _ if !is_chance(alpha) => "alpha is a chance above 0 and below 1",
        _ if !is_chance(power) => "the power is a chance above 0 and below 1",
        _ if !(ratio > 0.0 && ratio.is_finite()) => "the ratio of treatment to control is above 0",
        _ => "no sample finds this: the power is hardly above alpha, or the effect is too small",
    };
    why.into()
}

/// A share in percent, to a tenth. By integers: what writes floats is 7 kB of wasm, for a text that nobody should see.
fn percent(share: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what is too large for a sentence becomes the largest number that is not"
    )]
    let tenths = (share * 1000.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10)
}

fn size(question: &PlanQuestion, alpha: f64) -> Option<SampleSize> {
    let PlanQuestion { lift, power, sides, ratio, .. } = *question;
    match question.baseline {
        Baseline::Conversion(baseline) => sample_size_proportions(&ProportionPlan {
            baseline,
            target: baseline * (1.0 + lift),
            alpha,
            power,
            ratio,
            sides,
            variance: PlanVariance::Pooled,
        }),
        Baseline::Mean { mean, sd } => {
            let difference = mean * lift;
            sample_size_means(&MeanPlan { difference, sd, alpha, power, ratio, sides, test: MeanTest::StudentT })
        }
    }
}

fn at(question: &PlanQuestion, alpha: f64, days: f64, units: f64, arms: f64) -> Week {
    let PlanQuestion { lift, power, sides, ratio, .. } = *question;
    let (n_control, n_treatment) = (units / arms, units / arms * ratio);
    let (found, smallest) = match question.baseline {
        Baseline::Conversion(baseline) => {
            let (target, variance) = (baseline * (1.0 + lift), PlanVariance::Pooled);
            let test =
                ProportionPower { baseline, target, n_control, n_treatment, alpha, sides, variance, both_tails: false };
            let increase = lift >= 0.0;
            let mde = ProportionMde { baseline, n_control, n_treatment, alpha, power, sides, variance, increase };
            (power_proportions(&test), mde_proportions(&mde).map(|mde| mde / baseline))
        }
        Baseline::Mean { mean, sd } => {
            let (difference, test) = (mean * lift, MeanTest::StudentT);
            let asked = MeanPower { difference, sd, n_control, n_treatment, alpha, sides, test };
            let mde = MeanMde { sd, n_control, n_treatment, alpha, power, sides, test };
            (power_means(&asked), mde_means(&mde).map(|mde| (mde / mean).abs().copysign(lift)))
        }
    };
    Week { days, units, power: found, lift: smallest.filter(|lift| lift.is_finite()) }
}
