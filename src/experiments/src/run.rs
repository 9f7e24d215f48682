//! One uninterrupted life of an experiment, as the datafile compiled it.

use serde::{Deserialize, Serialize};

/// What is known of a run before anyone was exposed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// Eight hex digits.
    pub run: String,
    /// When it was published, in milliseconds since the epoch.
    pub opened_at: i64,
    /// The variant everything is compared with.
    pub control: String,
    /// The attribute that is randomised.
    pub unit: String,
    /// Variants and their planned shares, 0 to 1.
    pub arms: Vec<(String, f64)>,
    /// Share of units admitted at all, 0 to 1.
    pub gate: f64,
}

/// An arm of the analysis.
#[derive(Clone, Debug)]
pub(crate) struct Arm {
    pub(crate) variant: String,
    pub(crate) share: f64,
}

impl Run {
    /// Control first, then the others as written; a control that is no arm is there with share 0.
    pub(crate) fn control_first(&self) -> Vec<Arm> {
        let share_of = |share: f64| if share.is_finite() && share > 0.0 { share } else { 0.0 };
        let mut arms = vec![Arm { variant: self.control.clone(), share: 0.0 }];
        for (variant, share) in &self.arms {
            match arms.iter_mut().find(|arm| arm.variant == *variant) {
                Some(arm) => arm.share += share_of(*share),
                None => arms.push(Arm { variant: variant.clone(), share: share_of(*share) }),
            }
        }
        arms
    }
}
