/** A chart, drawn by a part of the console that loads when the first chart is needed. */
import { Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { Drawing } from "./canvas.tsx";

const Canvas = lazy(() => import("./canvas.tsx"));

export function Chart(props: Drawing) {
  return (
    <Suspense fallback={<Skeleton height={props.height} />}>
      <Canvas {...props} />
    </Suspense>
  );
}
