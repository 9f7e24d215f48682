//! The Cloudflare Worker: keys, routes, the ledger and the report, on Cloudflare's network or on a bare `workerd`.
//!
//! ```text
//!            ┌ routes ─ auth ───────────────┐        registry   one Durable Object per environment: keys, datafiles,
//!  request ──┤  read, judge, spread, merge  ├──▶               experiments, runs, audit log. The truth about intent
//!            └──────────────────────────────┘   ▶▶▶  shard      N Durable Objects per environment, each with the
//!                                                              units whose hash falls to it. The truth about facts
//! ```
//!
//! * **Nothing is acknowledged before it is durable.** The ingest answers when every shard a batch touches has committed
//!   its part in one transaction. When one fails the whole batch may be sent again: what was stored is recognised by its
//!   identity and counts once.
//! * **A late fact re-does its unit only.** Each shard keeps one row per (run, unit) and per (run, unit, metric) and a
//!   list of the units whose rows are out of date; a report brings those up to date and then adds rows up.
//! * **Keys are known by their hash alone.** Neither storage nor a log ever holds one.
//!
//! `host` is the one place that names `worker::`; everything else is plain Rust over it. `errors` is the one map from
//! what went wrong to what is answered. Deliberately not here: what a flag means (`isoflag-datafile`), what a good event
//! is (`isoflag-events`), what may be concluded (`isoflag-experiments`).

mod attestation;
mod auth;
mod crowd;
mod encoding;
mod errors;
mod evidence;
mod hex;
mod host;
mod http;
mod judge;
mod key;
mod ledger;
mod limiter;
mod migrations;
mod mount;
mod origin;
mod outbox;
mod portion;
mod programs;
mod registry;
mod retention;
mod routes;
mod runs;
mod shard;
mod sinks;
mod spread;
mod strangers;
mod told;
