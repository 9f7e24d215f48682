//! The native host of `tests/hosts`: jobs on standard input, answers on standard output, both JSON. A job that
//! is `lenient` leaves out flags that have problems.

use isoflag_datafile::Options;
use isoflag_tests::{Answer, Given, Native};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::error::Error;
use std::io::{Write, stdin, stdout};

#[derive(Deserialize)]
struct Job {
    environment: Option<String>,
    datafile: Value,
    #[serde(default)]
    lenient: bool,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    flag: String,
    context: Map<String, Value>,
    #[serde(default)]
    now: i64,
    #[serde(rename = "override")]
    override_: Option<String>,
    sticky: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let jobs: Vec<Job> = serde_json::from_reader(stdin().lock())?;
    let mut answers: Vec<Vec<Answer>> = Vec::new();
    for job in &jobs {
        let options = Options { environment: job.environment.as_deref(), lenient: job.lenient, ..Options::default() };
        let native = Native::with(&job.datafile.to_string(), options)?;
        let answer = |case: &Case| {
            let given = Given { now: case.now, override_: case.override_.as_deref(), sticky: case.sticky.as_deref() };
            native.decide_with(&case.flag, &case.context, given)
        };
        answers.push(job.cases.iter().map(answer).collect::<Result<_, _>>()?);
    }
    let mut out = stdout().lock();
    serde_json::to_writer(&mut out, &answers)?;
    out.flush()?;
    Ok(())
}
