/**
 * The race for the best deployment: bounds first, then heats of exact simulation. Short heats are for all that could still win,
 * long ones for the finalists. The race only decides. Whoever drives it carries the tasks out, in any number of threads:
 *
 *     const course = new Course(search);
 *     const rounds = race(course);
 *     let turn = rounds.next([]);
 *     while (!turn.done) turn = rounds.next(turn.value.tasks.map((task) => course.carryOut(task)));
 *
 * What it decides depends on the answers and not on the order in which they come, so that one thread and many find the same.
 */
import type { Answer, Course, Task } from "./course.ts";
import type { Findings, Round } from "./findings.ts";
import { Standing } from "./standing.ts";

/** Groups of candidates whose bounds are one task, and such tasks in a round. */
const groupsPerTask = 8;
const boundTasks = 64;

/** Yields rounds of tasks, and wants the answers of each before the next. Returns what was found. */
export function* race(course: Course): Generator<Round, Findings, readonly Answer[]> {
  const state = new Standing(course);
  for (let from = 0; from < course.groups.length; from += groupsPerTask * boundTasks) {
    const starts = Array.from({ length: boundTasks }, (_, at) => from + at * groupsPerTask);
    const tasks = starts
      .filter((start) => start < course.groups.length)
      .map((start): Task => ({ type: "bounds", from: start, to: start + groupsPerTask }));
    state.take(yield state.round(tasks));
  }
  state.pairUp();
  for (let tasks = state.next(); tasks.length > 0; tasks = state.next()) state.take(yield state.round(tasks));
  state.dropTheRest();
  for (const tasks of state.finals()) state.take(yield state.round(tasks));
  return state.findings(true);
}
