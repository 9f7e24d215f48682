use crate::compiler::Compiler;
use crate::condition::{Resolved, resolve};
use crate::graph::{told, walk};
use crate::model::Model;
use crate::wire::Condition;
use isoflag_written::member;
use std::rc::Rc;

/// How many segments may name one another in a chain.
const CHAIN: usize = 16;

/// Resolves the segments, each after those it names.
pub(crate) fn resolve_segments(model: &Model, compiler: &mut Compiler) {
    let mut needs: Vec<Vec<usize>> = Vec::new();
    for (_, segment) in model.segments.iter() {
        let mut names = Vec::new();
        if let Some(segment) = segment {
            named(&segment.condition, &mut names);
        }
        needs.push(names.into_iter().filter_map(|name| model.segments.number(name, "segment").ok()).collect());
    }
    let found = walk(&needs);
    compiler.segments = vec![None; model.segments.len()];
    for circle in &found.circles {
        let way = told(circle, |number| model.segments.name(number));
        let first = circle.first().map_or("", |first| model.segments.name(*first));
        compiler.error(member("$.segments", first), format!("the segments name each other in a circle: {way}"));
    }
    let mut chains = vec![0; model.segments.len()];
    for number in found.order {
        let path = member("$.segments", model.segments.name(number));
        let longest = needs.get(number).into_iter().flatten().filter_map(|needed| chains.get(*needed)).max();
        let chain = longest.map_or(1, |longest| longest + 1);
        if let Some(place) = chains.get_mut(number) {
            *place = chain;
        }
        if chain == CHAIN + 1 {
            compiler.error(&path, format!("more than {CHAIN} segments name one another in a chain, join some of them"));
        }
        let Some(segment) = model.segments.get(number).filter(|_| chain <= CHAIN) else { continue };
        let node = resolve(&segment.condition, &format!("{path}.if"), model, compiler);
        if let Some(place) = compiler.segments.get_mut(number) {
            *place = node.map(|node| Rc::new(Resolved::new(node)));
        }
    }
}

fn named<'a>(condition: &'a Condition, names: &mut Vec<&'a str>) {
    names.extend(condition.segment.as_deref());
    let children = condition.all.iter().chain(&condition.any).flatten().chain(condition.not.as_deref());
    children.for_each(|child| named(child, names));
}
