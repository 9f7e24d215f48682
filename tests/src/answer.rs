use isoflag_datafile::{Compiled, Experiment};
use isoflag_engine::{Decision, Input, Program, Reason, Value, decide};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use std::str::from_utf8;

/// A decision in the words every host uses.
#[derive(Debug, PartialEq, Serialize)]
pub struct Answer {
    /// Name of the variant.
    pub variant: Option<String>,
    /// Its value.
    pub value: Option<Json>,
    /// Why.
    pub reason: &'static str,
    /// The rule that decided.
    pub rule: Option<u16>,
    /// The bucket in its split.
    pub bucket: Option<u16>,
    /// The exposure it would cause.
    pub exposure: Option<Exposure>,
}

/// An exposure, as the host would send it.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Exposure {
    /// The experiment, which is the key of the flag.
    pub experiment: String,
    /// Its run.
    pub run: String,
    /// The attribute that is randomised.
    pub unit_type: String,
    /// The id.
    pub unit: String,
    /// The variant.
    pub variant: String,
}

/// The engine as a native host: a compiled datafile that answers in words.
pub struct Native {
    compiled: Compiled,
}

impl Native {
    /// Compiles a datafile.
    ///
    /// # Errors
    ///
    /// The problems, a line each.
    pub fn new(datafile: &str) -> Result<Self, String> {
        let lines = |problems: Vec<_>| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        isoflag_datafile::compile(datafile)
            .map(|compiled| Self { compiled })
            .map_err(|problems: Vec<isoflag_datafile::Problem>| lines(problems))
    }

    /// The experiments of the datafile.
    pub fn experiments(&self) -> &[Experiment] {
        &self.compiled.experiments
    }

    /// Decides one flag.
    ///
    /// # Errors
    ///
    /// When the program does not open, or names something that is not text: both would be faults of the compiler.
    pub fn decide(&self, key: &str, context: &Map<String, Json>) -> Result<Answer, String> {
        let program = Program::open(&self.compiled.program).map_err(|error| error.to_string())?;
        let names: Vec<&str> = (0..program.attributes())
            .filter_map(|id| from_utf8(program.attribute(u16::try_from(id).ok()?)?).ok())
            .collect();
        let attributes: Vec<Value<'_>> = names.iter().map(|name| attribute(context.get(*name))).collect();
        let Some(flag) = program.find(key.as_bytes()).and_then(|number| program.flag(number)) else {
            return Ok(words(Decision::none(Reason::UnknownFlag)));
        };
        let decision = decide(&flag, &Input::new(attributes.as_slice(), 0));
        let mut answer = words(decision);
        if let Some(variant) = decision.variant.and_then(|variant| flag.variant(variant)) {
            answer.variant = Some(from_utf8(variant.name).map_err(|error| error.to_string())?.to_owned());
            answer.value = Some(serde_json::from_slice(variant.value).map_err(|error| error.to_string())?);
        }
        if decision.exposed {
            let experiment = flag.experiment().ok_or("an exposure without an experiment")?;
            let unit_type = *names.get(usize::from(experiment.unit)).ok_or("an experiment without a unit")?;
            answer.exposure = Some(Exposure {
                experiment: key.to_owned(),
                run: from_utf8(experiment.run).map_err(|error| error.to_string())?.to_owned(),
                unit_type: unit_type.to_owned(),
                unit: unit(context.get(unit_type)),
                variant: answer.variant.clone().unwrap_or_default(),
            });
        }
        Ok(answer)
    }
}

fn words(decision: Decision) -> Answer {
    Answer {
        variant: None,
        value: None,
        reason: decision.reason.name(),
        rule: decision.rule,
        bucket: decision.bucket,
        exposure: None,
    }
}

fn attribute(value: Option<&Json>) -> Value<'_> {
    match value {
        Some(Json::Bool(value)) => Value::Boolean(*value),
        Some(Json::Number(value)) => value.as_f64().map_or(Value::Missing, Value::Number),
        Some(Json::String(value)) => Value::Text(value.as_bytes()),
        _ => Value::Missing,
    }
}

fn unit(value: Option<&Json>) -> String {
    match value {
        Some(Json::String(text)) => text.clone(),
        // A unit that is a number is a safe integer; adding zero turns -0 into 0.
        Some(Json::Number(number)) => format!("{}", number.as_f64().unwrap_or(f64::NAN) + 0.0),
        _ => String::new(),
    }
}
