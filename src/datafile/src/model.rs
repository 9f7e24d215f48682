use crate::compiler::Compiler;
use crate::names::{Names, entry};
use crate::wire::{Attribute, AttributeType, Datafile, Flag, Holdout, Layer, Overlay, Segment};
use isoflag_written::{Problems, did_you_mean, member, read};
use std::collections::{HashMap, HashSet};

/// A datafile, read: everything found by its name.
pub(crate) struct Model {
    /// `None` when the datafile declares none, and any attribute may be read.
    pub(crate) attributes: Option<Names<Declared>>,
    pub(crate) segments: Names<Segment>,
    pub(crate) layers: Names<Layer>,
    pub(crate) holdouts: Names<Holdout>,
    pub(crate) flags: Names<WrittenFlag>,
    /// Whether it is compiled for an environment; what differs in it stands beside each flag.
    pub(crate) environment: Option<String>,
}

/// What is declared of an attribute.
pub(crate) struct Declared {
    pub(crate) kind: AttributeType,
    /// The texts it may be, as written and in lower case.
    values: Option<(Vec<String>, HashSet<String>)>,
}

impl Declared {
    /// What is declared, or what is wrong with the values.
    pub(crate) fn new(attribute: Attribute) -> Result<Self, &'static str> {
        if attribute.values.is_some() && !matches!(attribute.kind, AttributeType::String | AttributeType::List) {
            return Err("only a string has `values`, or a list of strings");
        }
        if attribute.values.as_ref().is_some_and(Vec::is_empty) {
            return Err("the list is empty, give the texts that are possible or leave it out");
        }
        let set = |values: &Vec<String>| values.iter().flat_map(|text| [text.clone(), text.to_lowercase()]).collect();
        Ok(Self { kind: attribute.kind, values: attribute.values.map(|values| (values.clone(), set(&values))) })
    }

    /// What to say of a text that is not among the declared ones.
    pub(crate) fn refuses(&self, text: &str, folds: bool) -> Option<String> {
        let (values, known) = self.values.as_ref()?;
        // A text in lower case is in the set for the sake of those that ignore case; of others it must be one as written.
        let found = if folds { known.contains(&text.to_lowercase()) } else { known.contains(text) };
        if found && (folds || text != text.to_lowercase() || values.iter().any(|value| value == text)) {
            return None;
        }
        Some(did_you_mean(text, values.iter().map(String::as_str)))
    }
}

/// A flag as written, with its variants found by name, and what differs in the environment.
pub(crate) struct WrittenFlag {
    pub(crate) flag: Flag,
    pub(crate) variants: HashMap<String, u16>,
    pub(crate) overlay: Overlay,
    /// Whether all of it could be read. What could is looked at all the same, so that one slip hides no other.
    pub(crate) sound: bool,
}

/// Reads everything that has a name.
pub(crate) fn read_model(datafile: &Datafile, environment: Option<&str>, compiler: &mut Compiler) -> Model {
    let problems = &mut compiler.problems;
    let attributes = datafile.attributes.as_ref().map(|attributes| {
        let read = Names::<Attribute>::read(attributes, "$.attributes", "an attribute", problems);
        Names::of(read.into_entries().map(|(name, one)| {
            let declared = one.and_then(|attribute| declare(&name, attribute, problems));
            (name, declared)
        }))
    });
    Model {
        attributes,
        segments: Names::read(&datafile.segments, "$.segments", "a segment", problems),
        layers: Names::read(&datafile.layers, "$.layers", "a layer", problems),
        holdouts: Names::read(&datafile.holdouts, "$.holdouts", "a holdout", problems),
        flags: flags(datafile, environment, problems),
        environment: environment.map(str::to_owned),
    }
}

fn declare(name: &str, attribute: Attribute, problems: &mut Problems) -> Option<Declared> {
    let path = format!("{}.values", member("$.attributes", name));
    match Declared::new(attribute) {
        Ok(declared) => Some(declared),
        Err(message) => {
            problems.error(path, message);
            None
        }
    }
}

/// The flags, each with what differs in the environment. What differs in others is read too: a slip in it is a slip.
fn flags(datafile: &Datafile, environment: Option<&str>, problems: &mut Problems) -> Names<WrittenFlag> {
    let declared = datafile.environments.as_deref().unwrap_or_default();
    Names::of(datafile.flags.0.iter().map(|(key, json)| {
        let before = problems.errors.len();
        let flag: Option<Flag> = entry(key, json, "$.flags", "a flag", problems);
        let Some(flag) = flag else { return (key.clone(), None) };
        let path = format!("{}.environments", member("$.flags", key));
        let mut overlay = Overlay::default();
        for (name, json) in &flag.environments.0 {
            let path = member(&path, name);
            if !declared.contains(name) {
                let near = did_you_mean(name, declared.iter().map(String::as_str));
                problems.error(&path, format!("environment `{name}` is not declared in `$.environments`{near}"));
            }
            // serde takes a list for an object whose fields come in order, and an empty one for one that has none.
            if json.get().starts_with('[') {
                problems.error(&path, "invalid type: a list, expected an object");
                continue;
            }
            match read::<Overlay>(json.get(), &path) {
                Ok(found) if environment == Some(name) => overlay = found,
                Ok(_) => {}
                Err(found) => problems.errors.extend(found),
            }
        }
        let numbered = flag.variants.keys().map(str::to_owned).zip(0..=u16::MAX);
        let variants: HashMap<String, u16> = numbered.collect();
        let sound = problems.errors.len() == before;
        (key.clone(), Some(WrittenFlag { variants, flag, overlay, sound }))
    }))
}
