/**
 * Exponential smoothing with an optional damped trend and an optional season, both additive: the state-space form of
 * Hyndman, Koehler, Ord and Snyder, *Forecasting with Exponential Smoothing* (2008), whose one-step errors give the
 * parameters and whose error variance gives the width of an interval at each horizon (ibid., table 6.1).
 *
 * A missing value updates nothing: the states go on as they were expected to.
 */

/** Null where nothing is known. */
export type Observation = number | null;

export type Form = {
  readonly hasTrend: boolean;
  /** Observations in a season; 1 without one. */
  readonly seasonLength: number;
  /** The last value is the forecast: α is 1 and nothing is fitted. */
  readonly isNaive?: boolean;
};

type Parameters = { readonly alpha: number; readonly beta: number; readonly gamma: number; readonly phi: number };

type States = { level: number; trend: number; readonly season: number[] };

export type Fitted = {
  readonly parameters: Parameters;
  /** The expected value so many steps after the last observation, 1 or more. */
  at(step: number): number;
  /** Standard deviation of the error at that step. */
  deviationAt(step: number): number;
};

/** The parameters with the least squared one-step errors, by a grid that is refined around its best point. */
export function fit(observations: readonly Observation[], form: Form): Fitted {
  let best: { parameters: Parameters; squares: number } | undefined;
  const consider = (parameters: Parameters) => {
    const { squares } = run(observations, form, parameters);
    if (best === undefined || squares < best.squares) best = { parameters, squares };
  };
  for (const parameters of grid(form)) consider(parameters);
  for (let width = 0.1; width > 0.005 && form.isNaive !== true; width /= 2) {
    for (const parameters of around(best?.parameters ?? naive, width, form)) consider(parameters);
  }
  return fittedWith(observations, form, best?.parameters ?? naive);
}

const naive: Parameters = { alpha: 1, beta: 0, gamma: 0, phi: 1 };

function* grid({ hasTrend, seasonLength, isNaive }: Form): Generator<Parameters> {
  if (isNaive === true) {
    yield naive;
    return;
  }
  for (const alpha of [0.02, 0.1, 0.3, 0.6, 0.9]) {
    for (const share of hasTrend ? [0.02, 0.1, 0.3] : [0]) {
      for (const phi of hasTrend ? [0.8, 0.9, 0.98] : [1]) {
        for (const gamma of seasonLength > 1 ? [0.02, 0.1, 0.3] : [0]) {
          yield { alpha, beta: share * alpha, gamma: gamma * (1 - alpha), phi };
        }
      }
    }
  }
}

function* around(at: Parameters, width: number, { hasTrend, seasonLength }: Form): Generator<Parameters> {
  for (const sign of [-1, 1]) {
    const alpha = between(at.alpha + sign * width, 0.001, 0.999);
    yield { ...at, alpha, beta: Math.min(at.beta, alpha), gamma: Math.min(at.gamma, 1 - alpha) };
    if (hasTrend) yield { ...at, beta: between(at.beta + sign * width * 0.5, 0, at.alpha) };
    if (hasTrend) yield { ...at, phi: between(at.phi + sign * width * 0.5, 0.8, 0.98) };
    if (seasonLength > 1) yield { ...at, gamma: between(at.gamma + sign * width, 0, 1 - at.alpha) };
  }
}

function fittedWith(observations: readonly Observation[], form: Form, parameters: Parameters): Fitted {
  const { states, squares, errors } = run(observations, form, parameters);
  const { alpha, beta, gamma, phi } = parameters;
  const { seasonLength } = form;
  const free = form.isNaive === true ? 0 : 1 + (form.hasTrend ? 2 : 0) + (seasonLength > 1 ? 1 : 0);
  const sigma = Math.sqrt(squares / Math.max(1, errors - free));
  const dampedSum = (steps: number) => (phi === 1 ? steps : (phi * (1 - phi ** steps)) / (1 - phi));
  const variances = [0];
  return {
    parameters,
    at: (step) =>
      states.level +
      (form.hasTrend ? dampedSum(step) * states.trend : 0) +
      (states.season[(observations.length + step - 1) % seasonLength] ?? 0),
    deviationAt: (step) => {
      // 1 + Σ c_j² with c_j = α + β(φ + … + φ^j) + γ at whole seasons.
      for (let j = variances.length; j < step; j += 1) {
        const seasonal = seasonLength > 1 && j % seasonLength === 0 ? gamma : 0;
        const c = alpha + (form.hasTrend ? beta * dampedSum(j) : 0) + seasonal;
        variances.push((variances[j - 1] ?? 0) + c * c);
      }
      return sigma * Math.sqrt(1 + (variances[step - 1] ?? 0));
    },
  };
}

function run(observations: readonly Observation[], form: Form, { alpha, beta, gamma, phi }: Parameters) {
  const states = firstStates(observations, form);
  const { seasonLength } = form;
  let squares = 0;
  let errors = 0;
  observations.forEach((value, index) => {
    const seasonal = states.season[index % seasonLength] ?? 0;
    const ahead = states.level + phi * states.trend;
    const error = value === null ? 0 : value - ahead - seasonal;
    if (value !== null) {
      squares += error * error;
      errors += 1;
    }
    states.level = ahead + alpha * error;
    states.trend = form.hasTrend ? phi * states.trend + beta * error : 0;
    if (seasonLength > 1) states.season[index % seasonLength] = seasonal + gamma * error;
  });
  return { states, squares, errors };
}

/** The season from the first two of it, the level and slope from what is left without it. */
function firstStates(observations: readonly Observation[], { hasTrend, seasonLength }: Form): States {
  const early = observations.slice(0, Math.max(2 * seasonLength, 10));
  const season = seasonLength === 1 ? [0] : firstSeason(early, seasonLength);
  const known = early.flatMap((value, index) =>
    value === null ? [] : [{ at: index + 1, value: value - (season[index % seasonLength] ?? 0) }],
  );
  const slope = hasTrend ? slopeOf(known) : 0;
  const middle = meanOf(known.map(({ at }) => at));
  return { level: meanOf(known.map(({ value }) => value)) - slope * middle, trend: slope, season };
}

function firstSeason(early: readonly Observation[], length: number): number[] {
  const [first, second] = [early.slice(0, length), early.slice(length, 2 * length)].map((part) =>
    meanOf(part.filter((value) => value !== null)),
  );
  const slope = ((second ?? 0) - (first ?? 0)) / length;
  const flat = early.map((value, index) => (value === null ? null : value - slope * index));
  const middle = meanOf(flat.filter((value) => value !== null));
  return Array.from({ length }, (_, position) => {
    const here = flat.filter((value, index) => value !== null && index % length === position);
    return here.length === 0 ? 0 : meanOf(here.filter((value) => value !== null)) - middle;
  });
}

function slopeOf(points: readonly { readonly at: number; readonly value: number }[]): number {
  const at = meanOf(points.map((point) => point.at));
  const value = meanOf(points.map((point) => point.value));
  const spread = points.reduce((sum, point) => sum + (point.at - at) ** 2, 0);
  const together = points.reduce((sum, point) => sum + (point.at - at) * (point.value - value), 0);
  return spread === 0 ? 0 : together / spread;
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function between(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
