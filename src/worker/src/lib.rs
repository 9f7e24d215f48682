//! The Cloudflare Worker: routes, keys, ledger, report.
