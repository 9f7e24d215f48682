// The oracle: a second evaluator, slow and obvious, written from the specification and from nothing else. It reads the
// datafile as people write it, so that whatever the compiler or the engine gets wrong, it does not get wrong with them.
// Native, Node, workerd and Chromium are held to it on random datafiles and contexts (`npm run prove -- decisions`);
// a difference is looked into, becomes a vector in tests/vectors, and is mended on the side that was wrong.
//
// It deliberately checks nothing: what `isoflag check` refuses may throw here.

export type { Context } from './context.ts'
export { type Answer, Oracle, type Question } from './decide.ts'
export type { Condition, Datafile, Flag, Rule, Split } from './model.ts'
export type { Reason } from './split.ts'
