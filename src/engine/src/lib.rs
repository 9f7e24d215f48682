//! The evaluator: a pure function from program and context to decision.
