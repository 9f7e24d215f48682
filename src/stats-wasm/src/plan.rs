use crate::plain::{from_js, to_js};
use isoflag_experiments::planner::{Baseline, PlanAnswer, PlanQuestion, Week, plan as answer};
use isoflag_methods::{Answers, Input, Value};
use js_sys::Error;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("plan.d.ts");

/// Plans an experiment.
///
/// # Errors
///
/// An `Error` that says what is missing, wrong or impossible.
#[wasm_bindgen(skip_typescript)]
pub fn plan(question: &JsValue) -> Result<JsValue, JsValue> {
    let question = from_js(question)?;
    let found = read(&question).and_then(|question| answer(&question)).map_err(|message| Error::new(&message))?;
    to_js(&said(found))
}

fn read(question: &Value) -> Result<PlanQuestion, String> {
    let input = Input::new(question.as_object().ok_or("the question is no object")?);
    let baseline = input.object("baseline")?;
    let looks = if input.value("looks").is_null() {
        None
    } else {
        let looks = input.object("looks")?;
        let found = (looks.numbers("information_fractions")?, looks.spending()?);
        looks.done()?;
        Some(found)
    };
    let question = PlanQuestion {
        baseline: if baseline.choice("kind", &[("conversion", true), ("mean", false)])? {
            Baseline::Conversion(baseline.number("rate")?)
        } else {
            Baseline::Mean { mean: baseline.number("mean")?, sd: baseline.number("sd")? }
        },
        lift: input.number("lift")?,
        alpha: input.number("alpha")?,
        power: input.number("power")?,
        sides: input.sides()?,
        treatments: input.number("treatments")?,
        ratio: input.number("ratio")?,
        looks,
        daily_units: input.number("daily_units")?,
        gate: input.number("gate")?,
        whole_weeks: input.flag("whole_weeks")?,
    };
    baseline.done()?;
    input.done()?;
    Ok(question)
}

fn said(found: PlanAnswer) -> Value {
    let fixed = Answers::default()
        .put("control", found.fixed.control.into())
        .put("treatment", found.fixed.treatment.into())
        .put("control_exact", found.fixed.control_exact.into())
        .into();
    let sequential = found.sequential.map_or(Value::Null, |size| {
        Answers::default()
            .put("z", size.z.into())
            .put("drift", size.drift.into())
            .put("inflation", size.inflation.into())
            .put("expected_over_fixed_h1", size.expected_over_fixed_h1.into())
            .put("expected_over_fixed_h0", size.expected_over_fixed_h0.into())
            .put("stop_probability_h1", size.stop_probability_h1.into())
            .into()
    });
    let week = |week: Week| -> Value {
        Answers::default()
            .put("days", week.days.into())
            .put("units", week.units.into())
            .put("power", week.power.into())
            .put("lift", week.lift.into())
            .into()
    };
    Answers::default()
        .put("alpha", found.alpha.into())
        .put("fixed", fixed)
        .put("control", found.control.into())
        .put("treatment", found.treatment.into())
        .put("units", found.units.into())
        .put("sequential", sequential)
        .put("days", found.days.into())
        .put("weeks", Value::Array(found.weeks.into_iter().map(week).collect()))
        .into()
}
