//! Reads a program back into named pieces: the way from bytes to what can be compared with another program.
//!
//! Attributes, flags and variants have numbers in a program, and another program numbers them anew. Here each has its
//! name again, and the operand of a test is its content, wherever it was stored, so that two tests ask the same exactly
//! when they are equal.

use isoflag_engine::bucket::Key;
use isoflag_engine::layout::{self, OUTCOME_SPLIT, OUTCOME_VARIANT, op};
use isoflag_engine::{LoadError, Program};
use std::collections::HashMap;

/// The number of positions: what a split, a gate or a slice divides.
pub(crate) const POSITIONS: u64 = 1 << 32;

/// A program, every number a name again.
#[derive(Debug, Default)]
pub(crate) struct Decompiled {
    pub(crate) flags: Vec<Flag>,
    numbers: HashMap<String, usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Flag {
    pub(crate) key: String,
    pub(crate) kind: u8,
    pub(crate) enabled: bool,
    pub(crate) off: u16,
    pub(crate) default: u16,
    /// Names and JSON literals.
    pub(crate) variants: Vec<(String, String)>,
    pub(crate) prerequisites: Vec<Test>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) experiment: Option<Experiment>,
}

impl Flag {
    /// The name of a variant.
    pub(crate) fn variant(&self, number: u16) -> Option<&str> {
        self.variants.get(usize::from(number)).map(|(name, _)| name.as_str())
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Experiment {
    pub(crate) run: String,
    pub(crate) control: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rule {
    pub(crate) tests: Vec<Test>,
    pub(crate) outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    Variant(u16),
    Split(Box<Split>),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Test {
    pub(crate) on_true: u16,
    pub(crate) on_false: u16,
    pub(crate) ask: Ask,
}

/// What a test asks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ask {
    Attribute { name: String, op: u8, operand: Vec<u8> },
    NowBefore(i64),
    NowNotBefore(i64),
    Flag { key: String, variant: String },
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Split {
    pub(crate) units: Vec<String>,
    pub(crate) experiment: bool,
    pub(crate) key: Key,
    /// Exclusive ends, ascending, the last one behind the last position; and variants.
    pub(crate) ranges: Vec<(u64, u16)>,
    pub(crate) gate: Option<Gate>,
    pub(crate) layer: Option<Slice>,
    pub(crate) holdout: Option<Slice>,
    pub(crate) forced: Vec<(u16, Vec<String>)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Gate {
    pub(crate) key: Key,
    /// Times and the exclusive ends that hold from then on.
    pub(crate) steps: Vec<(i64, u64)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Slice {
    pub(crate) key: Key,
    /// First positions and exclusive ends.
    pub(crate) intervals: Vec<(u64, u64)>,
}

impl Decompiled {
    /// A flag by its key.
    pub(crate) fn find(&self, key: &str) -> Option<&Flag> {
        self.flags.get(*self.numbers.get(key)?)
    }
}

/// Reads a program back.
///
/// # Errors
///
/// When it does not open, or its tables lie outside it.
pub(crate) fn decompile(bytes: &[u8]) -> Result<Decompiled, LoadError> {
    let program = Program::open(bytes)?;
    Reader { bytes, program }.program().ok_or(LoadError::Corrupt)
}

struct Reader<'a> {
    bytes: &'a [u8],
    program: Program<'a>,
}

impl Reader<'_> {
    fn program(&self) -> Option<Decompiled> {
        let flags: Vec<Flag> = (0..self.program.len()).map(|number| self.flag(number)).collect::<Option<_>>()?;
        let numbers = flags.iter().enumerate().map(|(number, flag)| (flag.key.clone(), number)).collect();
        Some(Decompiled { flags, numbers })
    }

    fn flag(&self, number: u32) -> Option<Flag> {
        let flag = self.program.flag(number)?;
        let at = row(self.u32(20)?, number as usize, layout::FLAG)?;
        let variants = (0..flag.variants()?)
            .map(|number| {
                let variant = flag.variant(number)?;
                Some((owned(variant.name)?, owned(variant.value)?))
            })
            .collect::<Option<Vec<_>>>()?;
        let experiment = match flag.experiment() {
            Some(found) => {
                let control = variants.get(usize::from(found.control))?.0.clone();
                Some(Experiment { run: owned(found.run)?, control })
            }
            None => None,
        };
        Some(Flag {
            key: owned(flag.key()?)?,
            kind: flag.kind()? as u8,
            enabled: self.u8(at + 9)? & layout::FLAG_ENABLED != 0,
            off: self.u16(at + 10)?,
            default: self.u16(at + 12)?,
            variants,
            prerequisites: self.tests(self.u32(at + 36)?, self.u16(at + 40)?)?,
            rules: self.rows(self.u32(at + 28)?, self.u16(at + 26)?, layout::RULE, |at| self.rule(at))?,
            experiment,
        })
    }

    fn rule(&self, at: usize) -> Option<Rule> {
        let target = self.u32(at + 8)?;
        let outcome = match self.u8(at + 6)? {
            OUTCOME_VARIANT => Outcome::Variant(u16::try_from(target).ok()?),
            OUTCOME_SPLIT => Outcome::Split(Box::new(self.split(target as usize)?)),
            _ => return None,
        };
        Some(Rule { tests: self.tests(self.u32(at)?, self.u16(at + 4)?)?, outcome })
    }

    fn tests(&self, table: u32, count: u16) -> Option<Vec<Test>> {
        self.rows(table, count, layout::TEST, |at| {
            Some(Test { on_true: self.u16(at + 4)?, on_false: self.u16(at + 6)?, ask: self.ask(at)? })
        })
    }

    fn ask(&self, at: usize) -> Option<Ask> {
        let op = self.u8(at)?;
        Some(match op {
            op::NOW_BEFORE => Ask::NowBefore(self.i64(at + 8)?),
            op::NOW_NOT_BEFORE => Ask::NowNotBefore(self.i64(at + 8)?),
            op::FLAG_IS => {
                let flag = self.program.flag(self.u32(at + 8)?)?;
                let variant = flag.variant(self.u16(at + 12)?)?;
                Ask::Flag { key: owned(flag.key()?)?, variant: owned(variant.name)? }
            }
            _ => {
                let name = owned(self.program.attribute(self.u16(at + 2)?)?)?;
                Ask::Attribute { name, op, operand: self.operand(op, at + 8)? }
            }
        })
    }

    /// The content of an operand, the same bytes for the same meaning: sets stand sorted in every program.
    fn operand(&self, op: u8, at: usize) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        match op {
            op::TEXT_EQUALS | op::STARTS | op::ENDS | op::FOLD_EQUALS | op::FOLD_STARTS | op::FOLD_ENDS => {
                content.extend(self.text(at)?);
            }
            op::LIST_HAS_TEXT => content.extend(self.text(at)?),
            op::INCLUDES | op::FOLD_INCLUDES => content.extend(self.text(self.u32(at)? as usize)?),
            op::TEXT_IN | op::FOLD_IN | op::LIST_ANY_TEXT => {
                for text in self.texts(at)? {
                    content.extend((text.len() as u64).to_le_bytes());
                    content.extend(text.as_bytes());
                }
            }
            op::NUMBER_IN | op::LIST_ANY_NUMBER => content.extend(self.members(at, 8)?),
            op::IN_NETWORK => content.extend(self.members(at, layout::NETWORK)?),
            op::MATCHES => content.extend(self.members(at, 1)?),
            op::VERSION_EQUALS..=op::VERSION_AT_LEAST => {
                let version = self.u32(at)? as usize;
                content.extend(self.bytes.get(version..version.checked_add(24)?)?);
                content.extend(self.text(version + 24)?);
            }
            _ => content.extend(self.bytes.get(at..at.checked_add(8)?)?),
        }
        Some(content)
    }

    fn split(&self, at: usize) -> Option<Split> {
        let units =
            self.rows(self.u32(at + 4)?, self.u16(at)?, 2, |at| owned(self.program.attribute(self.u16(at)?)?))?;
        let mut ranges = self.rows(self.u32(at + 28)?, self.u16(at + 24)?, layout::RANGE, |at| {
            Some((u64::from(self.u32(at)?), self.u16(at + 4)?))
        })?;
        ranges.last_mut()?.0 = POSITIONS;
        let forced = self.rows(self.u32(at + 48)?, self.u16(at + 44)?, layout::FORCED, |at| {
            Some((self.u16(at + 8)?, self.texts(at)?))
        })?;
        Some(Split {
            units,
            experiment: self.u16(at + 2)? & layout::SPLIT_EXPERIMENT != 0,
            key: self.key(at + 8)?,
            ranges,
            gate: match self.u32(at + 32)? {
                0 => None,
                gate => Some(self.gate(gate as usize, self.u16(at + 26)?)?),
            },
            layer: self.slice(at + 36)?,
            holdout: self.slice(at + 40)?,
            forced,
        })
    }

    fn gate(&self, at: usize, steps: u16) -> Option<Gate> {
        let steps = self.rows(u32::try_from(at + layout::KEY).ok()?, steps, layout::STEP, |at| {
            let end = if self.u32(at + 12)? == 0 { self.u32(at + 8)?.into() } else { POSITIONS };
            Some((self.i64(at)?, end))
        })?;
        Some(Gate { key: self.key(at)?, steps })
    }

    /// The slice whose offset stands at `at`, or that there is none.
    fn slice(&self, at: usize) -> Option<Option<Slice>> {
        let at = self.u32(at)? as usize;
        if at == 0 {
            return Some(None);
        }
        let intervals = self.rows(self.u32(at + 16)?, self.u16(at + 20)?, layout::INTERVAL, |at| {
            Some((u64::from(self.u32(at)?), u64::from(self.u32(at + 4)?) + 1))
        })?;
        Some(Some(Slice { key: self.key(at)?, intervals }))
    }

    fn key(&self, at: usize) -> Option<Key> {
        Some(Key { k0: self.u64(at)?, k1: self.u64(at + 8)? })
    }

    /// The members of the set that `at` refers to.
    fn members(&self, at: usize, size: usize) -> Option<&[u8]> {
        let (start, count) = (self.u32(at)? as usize, self.u32(at + 4)? as usize);
        self.bytes.get(start..start.checked_add(count.checked_mul(size)?)?)
    }

    fn texts(&self, at: usize) -> Option<Vec<String>> {
        let (start, count) = (self.u32(at)?, self.u32(at + 4)? as usize);
        // INVARIANT: a set lies inside the program, so a count cannot ask for more memory than the program has.
        self.members(at, layout::TEXT)?;
        (0..count).map(|index| owned(self.text(row(start, index, layout::TEXT)?)?)).collect()
    }

    fn text(&self, at: usize) -> Option<&[u8]> {
        let (start, length) = (self.u32(at)? as usize, self.u32(at.checked_add(4)?)? as usize);
        self.bytes.get(start..start.checked_add(length)?)
    }

    fn rows<T>(&self, table: u32, count: u16, size: usize, read: impl Fn(usize) -> Option<T>) -> Option<Vec<T>> {
        (0..usize::from(count)).map(|index| read(row(table, index, size)?)).collect()
    }

    fn chunk<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.bytes.get(at..)?.first_chunk().copied()
    }

    fn u8(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn u16(&self, at: usize) -> Option<u16> {
        self.chunk(at).map(u16::from_le_bytes)
    }

    fn u32(&self, at: usize) -> Option<u32> {
        self.chunk(at).map(u32::from_le_bytes)
    }

    fn u64(&self, at: usize) -> Option<u64> {
        self.chunk(at).map(u64::from_le_bytes)
    }

    fn i64(&self, at: usize) -> Option<i64> {
        self.chunk(at).map(i64::from_le_bytes)
    }
}

/// Where row `index` of a table stands.
fn row(table: u32, index: usize, size: usize) -> Option<usize> {
    index.checked_mul(size)?.checked_add(table as usize)
}

fn owned(text: &[u8]) -> Option<String> {
    std::str::from_utf8(text).ok().map(str::to_owned)
}
