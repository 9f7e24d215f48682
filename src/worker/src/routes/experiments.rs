use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::datafile::{DOCUMENT_BYTES, asked};
use super::report::Bench;
use crate::auth::{self, Grant};
use crate::errors::{Error, Result};
use crate::host::Host;
use crate::http::{Request, Response};
use crate::key::Role;
use crate::ledger::Ledger;
use crate::registry::{Ask, RunRow};

pub(super) async fn put(host: &Host, request: &Request) -> Result<Response> {
    let Grant { ledger: Ledger { environment, .. }, key, .. } = auth::grant(host, request, &[Role::Admin]).await?;
    let [dry_run] = asked(request, [("dryRun", "true")])?;
    let text = host.body(DOCUMENT_BYTES).await?;
    let ask = Ask::PublishExperiments { text, actor: key, dry_run };
    let published: Box<RawValue> = host.registry(&environment, &ask).await?;
    Ok(Response::json(200, &published))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    experiment: String,
    name: String,
    run: String,
    runs: Vec<ListedRun>,
    control: String,
    arms: Vec<String>,
    state: isoflag_experiments::State,
    headline: String,
    may_stop: bool,
    units: u64,
    days: u64,
    srm_alarm: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedRun {
    run: String,
    opened_at: i64,
    closed_at: Option<i64>,
}

/// Lists the experiments that have run, each with the verdict on its latest run, and those that are only planned.
pub(super) async fn list(host: &Host, request: &Request) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Admin, Role::Server]).await?;
    let bench = Bench::open(host, &grant).await?;
    // Runs come sorted: open ones first, then the newest.
    let mut runs: Vec<&RunRow> = bench.runs().iter().collect();
    runs.dedup_by(|one, before| one.experiment == before.experiment);
    let reports = bench.report(host, &grant, &runs).await?;
    let mut listed = Vec::new();
    for (row, report) in runs.iter().zip(reports) {
        let all = bench.runs().iter().filter(|run| run.experiment == row.experiment);
        listed.push(Listed {
            runs: all
                .map(|run| ListedRun { run: run.run.clone(), opened_at: run.opened_at, closed_at: run.closed_at })
                .collect(),
            arms: report.units.arms.iter().map(|arm| arm.variant.clone()).collect(),
            experiment: report.experiment,
            name: report.name,
            run: report.run,
            control: report.control,
            state: report.verdict.state,
            headline: report.verdict.headline,
            may_stop: report.verdict.may_stop,
            units: report.units.total,
            days: report.days,
            srm_alarm: report.srm.alarm,
        });
    }
    let planned: Vec<&str> = bench.planned().filter(|key| !runs.iter().any(|run| run.experiment == *key)).collect();
    Ok(Response::json(200, &json!({ "experiments": listed, "planned": planned })))
}

/// Reports on one run: the one asked for, else the open one, else the latest.
pub(super) async fn report(host: &Host, request: &Request, key: &str) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Admin, Role::Server]).await?;
    let bench = Bench::open(host, &grant).await?;
    let run = find(&bench, request, key)?;
    let report = bench.report(host, &grant, &[run]).await?.pop().ok_or_else(|| Error::internal("no report"))?;
    Ok(Response::json(200, &report))
}

/// The sufficient statistics a report is made of, for whoever wants to judge them by other means.
pub(super) async fn cells(host: &Host, request: &Request, key: &str) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Admin, Role::Server]).await?;
    let bench = Bench::open(host, &grant).await?;
    let run = find(&bench, request, key)?;
    let cells = bench.observed(host, &grant, &[run]).await?.pop().ok_or_else(|| Error::internal("no cells"))?;
    Ok(Response::json(200, &cells))
}

fn find<'a>(bench: &'a Bench, request: &Request, key: &str) -> Result<&'a RunRow> {
    let key = percent_decode(key);
    let asked = request.query("run");
    let run = bench.runs().iter().find(|row| row.experiment == key && asked.is_none_or(|run| row.run == run));
    run.ok_or_else(|| match asked {
        Some(run) => Error::NotFound(format!("no run `{run}` of an experiment `{key}`")),
        None => Error::NotFound(format!(
            "no experiment `{key}` was published; a flag with a split that names a `control` is one"
        )),
    })
}

/// Undoes percent-encoding; what is not encoded rightly stays as it is and matches nothing.
fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let pair = (byte == b'%').then(|| Some([ahead.next()?, ahead.next()?])).flatten();
        let decoded = pair.and_then(|pair| u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok());
        if decoded.is_some() {
            rest = ahead;
        }
        bytes.push(decoded.unwrap_or(byte));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::percent_decode;

    #[test]
    fn paths_are_decoded() {
        for (encoded, decoded) in
            [("a-b", "a-b"), ("a%20b", "a b"), ("Zo%C3%AB", "Zoë"), ("100%", "100%"), ("%zz", "%zz"), ("%2", "%2")]
        {
            assert_eq!(percent_decode(encoded), decoded);
        }
    }
}
