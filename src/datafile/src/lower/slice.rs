//! Parts of the units under one hash: slots of layers, and holdouts.

use super::percent::percent;
use super::unit::check_unit;
use crate::check::Claim;
use crate::check::Window;
use crate::compiler::Compiler;
use crate::encode::SliceCode;
use crate::model::Model;
use crate::wire::{Holdout, Slot};
use isoflag_engine::bucket::{BASIS, Key, cut, key};
use isoflag_written::member;

/// A layer, its salt a key.
pub(crate) struct LoweredLayer {
    pub(crate) unit: String,
    pub(crate) salt: String,
    key: Key,
}

/// A holdout: whose slots or share it is.
pub(crate) struct LoweredHoldout {
    pub(crate) unit: String,
    /// Its own salt; `None` for slots of a layer.
    pub(crate) salt: Option<String>,
    key: Key,
    /// In basis points.
    slots: Vec<[u32; 2]>,
}

impl LoweredLayer {
    /// Some of its slots, as positions.
    pub(crate) fn slice(&self, slots: &[[u32; 2]]) -> SliceCode {
        SliceCode { key: self.key, intervals: intervals(slots) }
    }
}

impl LoweredHoldout {
    /// The units it holds out, as positions.
    pub(crate) fn slice(&self) -> SliceCode {
        SliceCode { key: self.key, intervals: intervals(&self.slots) }
    }
}

/// The layers, by their numbers; `None` for one that is wrong.
pub(crate) fn lower_layers(model: &Model, compiler: &mut Compiler) -> Vec<Option<LoweredLayer>> {
    let lower = |(name, layer): (&str, Option<&crate::wire::Layer>)| {
        let layer = layer?;
        let before = compiler.count();
        check_unit(&layer.unit, &format!("{}.unit", member("$.layers", name)), model, compiler);
        let salt = layer.salt.clone().unwrap_or_else(|| format!("layer/{name}"));
        let lowered = LoweredLayer { unit: layer.unit.clone(), key: key(salt.as_bytes()), salt };
        (compiler.count() == before).then_some(lowered)
    };
    model.layers.iter().map(lower).collect()
}

/// The holdouts, by their numbers; `None` for one that is wrong. Slots of layers are claimed.
pub(crate) fn lower_holdouts(
    model: &Model,
    layers: &[Option<LoweredLayer>],
    compiler: &mut Compiler,
) -> Vec<Option<LoweredHoldout>> {
    let mut lowered = Vec::new();
    for (name, holdout) in model.holdouts.iter() {
        let before = compiler.count();
        let path = member("$.holdouts", name);
        let found = holdout.and_then(|holdout| match (&holdout.layer, holdout.percent) {
            (Some(layer), None) => slots_of_layer(name, holdout, layer, &path, model, layers, compiler),
            (None, Some(share)) => share_of_its_own(name, holdout, share, &path, model, compiler),
            _ => {
                compiler.error(&path, "a holdout has either a `percent` and a `unit`, or a `layer` and `slots`");
                None
            }
        });
        lowered.push(found.filter(|_| compiler.count() == before));
    }
    lowered
}

fn share_of_its_own(
    name: &str,
    holdout: &Holdout,
    share: f64,
    path: &str,
    model: &Model,
    compiler: &mut Compiler,
) -> Option<LoweredHoldout> {
    if holdout.slots.is_some() {
        compiler.error(format!("{path}.slots"), "slots belong to a `layer`, which is not given");
    }
    let share = percent(share, &format!("{path}.percent"), compiler);
    let Some(unit) = &holdout.unit else {
        compiler.error(path, "name the `unit` that is held out");
        return None;
    };
    check_unit(unit, &format!("{path}.unit"), model, compiler);
    let salt = holdout.salt.clone().unwrap_or_else(|| format!("holdout/{name}"));
    let slots = vec![[0, share?]];
    Some(LoweredHoldout { unit: unit.clone(), key: key(salt.as_bytes()), salt: Some(salt), slots })
}

fn slots_of_layer(
    name: &str,
    holdout: &Holdout,
    layer: &str,
    path: &str,
    model: &Model,
    layers: &[Option<LoweredLayer>],
    compiler: &mut Compiler,
) -> Option<LoweredHoldout> {
    for (field, given) in [("unit", holdout.unit.is_some()), ("salt", holdout.salt.is_some())] {
        if given {
            compiler.error(format!("{path}.{field}"), format!("the {field} is that of the layer, leave it out"));
        }
    }
    let at = format!("{path}.layer");
    let number = model.layers.number(layer, "layer").map_err(|message| compiler.error(&at, message)).ok();
    let Some(written) = &holdout.slots else {
        compiler.error(path, "say which `slots` of the layer are held out");
        return None;
    };
    let path = format!("{path}.slots");
    let slots = slots(written, &path, compiler)?;
    let number = number?;
    compiler.used.layers.insert(number);
    let Some(found) = layers.get(number)?.as_ref() else {
        compiler.follows(at, format!("layer `{layer}` has problems of its own"));
        return None;
    };
    for ([from, to], index) in slots.iter().copied().zip(0..) {
        let (whose, path) = (format!("holdout `{name}`"), format!("{path}[{index}]"));
        compiler.claims.add(number, Claim { from, to, window: Window::ALWAYS, whose, flag: None, path });
    }
    Some(LoweredHoldout { unit: found.unit.clone(), salt: None, key: found.key, slots })
}

/// Slots in basis points, in the order written.
pub(super) fn slots(written: &[Slot], path: &str, compiler: &mut Compiler) -> Option<Vec<[u32; 2]>> {
    let before = compiler.count();
    if written.is_empty() {
        compiler.error(path, "the list is empty, give slots such as `[0, 50]`");
    }
    let mut slots: Vec<[u32; 2]> = Vec::new();
    for ([from, to], index) in written.iter().zip(0..) {
        let path = format!("{path}[{index}]");
        let bounds = (percent(*from, &format!("{path}[0]"), compiler), percent(*to, &format!("{path}[1]"), compiler));
        let (Some(from), Some(to)) = bounds else { continue };
        if from >= to {
            compiler.error(&path, "a slot begins before it ends: `[from, to]` in percent, `to` not included");
        }
        slots.push([from, to]);
    }
    let mut sorted = slots.clone();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| matches!(pair, [[_, end], [start, _]] if start < end)) {
        compiler.error(path, "the slots overlap each other, join them");
    }
    (compiler.count() == before).then_some(slots)
}

/// The positions of slots, both ends included; neighbours joined.
fn intervals(slots: &[[u32; 2]]) -> Vec<(u32, u32)> {
    let mut sorted: Vec<[u32; 2]> = slots.iter().copied().filter(|[from, to]| from < to).collect();
    sorted.sort_unstable();
    let mut joined: Vec<[u32; 2]> = Vec::new();
    for [from, to] in sorted {
        match joined.last_mut() {
            Some([_, end]) if *end >= from => *end = to.max(*end),
            _ => joined.push([from, to]),
        }
    }
    let last = |to: u32| cut(to.min(BASIS)).map_or(u32::MAX, |cut| cut.saturating_sub(1));
    joined.into_iter().filter_map(|[from, to]| Some((cut(from)?, last(to)))).collect()
}
