use crate::bytes::{record, text, text_ref_at, u8_at, u16_at, u32_at};
use crate::layout;

/// The type of a flag's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// true or false.
    Boolean = 0,
    /// Text.
    String = 1,
    /// A number.
    Number = 2,
    /// Any JSON.
    Json = 3,
}

/// One variant of a flag: its name and the JSON literal of its value.
#[derive(Clone, Copy, Debug)]
pub struct Variant<'a> {
    /// The name, unique in its flag.
    pub name: &'a [u8],
    /// The value as a JSON literal, UTF-8.
    pub value: &'a [u8],
}

/// What makes a flag an experiment.
#[derive(Clone, Copy, Debug)]
pub struct Experiment<'a> {
    /// The run: one uninterrupted life of the experiment.
    pub run: &'a [u8],
    /// The variant everything is compared with.
    pub control: u16,
    /// The attribute that is randomised; where a split names several, the first of them.
    pub unit: u16,
}

/// A flag, read in place.
#[derive(Clone, Copy, Debug)]
pub struct Flag<'a> {
    pub(crate) bytes: &'a [u8],
    record: &'a [u8; layout::FLAG],
}

impl<'a> Flag<'a> {
    /// Flag `number` of the program these bytes are. The header is read again, so a flag can find the flags it asks.
    #[inline(always)]
    pub(crate) fn numbered(bytes: &'a [u8], number: u32) -> Option<Self> {
        if number >= u32_at(bytes, 16)? {
            return None;
        }
        Some(Self { bytes, record: record(bytes, u32_at(bytes, 20)?, number as usize)? })
    }

    /// Its key.
    pub fn key(&self) -> Option<&'a [u8]> {
        text(self.bytes, text_ref_at(self.record, 0)?)
    }

    /// The type of its values.
    pub fn kind(&self) -> Option<Kind> {
        Some(match u8_at(self.record, 8)? {
            0 => Kind::Boolean,
            1 => Kind::String,
            2 => Kind::Number,
            3 => Kind::Json,
            _ => return None,
        })
    }

    #[inline(always)]
    pub(crate) fn enabled(&self) -> Option<bool> {
        Some(u8_at(self.record, 9)? & layout::FLAG_ENABLED != 0)
    }

    /// Whether its decision depends on the time.
    pub fn reads_now(&self) -> bool {
        u8_at(self.record, 9).is_some_and(|bits| bits & layout::FLAG_READS_NOW != 0)
    }

    /// How long the longest chain of flags is that it asks; 0 when it asks none.
    #[inline(always)]
    pub(crate) fn depth(&self) -> Option<u8> {
        u8_at(self.record, 42)
    }

    /// The tests that other flags must pass before a rule is tried: where they stand and how many they are.
    #[inline(always)]
    pub(crate) fn prerequisites(&self) -> Option<(u32, u16)> {
        Some((u32_at(self.record, 36)?, u16_at(self.record, 40)?))
    }

    #[inline(always)]
    pub(crate) fn off(&self) -> Option<u16> {
        self.served(u16_at(self.record, 10)?)
    }

    #[inline(always)]
    pub(crate) fn default(&self) -> Option<u16> {
        self.served(u16_at(self.record, 12)?)
    }

    /// The number of variants.
    #[inline(always)]
    pub fn variants(&self) -> Option<u16> {
        u16_at(self.record, 14)
    }

    /// A variant number that came from the program, if the flag has such a variant.
    #[inline(always)]
    pub(crate) fn served(&self, variant: u16) -> Option<u16> {
        (variant < self.variants()?).then_some(variant)
    }

    /// A variant by its number.
    pub fn variant(&self, number: u16) -> Option<Variant<'a>> {
        let number = self.served(number)?;
        let record: &[u8; layout::VARIANT] = record(self.bytes, u32_at(self.record, 16)?, number.into())?;
        Some(Variant {
            name: text(self.bytes, text_ref_at(record, 0)?)?,
            value: text(self.bytes, text_ref_at(record, 8)?)?,
        })
    }

    /// How many attributes a host has to hand in for this flag.
    pub fn reads(&self) -> Option<u16> {
        u16_at(self.record, 24)
    }

    /// The id of the attribute read as number `index`.
    pub fn read(&self, index: u16) -> Option<u16> {
        if index >= self.reads()? {
            return None;
        }
        record(self.bytes, u32_at(self.record, 20)?, index.into()).copied().map(u16::from_le_bytes)
    }

    #[inline(always)]
    pub(crate) fn rules(&self) -> Option<u16> {
        u16_at(self.record, 26)
    }

    #[inline(always)]
    pub(crate) fn rule(&self, index: u16) -> Option<&'a [u8; layout::RULE]> {
        record(self.bytes, u32_at(self.record, 28)?, index.into())
    }

    /// Its experiment, if one of its splits is one.
    pub fn experiment(&self) -> Option<Experiment<'a>> {
        let at = u32_at(self.record, 32)?;
        if at == 0 {
            return None;
        }
        let record: &[u8; layout::EXPERIMENT] = record(self.bytes, at, 0)?;
        Some(Experiment {
            run: text(self.bytes, text_ref_at(record, 0)?)?,
            control: u16_at(record, 8)?,
            unit: u16_at(record, 10)?,
        })
    }
}
