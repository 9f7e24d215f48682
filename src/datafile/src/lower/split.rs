use super::flag::Scope;
use super::force::forced;
use super::gate::steps;
use super::slice::slots;
use super::unit::units;
use super::weights::{arms, ranges, weights};
use crate::check::SaltUse;
use crate::compiler::Compiler;
use crate::encode::{GateCode, GateStep, SliceCode, SplitCode};
use crate::experiment::{Arm, Experiment, LayerShare, RampStep};
use crate::model::Model;
use crate::wire::{Arm as WrittenArm, Split};
use isoflag_engine::bucket::{BASIS, cut, key};
use isoflag_written::did_you_mean;

/// What became of a split: its code, and what is to be known of it elsewhere.
pub(super) struct LoweredSplit {
    pub(super) code: SplitCode,
    pub(super) experiment: Option<Experiment>,
    pub(super) takes_everybody: bool,
    /// Its gate, where it has one.
    pub(super) gate: Option<Gated>,
    pub(super) salts: Vec<(String, SaltUse, String)>,
    /// Layer, slot in basis points, and where it stands.
    pub(super) slots: Vec<(usize, [u32; 2], String)>,
}

/// What decides whom a gate lets in.
pub(super) struct Gated {
    pub(super) units: Vec<String>,
    pub(super) salt: String,
    /// The smallest and the largest share it ever lets in, in basis points.
    pub(super) least: u32,
    pub(super) most: u32,
    /// Whether whom it lets in gets a variant here, whatever else there is.
    pub(super) serves: bool,
}

/// Checks a split and turns its salts into keys and its weights into cuts.
pub(super) fn lower_split(
    split: &Split,
    path: &str,
    scope: &mut Scope<'_>,
    model: &Model,
    compiler: &mut Compiler,
) -> Option<LoweredSplit> {
    // Everything is looked at before anything is given up, so that every problem is reported.
    let units = units(split, path, model, compiler);
    let weights = weights(split, path, compiler);
    let arms = arms(split, path, scope, compiler);
    let steps = steps(split.gate.as_ref(), &format!("{path}.gate"), compiler);
    let layer = layer(split, path, model, compiler);
    let holdout = holdout(split, path, model, compiler);
    let forced = forced(split, path, scope, compiler);
    let control = control(split, path, compiler);
    let salts = salts(split, path, scope.key, compiler);
    let (units, weights, arms, steps) = (units?, weights?, arms?, steps?);
    let (layer, holdout, forced, (), (salt, gate_salt)) = (layer?, holdout?, forced?, control?, salts?);
    if let Some(control) = &split.control {
        warn_of_nobody(split, control, &weights, &steps, path, compiler);
    }

    let experiment = split.control.as_ref().map(|control| Experiment {
        flag: scope.key.to_owned(),
        // Named when the arms lie where they will.
        run: String::new(),
        control: control.clone(),
        unit: split.unit.all().first().cloned().unwrap_or_default(),
        fallback_units: split.unit.all().iter().skip(1).cloned().collect(),
        gate: steps.last().map_or(BASIS, |(_, share)| *share),
        ramp: ramp(&steps),
        layer: layer.as_ref().map(|layer| LayerShare { name: layer.name.clone(), slots: layer.slots.clone() }),
        holdout: split.holdout.clone(),
        arms: split
            .arms
            .iter()
            .zip(&weights)
            .map(|(arm, weight)| Arm { variant: arm.variant.clone(), weight: *weight })
            .collect(),
    });
    let open = steps.iter().all(|(_, share)| *share == BASIS);
    let gate_steps = steps.iter().map(|(from, share)| GateStep { from: *from, cut: cut(*share) }).collect();
    let of = if split.control.is_some() { SaltUse::Experiment } else { SaltUse::Split };
    let mut salts = vec![(salt.clone(), of, format!("{path}.salt"))];
    let gate = (!open).then(|| GateCode { key: key(gate_salt.as_bytes()), steps: gate_steps });
    let gated = gate.is_some().then(|| Gated {
        units: split.unit.all().to_vec(),
        salt: gate_salt.clone(),
        least: steps.iter().map(|(_, share)| *share).min().unwrap_or(BASIS),
        most: steps.iter().map(|(_, share)| *share).max().unwrap_or(BASIS),
        serves: layer.is_none() && holdout.is_none(),
    });
    if gated.is_some() {
        let at = if split.gate_salt.is_some() { "gateSalt" } else { "gate" };
        salts.push((gate_salt, SaltUse::Gate, format!("{path}.{at}")));
    }
    let numbers = units.into_iter().map(|symbol| scope.read(symbol, compiler)).collect::<Option<Vec<u16>>>();
    if numbers.is_none() {
        compiler.error(format!("{path}.unit"), "the datafile reads more than 65534 attributes");
    }
    let code = SplitCode {
        units: numbers?,
        experiment: split.control.is_some(),
        key: key(salt.as_bytes()),
        gate,
        layer: layer.as_ref().map(|layer| layer.slice.clone()),
        holdout,
        forced,
        ranges: ranges(split, &weights, &arms),
    };
    let takes_everybody = open && layer.is_none();
    let slots = layer.map_or_else(Vec::new, |layer| {
        let at = |index: usize| format!("{path}.layer.slots[{index}]");
        layer.slots.iter().enumerate().map(|(index, slot)| (layer.number, *slot, at(index))).collect()
    });
    Some(LoweredSplit { code, experiment, takes_everybody, gate: gated, salts, slots })
}

