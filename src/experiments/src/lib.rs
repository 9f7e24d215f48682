//! Experiments: plans, metrics, and the report. Pure, over stats.
