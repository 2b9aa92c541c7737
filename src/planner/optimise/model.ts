/**
 * A linear model in the domain's words: variables and rows belong to families (`build`, `power`) and are keyed by what they
 * are about (a site, a quarter), so that each has a name, `power[virginia, 2027Q2]`, and can be told about in a sentence.
 *
 * Pure: it builds the sparse arrays that a solver takes, and knows no solver. Objectives are minimised.
 */

/** The index of a column. */
export type Variable = number & { readonly brand?: "variable" };
/** The index of a row. */
export type Row = number & { readonly brand?: "row" };

/** A weighted sum of variables and a constant. */
export class Linear {
  readonly terms = new Map<Variable, number>();
  constant = 0;

  /** Adds `coefficient × variable`; a variable that does not exist counts as 0. */
  add(coefficient: number, variable: Variable | undefined): this {
    if (variable !== undefined && coefficient !== 0) {
      this.terms.set(variable, (this.terms.get(variable) ?? 0) + coefficient);
    }
    return this;
  }

  plus(constant: number): this {
    this.constant += constant;
    return this;
  }
}

export type Domain = {
  readonly lower?: number;
  readonly upper?: number;
  /** Present when it must be a whole number. */
  readonly integer?: Whole;
};

/** How a dive settles a whole number. */
export type Whole = {
  /** Smaller stages are settled first. */
  readonly stage: number;
  /** A fraction of at least so much is rounded up. */
  readonly roundUpFrom?: number;
};

export type Named = { readonly family: string; readonly key: readonly string[] };

/** What a solver takes: minimise cost·x, rows between bounds, in compressed sparse rows. */
export type LinearProgram = {
  readonly cost: Float64Array;
  readonly offset: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  readonly starts: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
  /** The stage of a whole number; −1 where fractions are allowed. */
  readonly stages: Int32Array;
  readonly roundUpFrom: Float64Array;
  /** When a ratio is to be greatest instead: what is earned over what it is earned on; `cost` is then not looked at. */
  readonly ratio: Ratio | undefined;
  /** To explain an infeasible model: what a unit of violation of a row weighs; negative where it may not be violated. */
  readonly violation: Float64Array;
};

export type Ratio = {
  readonly earned: Float64Array;
  readonly capital: Float64Array;
  /** Capital that is there whatever is decided. */
  readonly standing: number;
};

export class Model {
  readonly #lower: number[] = [];
  readonly #upper: number[] = [];
  readonly #stages: number[] = [];
  readonly #roundUpFrom: number[] = [];
  readonly #variables: Named[] = [];
  readonly #rows: Named[] = [];
  readonly #rowLower: number[] = [];
  readonly #rowUpper: number[] = [];
  readonly #violation: number[] = [];
  readonly #starts: number[] = [0];
  readonly #indices: number[] = [];
  readonly #values: number[] = [];
  #objective = new Linear();
  #ratio: { readonly earned: Linear; readonly capital: Linear } | undefined;

  get variables(): readonly Named[] {
    return this.#variables;
  }

  get rows(): readonly Named[] {
    return this.#rows;
  }

  variable(family: string, key: readonly string[], { lower = 0, upper = Infinity, integer }: Domain = {}): Variable {
    this.#variables.push({ family, key });
    this.#lower.push(lower);
    this.#upper.push(upper);
    this.#stages.push(integer?.stage ?? -1);
    this.#roundUpFrom.push(integer?.roundUpFrom ?? 0.5);
    return this.#variables.length - 1;
  }

  /**
   * `lower ≤ sum ≤ upper`.
   *
   * @param violation What a unit of violation weighs when an infeasible model is explained; absent when the row is a law
   * (a balance, a definition) rather than a limit.
   */
  row(
    family: string,
    key: readonly string[],
    sum: Linear,
    { lower = -Infinity, upper = Infinity, violation = -1 }: { lower?: number; upper?: number; violation?: number },
  ): Row {
    this.#rows.push({ family, key });
    for (const [variable, coefficient] of sum.terms) {
      if (coefficient === 0) continue;
      this.#indices.push(variable);
      this.#values.push(coefficient);
    }
    this.#starts.push(this.#indices.length);
    this.#rowLower.push(lower - sum.constant);
    this.#rowUpper.push(upper - sum.constant);
    this.#violation.push(violation);
    return this.#rows.length - 1;
  }

  minimise(objective: Linear): void {
    this.#objective = objective;
  }

  /** Seeks the most earned for each unit of capital, instead of the least cost. */
  maximiseRatio(earned: Linear, capital: Linear): void {
    this.#ratio = { earned, capital };
  }

  program(): LinearProgram {
    return {
      cost: this.#costs(this.#objective),
      offset: this.#objective.constant,
      lower: Float64Array.from(this.#lower),
      upper: Float64Array.from(this.#upper),
      rowLower: Float64Array.from(this.#rowLower),
      rowUpper: Float64Array.from(this.#rowUpper),
      starts: Int32Array.from(this.#starts),
      indices: Int32Array.from(this.#indices),
      values: Float64Array.from(this.#values),
      stages: Int32Array.from(this.#stages),
      roundUpFrom: Float64Array.from(this.#roundUpFrom),
      ratio: this.#ratio && {
        earned: this.#costs(this.#ratio.earned),
        capital: this.#costs(this.#ratio.capital),
        standing: this.#ratio.capital.constant,
      },
      violation: Float64Array.from(this.#violation),
    };
  }

  /** A sum as one coefficient for each column. */
  #costs(sum: Linear): Float64Array {
    const costs = new Float64Array(this.#variables.length);
    for (const [variable, coefficient] of sum.terms) costs[variable] = coefficient;
    return costs;
  }
}

/** `power[virginia, 2027Q2]`. */
export function nameOf({ family, key }: Named): string {
  return key.length === 0 ? family : `${family}[${key.join(", ")}]`;
}

/** What each row amounts to. */
export function rowActivity(program: LinearProgram, x: Float64Array): Float64Array {
  const activity = new Float64Array(program.rowLower.length);
  for (let row = 0; row < activity.length; row++) {
    let sum = 0;
    for (let at = program.starts[row]!; at < program.starts[row + 1]!; at++) {
      sum += program.values[at]! * x[program.indices[at]!]!;
    }
    activity[row] = sum;
  }
  return activity;
}
