/** A thread of a search: has the course, and carries out the tasks that it is sent. */
import { parentPort, workerData } from "node:worker_threads";
import { Course, type Task } from "../perf/search/course.ts";
import type { Search } from "../perf/search/space.ts";

if (parentPort === null) throw new Error("race-worker.ts runs as a thread of race-threads.ts.");
const port = parentPort;
const course = new Course(workerData as Search);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
port.on("message", (task: Task) => port.postMessage(course.carryOut(task)));