/// The later steps of a gate, for those who want to know when it opens.
fn ramp(steps: &[(i64, u32)]) -> Vec<RampStep> {
    if steps.len() < 2 {
        return Vec::new();
    }
    let from = |from: i64| (from != i64::MIN).then_some(from);
    steps.iter().map(|(at, share)| RampStep { from: from(*at), gate: *share }).collect()
}

/// The salts of the split and of its gate.
fn salts(split: &Split, path: &str, flag: &str, compiler: &mut Compiler) -> Option<(String, String)> {
    let salt = split.salt.clone().unwrap_or_else(|| flag.to_owned());
    let gate_salt = split.gate_salt.clone().unwrap_or_else(|| format!("{salt}/gate"));
    if gate_salt == salt {
        let text = "the gate has the salt of the split, so everybody it admits would fall into the first arms; remove it or choose another";
        compiler.error(format!("{path}.gateSalt"), text);
        return None;
    }
    Some((salt, gate_salt))
}

struct UsedLayer {
    number: usize,
    name: String,
    slots: Vec<[u32; 2]>,
    slice: SliceCode,
}

/// The part of a layer the split takes: `Some(None)` when it is in none.
fn layer(split: &Split, path: &str, model: &Model, compiler: &mut Compiler) -> Option<Option<UsedLayer>> {
    let Some(written) = &split.layer else { return Some(None) };
    let path = format!("{path}.layer");
    let at = format!("{path}.name");
    let slots = slots(&written.slots, &format!("{path}.slots"), compiler);
    let number = model.layers.number(&written.name, "layer").map_err(|message| compiler.error(&at, message)).ok()?;
    compiler.used.layers.insert(number);
    let Some((unit, slice)) = compiler
        .layers
        .get(number)
        .and_then(Option::as_ref)
        .map(|layer| (layer.unit.clone(), layer.slice(slots.as_deref().unwrap_or_default())))
    else {
        compiler.follows(at, format!("layer `{}` has problems of its own", written.name));
        return None;
    };
    same_unit(split, &unit, &format!("layer `{}`", written.name), &path, compiler)?;
    Some(Some(UsedLayer { number, name: written.name.clone(), slots: slots?, slice }))
}

/// The units kept out: `Some(None)` when there are none.
fn holdout(split: &Split, path: &str, model: &Model, compiler: &mut Compiler) -> Option<Option<SliceCode>> {
    let Some(name) = &split.holdout else { return Some(None) };
    let path = format!("{path}.holdout");
    let number = model.holdouts.number(name, "holdout").map_err(|message| compiler.error(&path, message)).ok()?;
    compiler.used.holdouts.insert(number);
    let found = compiler.holdouts.get(number).and_then(Option::as_ref);
    let Some((unit, slice)) = found.map(|holdout| (holdout.unit.clone(), holdout.slice())) else {
        compiler.follows(path, format!("holdout `{name}` has problems of its own"));
        return None;
    };
    same_unit(split, &unit, &format!("holdout `{name}`"), &path, compiler)?;
    Some(Some(slice))
}

/// One unit decides everything in a split, so what it is part of must be of that unit.
fn same_unit(split: &Split, unit: &str, whose: &str, path: &str, compiler: &mut Compiler) -> Option<()> {
    if let [only] = split.unit.all()
        && only == unit
    {
        return Some(());
    }
    let units: Vec<String> = split.unit.all().iter().map(|unit| format!("`{unit}`")).collect();
    compiler.error(path, format!("{whose} is of `{unit}`, the split of {}; they must be the same", units.join(" or ")));
    None
}

fn control(split: &Split, path: &str, compiler: &mut Compiler) -> Option<()> {
    let Some(control) = &split.control else { return Some(()) };
    let mut arms = split.arms.iter().map(|arm| arm.variant.as_str());
    if arms.clone().any(|arm| arm == control) {
        return Some(());
    }
    let near = did_you_mean(control, &mut arms);
    compiler.error(format!("{path}.control"), format!("`{control}` is not an arm of this split{near}"));
    None
}

/// Warns of an experiment that nobody is in, or nobody who gets what all the rest is compared with.
fn warn_of_nobody(
    split: &Split,
    control: &str,
    weights: &[u32],
    steps: &[(i64, u32)],
    path: &str,
    compiler: &mut Compiler,
) {
    if steps.iter().all(|(_, share)| *share == 0) {
        compiler.warn(format!("{path}.gate"), "the gate lets nobody in, so this experiment has nobody to compare");
    }
    let unserved = |(arm, weight): (&WrittenArm, &u32)| arm.variant == control && *weight == 0;
    if let Some(index) = split.arms.iter().zip(weights).position(unserved) {
        let text =
            format!("`{control}` is the control and serves nobody, so there is nothing to compare the other arms with");
        compiler.warn(format!("{path}.arms[{index}].weight"), text);
    }
}
