use crate::answer::{Answer, Exposure};
use crate::context::{Held, attribute};
use isoflag_datafile::{Compiled, Experiment, Options, Problem, compile_with};
use isoflag_engine::{Decision, Flag, Input, Pin, Program, Reason, Value, decide};
use serde_json::{Map, Value as Json};
use std::str::from_utf8;

/// The engine as a native host: a compiled datafile that answers in words.
pub struct Native {
    compiled: Compiled,
}

/// What a host may know beside the attributes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// Milliseconds since 1970.
    pub now: i64,
    /// The variant the host insists on. One the flag does not have is passed over.
    pub override_: Option<&'a str>,
    /// The variant this unit had before.
    pub sticky: Option<&'a str>,
}

impl Given<'_> {
    fn pin(&self, flag: &Flag<'_>) -> Pin {
        let numbered = |name: &str| {
            (0..flag.variants().unwrap_or(0))
                .find(|number| flag.variant(*number).is_some_and(|variant| variant.name == name.as_bytes()))
        };
        let override_ = self.override_.and_then(numbered).map(Pin::Override);
        override_.or_else(|| self.sticky.and_then(numbered).map(Pin::Sticky)).unwrap_or_default()
    }
}

impl Native {
    /// Compiles a datafile.
    ///
    /// # Errors
    ///
    /// The problems, a line each.
    pub fn new(datafile: &str) -> Result<Self, String> {
        Self::for_environment(datafile, None)
    }

    /// Compiles a datafile for an environment.
    ///
    /// # Errors
    ///
    /// The problems, a line each.
    pub fn for_environment(datafile: &str, environment: Option<&str>) -> Result<Self, String> {
        Self::with(datafile, Options { environment, ..Options::default() })
    }

    /// Compiles a datafile as the options say.
    ///
    /// # Errors
    ///
    /// The problems, a line each.
    pub fn with(datafile: &str, options: Options<'_>) -> Result<Self, String> {
        let lines = |problems: Vec<Problem>| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        compile_with(datafile, options).map(|compiled| Self { compiled }).map_err(lines)
    }

    /// The experiments of the datafile.
    pub fn experiments(&self) -> &[Experiment] {
        &self.compiled.experiments
    }

    /// Decides one flag, with nothing given but a context.
    ///
    /// # Errors
    ///
    /// As [`decide_with`](Self::decide_with).
    pub fn decide(&self, key: &str, context: &Map<String, Json>) -> Result<Answer, String> {
        self.decide_with(key, context, Given::default())
    }

    /// Decides one flag.
    ///
    /// # Errors
    ///
    /// When the program does not open, or names something that is not text: both would be faults of the compiler.
    pub fn decide_with(&self, key: &str, context: &Map<String, Json>, given: Given<'_>) -> Result<Answer, String> {
        let program = Program::open(&self.compiled.program).map_err(|error| error.to_string())?;
        let Some(flag) = program.find(key.as_bytes()).and_then(|number| program.flag(number)) else {
            return Ok(Decision::none(Reason::UnknownFlag).into());
        };
        let names: Vec<&str> = (0..program.attributes())
            .filter_map(|id| from_utf8(program.attribute(u16::try_from(id).ok()?)?).ok())
            .collect();
        let held: Vec<Held> = names.iter().map(|name| attribute(context, name)).collect();
        let attributes: Vec<Value<'_>> = held.iter().map(Held::value).collect();
        let input = Input { attributes: attributes.as_slice(), now: given.now, pin: given.pin(&flag) };
        let decision = decide(&flag, &input);
        let mut answer = Answer::from(decision);
        if let Some(variant) = decision.variant.and_then(|variant| flag.variant(variant)) {
            answer.variant = Some(from_utf8(variant.name).map_err(|error| error.to_string())?.to_owned());
            answer.value = Some(serde_json::from_slice(variant.value).map_err(|error| error.to_string())?);
        }
        if decision.exposed {
            let experiment = flag.experiment().ok_or("an exposure without an experiment")?;
            let number = usize::from(decision.unit.ok_or("an exposure without a unit")?);
            let unit_type = *names.get(number).ok_or("a unit that is no attribute")?;
            answer.exposure = Some(Exposure {
                experiment: key.to_owned(),
                run: from_utf8(experiment.run).map_err(|error| error.to_string())?.to_owned(),
                unit_type: unit_type.to_owned(),
                unit: held.get(number).map(unit).unwrap_or_default(),
                variant: answer.variant.clone().unwrap_or_default(),
            });
        }
        Ok(answer)
    }
}

fn unit(held: &Held) -> String {
    match held {
        Held::Text(text) => String::from_utf8_lossy(text).into_owned(),
        // A unit that is a number is a safe integer; adding zero turns -0 into 0.
        Held::Number(number) => format!("{}", number + 0.0),
        _ => String::new(),
    }
}
