use regex_automata::dfa::Automaton;
use regex_automata::dfa::dense::DFA;
use regex_automata::util::primitives::StateID;
use std::collections::HashMap;

/// A byte has 256 values; the end of the text is one more symbol.
pub(super) const SYMBOLS: usize = 257;

/// A DFA with a row of next states for each state: over classes of symbols that no state tells apart.
pub(super) struct Machine {
    /// The class of each symbol.
    pub(super) classes: Vec<u16>,
    pub(super) class_count: usize,
    /// State 0 is dead and 1 has matched, whether or not they can be reached.
    pub(super) next: Vec<Vec<u32>>,
    pub(super) start: u32,
}

const DEAD: u32 = 0;
const MATCHED: u32 = 1;

/// The smallest machine that answers whether the pattern occurs: what follows a match does not matter, and a state that
/// leads to no match is dead.
pub(super) fn minimise(dfa: &DFA<Vec<u32>>, start: StateID) -> Machine {
    let mut machine = reachable(dfa, start);
    bury(&mut machine);
    merge(&mut machine);
    squeeze(&mut machine);
    machine
}

/// The states that can be reached, all matching ones as one.
fn reachable(dfa: &DFA<Vec<u32>>, start: StateID) -> Machine {
    let representatives: Vec<u8> =
        dfa.byte_classes().representatives(0..=255).map(|unit| unit.as_u8().unwrap_or(0)).collect();
    let mut classes: Vec<u16> = (0..=255).map(|byte| u16::from(dfa.byte_classes().get(byte))).collect();
    classes.push(representatives.len() as u16);
    let mut numbers = HashMap::from([(start, 2_u32)]);
    let mut queue = vec![start];
    let mut next = vec![vec![DEAD; representatives.len() + 1], vec![MATCHED; representatives.len() + 1]];
    let mut at = 0;
    while let Some(state) = queue.get(at).copied() {
        at += 1;
        let steps = representatives.iter().map(|byte| dfa.next_state(state, *byte)).chain([dfa.next_eoi_state(state)]);
        let row = steps
            .map(|to| {
                if dfa.is_match_state(to) {
                    return MATCHED;
                }
                if dfa.is_dead_state(to) {
                    return DEAD;
                }
                let new = numbers.len() as u32 + 2;
                *numbers.entry(to).or_insert_with(|| {
                    queue.push(to);
                    new
                })
            })
            .collect();
        next.push(row);
    }
    Machine { classes, class_count: representatives.len() + 1, next, start: 2 }
}

/// Makes every state dead from which no match can be reached.
fn bury(machine: &mut Machine) {
    let mut before: Vec<Vec<u32>> = vec![Vec::new(); machine.next.len()];
    for (state, row) in machine.next.iter().enumerate() {
        for to in row {
            if let Some(before) = before.get_mut(*to as usize) {
                before.push(state as u32);
            }
        }
    }
    let mut alive = vec![false; machine.next.len()];
    let mut queue = vec![MATCHED];
    while let Some(state) = queue.pop() {
        let Some(seen) = alive.get_mut(state as usize) else { continue };
        if !std::mem::replace(seen, true) {
            queue.extend(before.get(state as usize).into_iter().flatten());
        }
    }
    let is_alive = |state: u32| alive.get(state as usize).copied().unwrap_or(false);
    for row in &mut machine.next {
        row.iter_mut().filter(|to| !is_alive(**to)).for_each(|to| *to = DEAD);
    }
    if !is_alive(machine.start) {
        machine.start = DEAD;
    }
}

/// How many entries of rows may be looked at while states are told apart. A machine that needs more stays as it is: it
/// decides the same and its table is too long, or nearly.
const WORK: usize = 40_000_000;

/// Merges states that answer alike (Moore): parts are refined until every member of one steps into the same parts.
fn merge(machine: &mut Machine) {
    let states = machine.next.len();
    let mut part: Vec<u32> = (0..states).map(|state| u32::from(state == MATCHED as usize)).collect();
    let mut parts = 2;
    let rounds = WORK / (states * machine.class_count).max(1);
    for _ in 0..rounds {
        let mut known: HashMap<Vec<u32>, u32> = HashMap::new();
        let refined: Vec<u32> = machine
            .next
            .iter()
            .zip(&part)
            .map(|(row, own)| {
                let of = |state: &u32| part.get(*state as usize).copied().unwrap_or(DEAD);
                let signature: Vec<u32> = std::iter::once(*own).chain(row.iter().map(of)).collect();
                let new = known.len() as u32;
                *known.entry(signature).or_insert(new)
            })
            .collect();
        let count = known.len();
        part = refined;
        if count == parts {
            // INVARIANT: states 0 and 1 come first and never share a part, so they keep their numbers.
            keep_first_of_each(machine, &part, count);
            return;
        }
        parts = count;
    }
}

fn keep_first_of_each(machine: &mut Machine, part: &[u32], count: usize) {
    let of = |state: u32| part.get(state as usize).copied().unwrap_or(DEAD);
    let mut rows = Vec::with_capacity(count);
    for (row, own) in machine.next.iter().zip(part) {
        if *own as usize == rows.len() {
            rows.push(row.iter().map(|to| of(*to)).collect());
        }
    }
    machine.start = of(machine.start);
    machine.next = rows;
}

/// Gives symbols that no state tells apart one class. The end of the text keeps a class of its own, the last one.
fn squeeze(machine: &mut Machine) {
    let mut known: HashMap<Vec<u32>, u16> = HashMap::new();
    let end = machine.class_count - 1;
    let column = |class: usize| machine.next.iter().filter_map(|row| row.get(class).copied()).collect::<Vec<u32>>();
    let mut renamed: Vec<u16> = Vec::with_capacity(machine.class_count);
    for class in 0..end {
        let new = known.len() as u16;
        renamed.push(*known.entry(column(class)).or_insert(new));
    }
    let count = known.len();
    renamed.push(count as u16);
    let next = machine.next.iter().map(|row| {
        let mut squeezed = vec![DEAD; count + 1];
        for (to, class) in row.iter().zip(&renamed) {
            if let Some(place) = squeezed.get_mut(usize::from(*class)) {
                *place = *to;
            }
        }
        squeezed
    });
    let next = next.collect();
    let classes = machine.classes.iter().map(|class| renamed.get(usize::from(*class)).copied().unwrap_or(0)).collect();
    *machine = Machine { classes, class_count: count + 1, next, start: machine.start };
}
