use super::range::Ranges;
use super::report::{Alarm, AlarmKind, ConditionChange, ExperimentDiff, Range, ValueChange};
use crate::decompile::Flag;

/// What becomes of the experiment of a flag. `None` when it had none that was running.
pub(super) fn experiment(
    from: &Flag,
    to: &Flag,
    ranges: &Ranges,
    conditions: &[ConditionChange],
    values: &[ValueChange],
) -> Option<ExperimentDiff> {
    let old = from.experiment.as_ref().filter(|_| from.enabled)?;
    let new = to.experiment.as_ref().filter(|_| to.enabled);
    let Ranges { arms: moved, dropped, entered, .. } = *ranges;
    let mut alarms = Vec::new();
    let mut alarm = |kind, message: String| alarms.push(Alarm { kind, message });
    let Some(new) = new else {
        let text = "the experiment is removed or switched off, its run ends and what was measured stays with it";
        alarm(AlarmKind::Ended, text.to_owned());
        return Some(ExperimentDiff { before: old.run.clone(), after: None, moved, dropped, entered, alarms });
    };
    let same_run = old.run == new.run;
    if !same_run {
        let text = format!("run `{}` ends and run `{}` begins, results are not carried over", old.run, new.run);
        alarm(AlarmKind::NewRun, text);
    }
    if old.control != new.control {
        let text =
            format!("the control was `{}` and is `{}`, so every comparison is another one", old.control, new.control);
        alarm(AlarmKind::ControlChanged, text);
    }
    if moved.most > 0.0 && same_run {
        let text = format!(
            "{} of units change arms inside run `{}`, so its arms hold people who have seen two variants; compile to replace \
             the program in force, or count `restart` up",
            percent(moved),
            old.run
        );
        alarm(AlarmKind::UnitsMoveWithinRun, text);
    } else if moved.most > 0.0 {
        let text = format!(
            "{} of units change arms and take what they have seen into the new run; give it a `salt` of its own to spread \
             them evenly",
            percent(moved)
        );
        alarm(AlarmKind::UnitsMove, text);
    }
    if dropped.most > 0.0 {
        let text = format!(
            "{} of units leave the experiment after taking part, which biases what is measured from now on; lower no gate \
             of an experiment that runs",
            percent(dropped)
        );
        alarm(AlarmKind::UnitsDropped, text);
    }
    if same_run && !values.is_empty() {
        let names: Vec<String> = values.iter().map(|value| format!("`{}`", value.variant)).collect();
        let text = format!("the value of {} changes inside run `{}`: count `restart` up", names.join(", "), old.run);
        alarm(AlarmKind::ValuesChanged, text);
    }
    if !conditions.is_empty() {
        let text = "other conditions decide who takes part; how many units that concerns only contexts can say";
        alarm(AlarmKind::ConditionsChanged, text.to_owned());
    }
    Some(ExperimentDiff { before: old.run.clone(), after: Some(new.run.clone()), moved, dropped, entered, alarms })
}

/// A share in words: `12.5 %`, or `between 0 % and 12.5 %`.
fn percent(range: Range) -> String {
    let one = |share: f64| {
        let rounded = (share * 1e6).round() / 1e4;
        match share {
            share if share > 0.0 && rounded == 0.0 => "less than 0.0001 %".to_owned(),
            _ => format!("{rounded} %"),
        }
    };
    if range.least == range.most {
        one(range.most)
    } else {
        format!("between {} and {}", one(range.least), one(range.most))
    }
}
