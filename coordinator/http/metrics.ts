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
  const gauge = (name: string, help: string) => new Gauge({ name: `ergodic_${name}`, help, registers });
  const jobsByStatus = new Gauge({
    name: "ergodic_jobs",
    help: "Jobs in the store, those that sample and those that train",
    labelNames: ["sort", "status"],
    registers,
  });
  const nodes = gauge("nodes", "Nodes");
  const workers = gauge("workers", "Workers of the nodes");
  const leases = gauge("leases", "Segments that are with a node");
  const draws = gauge("committed_draws", "Committed draws of all chains of all jobs that sample");
  const updates = gauge("training_updates", "Updates that all trainings have made");
  const models = gauge("models", "Trained models in the registry");
  return {
    observe: ({ method, route, status, seconds }) => requests.observe({ method, route, status }, seconds),
    text() {
      const now = jobs.gauges();
      jobsByStatus.reset();
      for (const { status, training, jobs } of now.jobs) {
        jobsByStatus.set({ sort: training ? "training" : "sampling", status }, jobs);
      }
      nodes.set(now.nodes);
      workers.set(now.workers);
      leases.set(now.leases);
      draws.set(now.draws);
      updates.set(now.updates);
      models.set(now.models);
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}
