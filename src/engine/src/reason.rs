/// Why a decision came out as it did. Not an error: there is always an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Reason {
    /// The flag is switched off.
    Off = 0,
    /// A rule matched that names one variant.
    Targeted = 1,
    /// A rule matched that splits, and the unit's bucket chose the variant.
    Split = 2,
    /// No rule took the context.
    Default = 3,
    /// A split needs a unit that the context does not have; nothing is decided, the default variant is served.
    MissingUnit = 4,
    /// The program has no such flag.
    UnknownFlag = 5,
    /// The flag's bytes are damaged, or deciding it would take more steps than one decision may.
    Unusable = 6,
    /// The host handed the variant in.
    Override = 7,
    /// The unit is in a list of the split that names its variant.
    Forced = 8,
    /// The unit is held out: the default variant is served.
    Holdout = 9,
    /// The host handed in the variant this unit had before.
    Sticky = 10,
    /// A flag this one depends on came out otherwise: the off variant is served.
    Prerequisite = 11,
}

impl Reason {
    /// Every reason, in the order of its number.
    pub const ALL: [Self; 12] = [
        Self::Off,
        Self::Targeted,
        Self::Split,
        Self::Default,
        Self::MissingUnit,
        Self::UnknownFlag,
        Self::Unusable,
        Self::Override,
        Self::Forced,
        Self::Holdout,
        Self::Sticky,
        Self::Prerequisite,
    ];

    /// The word used on every surface: TypeScript, JSON, docs and console.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Targeted => "targeted",
            Self::Split => "split",
            Self::Default => "default",
            Self::MissingUnit => "missing_unit",
            Self::UnknownFlag => "unknown_flag",
            Self::Unusable => "unusable",
            Self::Override => "override",
            Self::Forced => "forced",
            Self::Holdout => "holdout",
            Self::Sticky => "sticky",
            Self::Prerequisite => "prerequisite",
        }
    }
}
