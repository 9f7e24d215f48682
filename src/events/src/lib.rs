//! Exposures and events as sent: limits, validation, identity. Pure.
