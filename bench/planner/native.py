"""Solves the relaxation of an MPS file with HiGHS's own build and prints its seconds and objective as JSON."""
import json
import sys
import time

import highspy

path, solver = sys.argv[1:3]
highs = highspy.Highs()
highs.setOptionValue("output_flag", False)
highs.setOptionValue("threads", 1)
highs.readModel(path)
highs.setOptionValue("solver", solver)
highs.setOptionValue("solve_relaxation", True)
started, started_cpu = time.perf_counter(), time.process_time()
highs.run()
print(
    json.dumps(
        {
            "seconds": time.perf_counter() - started,
            "cpuSeconds": time.process_time() - started_cpu,
            "objective": highs.getInfo().objective_function_value,
            "version": highs.version(),
        }
    )
)
