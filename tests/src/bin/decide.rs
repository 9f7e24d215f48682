//! The native host of `tests/hosts`: jobs on standard input, answers on standard output, both JSON.

use isoflag_tests::{Answer, Native};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::error::Error;
use std::io::{Write, stdin, stdout};

#[derive(Deserialize)]
struct Job {
    datafile: Value,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    flag: String,
    context: Map<String, Value>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let jobs: Vec<Job> = serde_json::from_reader(stdin().lock())?;
    let mut answers: Vec<Vec<Answer>> = Vec::new();
    for job in &jobs {
        let native = Native::new(&job.datafile.to_string())?;
        answers.push(job.cases.iter().map(|case| native.decide(&case.flag, &case.context)).collect::<Result<_, _>>()?);
    }
    let mut out = stdout().lock();
    serde_json::to_writer(&mut out, &answers)?;
    out.flush()?;
    Ok(())
}
