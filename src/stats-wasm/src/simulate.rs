use crate::plain::{from_js, to_js};
use isoflag_experiments::simulate::{Outcome, Simulation, Stops, Tally};
use isoflag_methods::{Answers, Input, Value};
use js_sys::Error;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("simulate.d.ts");

/// The greatest whole number up to which JavaScript's are exact.
const LARGEST_SEED: f64 = 9_007_199_254_740_991.0;

/// Simulates a part of a simulation.
///
/// # Errors
///
/// An `Error` that says what is missing, wrong or makes no sense.
#[wasm_bindgen(skip_typescript)]
pub fn simulate(simulation: &JsValue, first: u32, runs: u32) -> Result<JsValue, JsValue> {
    let simulation = from_js(simulation)?;
    let tally = read(&simulation).and_then(|simulation| simulation.run(first, runs));
    to_js(&said(&tally.map_err(|message| Error::new(&message))?))
}

fn read(simulation: &Value) -> Result<Simulation, String> {
    let input = Input::new(simulation.as_object().ok_or("the simulation is no object")?);
    let outcome = input.object("outcome")?;
    let seed = input.number("seed")?;
    if !((0.0..=LARGEST_SEED).contains(&seed) && seed.fract() == 0.0) {
        return Err("`seed` is a whole number from 0 to 2⁵³ − 1".into());
    }
    let simulation = Simulation {
        outcome: match outcome.choice("kind", &[("conversion", 0), ("mean", 1), ("revenue", 2)])? {
            0 => Outcome::Conversion { rate: outcome.number("rate")? },
            1 => Outcome::Mean { mean: outcome.number("mean")?, sd: outcome.number("sd")? },
            _ => Outcome::Revenue {
                rate: outcome.number("rate")?,
                mean: outcome.number("mean")?,
                sd: outcome.number("sd")?,
            },
        },
        lift: input.number("lift")?,
        units: input.number("units")?,
        planned_share: input.number("planned_share")?,
        actual_share: input.number("actual_share")?,
        looks: input.numbers("looks")?,
        alpha: input.number("alpha")?,
        spending: input.spending()?,
        srm_alpha: input.number("srm_alpha")?,
        seed: seed as u64,
    };
    outcome.done()?;
    input.done()?;
    Ok(simulation)
}

fn said(tally: &Tally) -> Value {
    let stops = |stops: &Stops| -> Value {
        Answers::default()
            .put("by_look", stops.by_look.iter().map(|count| f64::from(*count)).collect::<Vec<_>>().into())
            .put("ahead", f64::from(stops.ahead).into())
            .put("units", stops.units.into())
            .into()
    };
    Answers::default()
        .put("runs", f64::from(tally.runs).into())
        .put("peeking", stops(&tally.peeking))
        .put("at_end", stops(&tally.at_end))
        .put("spending", stops(&tally.spending))
        .put("always_valid", stops(&tally.always_valid))
        .put("srm", f64::from(tally.srm).into())
        .into()
}
