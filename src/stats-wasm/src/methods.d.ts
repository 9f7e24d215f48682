/** Treatment against control: differs, is greater, is less. */
export type Alternative = 'two-sided' | 'greater' | 'less'
/** `power` and `hsd` take a parameter. */
export type SpendingName = 'obf' | 'pocock' | 'power' | 'hsd'
/** Two numbers: numerator and denominator, outcome and covariate, units and successes, or two ends. */
export type Pair = number[]
export interface Proportion { n: number; successes: number }
/** `variance` has the divisor n − 1. */
export interface Sample { n: number; mean: number; variance: number }
export interface RatioSums { n: number; sumNum: number; sumDen: number; sumNumSq: number; sumDenSq: number; sumNumDen: number }
export interface CovariateSums { n: number; sumY: number; sumX: number; sumYy: number; sumXx: number; sumXy: number }
/** Days, counted from anywhere: of the first exposure, and of every activity. */
export interface Retained { exposed: number; active: number[] }

/** Every method: what it is asked and what it answers. Infinite ends of intervals are infinite numbers. */
export interface Methods {
  special: {
    input: {

      fn:
        | 'norm_cdf' | 'norm_sf' | 'norm_log_sf' | 'norm_ppf' | 't_sf' | 't_ppf' | 'nct_cdf' | 'chi2_sf' | 'chi2_ppf'
        | 'beta_cdf' | 'beta_ppf' | 'binom_cdf' | 'lambert_w_m1';
      args: number[]
    }
    output: { value: number }
  }
  twoProportionZ: {
    input: { control: Proportion; treatment: Proportion; variance: 'pooled' | 'unpooled'; alternative: Alternative }
    output: { diff: number; logPValue: number; pValue: number; rateControl: number; rateTreatment: number; se: number; z: number }
  }
  proportionCi: {
    input: {
      n: number; successes: number; method: 'agresti_coull' | 'clopper_pearson' | 'jeffreys' | 'wald' | 'wilson';
      level: number; clip?: boolean
    }
    output: { ciHigh: number; ciLow: number }
  }
  proportionDiffCi: {
    input: {
      control: Proportion; treatment: Proportion; method: 'agresti_caffo' | 'miettinen_nurminen' | 'newcombe' | 'wald';
      level: number
    }
    output: { ciHigh: number; ciLow: number; diff: number }
  }
  fisherExact: {
    input: { control: Proportion; treatment: Proportion; alternative: Alternative }
    output: { pValue: number }
  }
  welchT: {
    input: { control: Sample; treatment: Sample; alternative: Alternative; alpha: number }
    output: { ciHigh: number; ciLow: number; df: number; diff: number; logPValue: number; pValue: number; se: number; t: number }
  }
  welchTRaw: {
    input: { control: number[]; treatment: number[]; alternative: Alternative; alpha: number }
    output: {
      ciHigh: number; ciLow: number; df: number; diff: number; logPValue: number; meanControl: number;
      meanTreatment: number; pValue: number; se: number; t: number; varianceControl: number; varianceTreatment: number
    }
  }
  meanFromSums: {
    input: { n: number; sum: number; sumSquares: number }
    output: { mean: number; se: number | null; variance: number | null }
  }
  mergeMoments: {
    input: { parts: number[][] }
    output: { mean: number; n: number; variance: number }
  }
  relativeLift: {
    input: { control: Sample; treatment: Sample; level: number; method: 'delta' | 'fieller' | 'log'; distribution: 'normal' | 't' }
    output: { ciHigh?: number; ciLow?: number; lift: number; se?: number; df?: number; seLogRatio?: number; bounded?: boolean }
  }
  nonInferiority: {
    input: {
      control: Sample; treatment: Sample; higherIsBetter: boolean; marginType: 'absolute' | 'relative'; margin: number;
      alpha: number
    }
    output: {
      bound: number; diff: number; distance: number; logPValue: number; pValue: number; se: number;
      verdict: 'non_inferior' | 'inferior' | 'inconclusive'; z: number
    }
  }
  tost: {
    input: { control: Sample; treatment: Sample; low: number; high: number; alpha: number }
    output: { df: number; equivalent: boolean; logPValue: number; pLower: number; pUpper: number; pValue: number }
  }
  sampleSizeProportions: {
    input: {
      baseline: number; mde: number; mdeKind: 'absolute' | 'relative'; alpha: number; power: number; ratio: number;
      sides: 1 | 2; variance: 'arcsine' | 'pooled' | 'unpooled'
    }
    output: { nControl: number; nControlExact: number; nTreatment: number; total: number }
  }
  powerProportions: {
    input: {
      baseline: number; relativeEffect: number; nControl: number; nTreatment: number; alpha: number; sides: 1 | 2;
      variance: 'pooled' | 'unpooled' | 'arcsine'; bothTails: boolean
    }
    output: { power: number }
  }
  powerMeans: {
    input: { effect: number; sd: number; nControl: number; nTreatment: number; alpha: number; sides: 1 | 2; distribution: 'normal' | 't' }
    output: { power: number }
  }
  sampleSizeMeans: {
    input: { effect: number; sd: number; alpha: number; power: number; ratio: number; sides: 1 | 2; distribution: 'normal' | 't' }
    output: { nControl: number; nControlExact: number; nTreatment: number; total: number }
  }
  mdeProportions: {
    input: {
      baseline: number; nControl: number; nTreatment: number; alpha: number; power: number; sides: 1 | 2;
      variance: 'pooled' | 'unpooled' | 'arcsine'; direction: 'decrease' | 'increase'
    }
    output: { mdeAbsolute: number; mdeRelative: number | null }
  }
  mdeMeans: {
    input: { sd: number; nControl: number; nTreatment: number; alpha: number; power: number; sides: 1 | 2; distribution: 'normal' | 't' }
    output: { mdeAbsolute: number }
  }
  daysRemaining: {
    input: { requiredTotal: number; currentTotal: number; dailyUsers: number; allocation: number }
    output: { days: number }
  }
  pAdjust: {
    input: {
      pValues: number[]; method: 'bh' | 'bonferroni' | 'by' | 'hochberg' | 'holm' | 'holm_sidak' | 'hommel' | 'sidak';
      alpha: number
    }
    output: { adjusted: number[]; rejected: boolean[] }
  }
  srmChiSquare: {
    input: { observed: number[]; weights: number[] }
    output: { chi2: number; df: number; logPValue: number; pValue: number; srmAt0001: boolean }
  }
  srmSequential: {
    input: { countsPerLook: number[][]; weights: number[]; dirichletAlpha: number[] }
    output: { alwaysValidP: number[]; logAlwaysValidP: number[]; logBayesFactor: number[] }
  }
  chi2Contingency: {
    input: { table: number[][] }
    output: { chi2: number; df: number; logPValue: number; pValue: number }
  }
  winsorize: {
    input: { control: number[]; treatment: number[]; lowerQuantile: number | null; upperQuantile: number | null; ignoreZeros: boolean }
    output: {
      ciHigh: number; ciLow: number; clipped: number; df: number; diff: number; logPValue: number;
      lowerCap: number | null; meanControl: number; meanTreatment: number; pValue: number; se: number; t: number;
      upperCap: number | null; varianceControl: number; varianceTreatment: number
    }
  }
  retention: {
    input: { kind: 'on_day' | 'within'; days: number; lastFullDay: number; control: Retained[]; treatment: Retained[] }
    output: {
      diff: number; eligibleControl: number; eligibleTreatment: number; logPValue: number; pValue: number;
      retainedControl: number; retainedTreatment: number; z: number
    }
  }
  ratioDeltaRaw: {
    input: { control: Pair[]; treatment: Pair[]; level: number }
    output: {
      ciHigh: number; ciLow: number; diff: number; lift: number | null; liftCiHigh: number | null;
      liftCiLow: number | null; logPValue: number; pValue: number; ratioControl: number; ratioTreatment: number;
      se: number; seLift: number | null; unitVarianceControl: number; unitVarianceTreatment: number; z: number
    }
  }
  ratioDelta: {
    input: { control: RatioSums; treatment: RatioSums; level: number }
    output: {
      ciHigh: number; ciLow: number; diff: number; lift: number | null; liftCiHigh: number | null;
      liftCiLow: number | null; logPValue: number; pValue: number; ratioControl: number; ratioTreatment: number;
      se: number; seLift: number | null; unitVarianceControl: number; unitVarianceTreatment: number; z: number
    }
  }
  quantileCi: {
    input: { values: number[]; quantile: number; level: number; method: 'normal_rank' | 'order_statistic' }
    output: { ciHigh: number; ciLow: number; estimate: number; rankHigh: number | null; rankLow: number | null; se?: number }
  }
  quantileClustered: {
    input: { users: number[][]; quantile: number; level: number }
    output: {
      ciHigh: number; ciLow: number; estimate: number; nValues: number; rankHigh: number; rankLow: number | null;
      sdIndicatorClustered: number; sdIndicatorIid: number; se: number
    }
  }
  quantileDiff: {
    input: { control: number[]; treatment: number[]; quantile: number; level: number }
    output: {
      ciHigh: number; ciLow: number; diff: number; logPValue: number; pValue: number; quantileControl: number;
      quantileTreatment: number; se: number; seControl: number; seTreatment: number; z: number
    }
  }
  cuped: {
    input: { control: CovariateSums; treatment: CovariateSums; level: number }
    output: {
      ciHigh: number; ciLow: number; df: number; diff: number; logPValue: number; meanControl: number;
      meanTreatment: number; pValue: number; rawDiff: number; se: number; t: number; theta: number;
      varianceControl: number; varianceReduction: number; varianceTreatment: number
    }
  }
  cupedRaw: {
    input: { control: Pair[]; treatment: Pair[]; level: number }
    output: {
      ciHigh: number; ciLow: number; df: number; diff: number; logPValue: number; meanControl: number;
      meanTreatment: number; pValue: number; rawDiff: number; se: number; t: number; theta: number;
      varianceControl: number; varianceReduction: number; varianceTreatment: number
    }
  }
  regressionAdjustment: {
    input: {
      outcome: number[]; treated: number[]; covariates: number[][]; estimator: 'ancova' | 'lin';
      seType: 'HC1' | 'HC2' | 'HC3'; level: number
    }
    output: { ciHigh: number; ciLow: number; df: number; estimate: number; logPValue: number; pValue: number; se: number; t: number }
  }
  postStratification: {
    input: { strata: { control: Sample; treatment: Sample }[]; weights: 'pooled_share' | number[]; level: number }
    output: {
      ciHigh: number; ciLow: number; estimate: number; logPValue: number; pValue: number; se: number;
      unadjusted: number; z: number
    }
  }
  postStratificationRaw: {
    input: { strata: { control: number[]; treatment: number[] }[]; weights: 'pooled_share' | number[]; level: number }
    output: {
      ciHigh: number; ciLow: number; estimate: number; logPValue: number; pValue: number; se: number;
      unadjusted: number; z: number
    }
  }
  simpson: {
    input: {

      note?: string;
      segments: { name: string; control: Proportion; treatment: Proportion }[]
    }
    output: {
      aggregateDiff: number; breslowDay: number; breslowDayP: number; cmhChi2: number; cmhP: number;
      mhOddsRatio: number; mhRiskDifference: number; reversal: boolean; segmentDiffs: number[];
      signChangesAfterStandardizing: boolean; standardizedDiff: number
    }
  }
  balance: {
    input: { kind: 'binary' | 'numeric'; control: Sample; treatment: Sample }
    output: { df: number; logPValue: number; pValue: number; smd: number; t: number; varianceRatio: number }
  }
  balanceCategorical: {
    input: { control: number[]; treatment: number[] }
    output: { chi2: number; df: number; logPValue: number; pValue: number; smd: number }
  }
  interaction2x2: {
    input: { a0b0: Sample; a0b1: Sample; a1b0: Sample; a1b1: Sample }
    output: {
      ciHigh: number; ciLow: number; estimate: number; interaction: number; logPValue: number; pValue: number;
      se: number; z: number
    }
  }
  interactionAxb: {
    input: { cells: number[][][] }
    output: { chi2: number; df: number; logPValue: number; pValue: number }
  }
  assignmentIndependence: {
    input: { table: number[][] }
    output: { chi2: number; df: number; logPValue: number; pValue: number }
  }
  clusterRobust: {
    input: { cluster: number[]; treated: number[]; outcome: number[]; seType: 'CR0' | 'CR1' | 'CR1S' | 'CR2'; level: number }
    output: {
      ciHigh: number; ciLow: number; clusters: number; df: number | null; estimate: number; logPValue: number;
      pValue: number; se: number; t: number
    }
  }
  clusterDesign: {
    input: { cluster: number[]; treated: number[]; outcome: number[] }
    output: { cv2: number; designEffect: number; effectiveN: number; icc: number; meanSize: number; n0: number }
  }
  clusterSampleSize: {
    input: { icc: number; clusterSize: number; nPerArmIndividual: number }
    output: { clustersPerArm: number; designEffect: number; nPerArm: number }
  }
  switchbackHac: {
    input: { treated: number[]; outcome: number[]; lags: number; level: number }
    output: { ciHigh: number; ciLow: number; estimate: number; logPValue: number; pValue: number; se: number; z: number }
  }
  switchbackBlocks: {
    input: { treated: number[]; outcome: number[]; blockLength: number; burnIn: number; level: number }
    output: {
      blocksControl: number; blocksTreatment: number; ciHigh: number; ciLow: number; df: number; diff: number;
      logPValue: number; meanControl: number; meanTreatment: number; pValue: number; se: number; t: number
    }
  }
  switchbackHt: {
    input: { treated: number[]; outcome: number[]; decisionPoints: number[]; carryover: number; probability: number }
    output: { estimate: number }
  }
  randomizationTest: {
    input: { treated: number[]; outcome: number[]; scheme: 'fixed_number_treated' }
    output: { assignments: number; diff: number; pGreater: number; pTwoSided: number }
  }
  betaBinomial: {
    input: { control: Proportion; treatment: Proportion; priorAlpha: number; priorBeta: number; level: number }
    output: {
      ciControl: Pair; ciTreatment: Pair; expectedGain: number; expectedLoss: number; meanControl: number;
      meanTreatment: number; posteriorControl: Pair; posteriorTreatment: Pair; probTreatmentBetter: number
    }
  }
  normalBayes: {
    input: { estimate: number; se: number; priorMean: number | null; priorSd: number | null; level: number }
    output: {
      ciHigh: number; ciLow: number; expectedGain: number; expectedLoss: number; posteriorMean: number;
      posteriorSd: number; probNegative: number; probPositive: number
    }
  }
  thompsonBernoulli: {
    input: { armsByPeriod: Pair[][]; priorAlpha: number; priorBeta: number; decay: number; minShare: number }
    output: { allocation: number[]; alpha: number[]; beta: number[]; probBest: number[] }
  }
  thompsonGaussian: {
    input: { means: number[]; sds: number[]; lowerIsBetter: boolean; minShare: number }
    output: { allocation: number[]; probBest: number[] }
  }
  explorationDecay: {
    input: { epsilon0: number; decay: number; epsilonMin: number; step: number; probBest: number[] }
    output: { allocation: number[]; epsilon: number }
  }
  aaTest: {
    input: { pValues: number[]; alpha: number }
    output: {
      binomialP: number; falsePositives: number; ksP: number; ksStatistic: number; n: number; rate: number;
      rateCiHigh: number; rateCiLow: number
    }
  }
  dunnett: {
    input: { z: number[]; nControl: number; nTreatments: number[]; alpha: number }
    output: { adjustedP: number[]; critical: number }
  }
  sprtBernoulli: {
    input: { p0: number; p1: number; n: number; successes: number; alpha: number; beta: number }
    output: { decision: 'accept_h0' | 'accept_h1' | 'continue'; llr: number; lower: number; upper: number }
  }
  sprtNormal: {
    input: { estimate: number; se: number; effectH1: number; alpha: number; beta: number }
    output: { decision: 'accept_h0' | 'accept_h1' | 'continue'; llr: number; lower: number; upper: number }
  }
  msprt: {
    input: { estimate: number; variance: number; tau2: number; alpha: number }
    output: { ciHigh: number; ciLow: number; halfWidth: number; logLambda: number; logPValue: number; pValue: number }
  }
  msprtRun: {
    input: { looks: { control: Proportion; treatment: Proportion }[]; tau2: number; alpha: number }
    output: { alwaysValidP: number[]; ciHigh: number[]; ciLow: number[]; stopLook: number | null }
  }
  asymptoticCs: {
    input: { estimate: number; se: number; n: number; alpha: number; nStar: number; rho: 'approx' | 'exact' }
    output: { ciHigh: number; ciLow: number; halfWidth: number; logPValue: number; pValue: number; rho: number }
  }
  asymptoticCsOneSided: {
    input: { estimate: number; se: number; n: number; alpha: number; nStar: number }
    output: { halfWidth: number; lowerBound: number; rho: number; upperBound: number }
  }
  normalMixtureBoundary: {
    input: { v: number; alpha: number; vOpt: number; alphaOpt: number }
    output: { boundary: number; rho: number }
  }
  peekingFpr: {
    input: { informationFractions: number[]; nominalAlpha: number; sides: 1 | 2 }
    output: { falsePositiveRate: number }
  }
  groupSequentialBounds: {
    input: { informationFractions: number[]; alpha: number; sides: 1 | 2; spending: SpendingName; parameter?: number | null }
    output: { alphaSpent: number[]; nominalP: number[]; z: number[] }
  }
  groupSequentialClassical: {
    input: { informationFractions: number[]; alpha: number; sides: 1 | 2; shape: 'obf' | 'pocock' | 'wang_tsiatis'; delta: number }
    output: { constant: number; z: number[] }
  }
  spendingFunction: {
    input: { spending: SpendingName; parameter?: number | null; t: number; alpha: number; sides: 1 | 2 }
    output: { alphaSpent: number }
  }
  groupSequentialSize: {
    input: { informationFractions: number[]; alpha: number; sides: 1 | 2; spending: SpendingName; parameter?: number | null; power: number }
    output: {
      drift: number; expectedOverFixedH0: number; expectedOverFixedH1: number; inflation: number;
      stopProbabilityH1: number[]; z: number[]
    }
  }
  groupSequentialRun: {
    input: {
      informationFractions: number[]; alpha: number; sides: 1 | 2; spending: SpendingName; parameter?: number | null;
      estimates: number[]; ses: number[]
    }
    output: { bounds: number[]; rciHigh: number[]; rciLow: number[]; stopLook: number | null; z: number[] }
  }
  msprtRunMeans: {
    input: { looks: { control: Sample; treatment: Sample }[]; tau2: number; alpha: number }
    output: { alwaysValidP: number[]; ciHigh: number[]; ciLow: number[]; stopLook: number | null }
  }
}

/** What a method is asked. */
export type Question<M extends keyof Methods> = Methods[M]['input']
/** What it answers; without a result, what still exists. */
export type Answer<M extends keyof Methods> =
  | ({ defined: true } & Methods[M]['output'])
  | ({ defined: false } & { [K in keyof Methods[M]['output']]?: Methods[M]['output'][K] | null })

/** Asks a method. Throws an `Error` that names the input which is missing, wrong or unknown. */
export function statistics<M extends keyof Methods>(method: M, input: Question<M>): Answer<M>
