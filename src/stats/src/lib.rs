//! Statistics for experiments. Pure f64 in and out.
