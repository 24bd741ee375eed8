/** What /metrics tells, in a registry of its own. */
import { Gauge, Histogram, Registry } from "prom-client";
import type { Jobs } from "../jobs.ts";

export interface Metrics {
  /** Counts a request. `route` is a pattern, never a path, so that the number of series stays small. */
  observe(request: { method: string; route: string; status: number; seconds: number }): void;
  /** In the text format of Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(jobs: Jobs): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: "ergodic_http_request_duration_seconds",
    help: "Time to the response's first byte",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10],
    registers,
  });
  new Gauge({
    name: "ergodic_jobs",
    help: "Jobs in the store",
    labelNames: ["status"],
    registers,
    collect() {
      this.reset();
      for (const [status, count] of Object.entries(jobs.gauges().jobs)) this.set({ status }, count);
    },
  });
  const counted = [["nodes", "Nodes"], ["workers", "Workers of the nodes"], ["leases", "Segments being run"]] as const;
  for (const [name, help] of counted) {
    new Gauge({
      name: `ergodic_${name}`,
      help,
      registers,
      collect() {
        this.set(jobs.gauges()[name]);
      },
    });
  }
  return {
    observe: ({ method, route, status, seconds }) => requests.observe({ method, route, status }, seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
