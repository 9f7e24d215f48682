/** One thing that is wrong: where, as a JSON path, and what to do about it. `place` is where text is no JSON, as editors count. */
export interface Problem { path: string; message: string; place?: { line: number; column: number } }
/** The keys of the experiments, or what is wrong. */
export type Checked = { ok: true; experiments: string[] } | { ok: false; problems: Problem[] }

/** Checks the text of experiments.json by itself. */
export function check(experiments: string): Checked
