/** The HTTP service: every route on top of what the coordinator offers. Listens to nothing itself. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { answerInMessagePack } from "./http/accept.ts";
import { requireToken } from "./http/authentication.ts";
import type { BodyLimits } from "./http/body.ts";
import { notFound, onError, otherMethod } from "./http/fallback.ts";
import { inferenceErrors } from "./http/inference_errors.ts";
import { createMetrics } from "./http/metrics.ts";
import { RequestError } from "./http/problem.ts";
import { record } from "./http/record.ts";
import { refuse } from "./http/refuse.ts";
import type { Jobs } from "./jobs.ts";
import { chainRoutes } from "./routes/chains.ts";
import { checkRoutes } from "./routes/checks.ts";
import { docsRoutes } from "./routes/docs.ts";
import { drawsRoutes } from "./routes/draws.ts";
import { eventRoutes } from "./routes/events.ts";
import { healthRoutes } from "./routes/health.ts";
import { imageRoutes } from "./routes/images.ts";
import { inferenceRoutes } from "./routes/inference.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { kindRoutes } from "./routes/kinds.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { modelRoutes } from "./routes/models.ts";
import { modelUseRoutes } from "./routes/model_uses.ts";
import { pageRoutes } from "./routes/page.ts";
import { problemRoutes } from "./routes/problems.ts";
import { statisticsRoutes } from "./routes/statistics.ts";
import { trainingRoutes } from "./routes/training.ts";

export interface AppOptions {
  /** Where there is one, all but /healthz and /readyz need it. */
  readonly token?: string;
  /** Of a job; 16 MiB where absent. */
  readonly mostBodyBytes?: number;
  /** The longest time in which nothing of a body comes; 30 s where absent. */
  readonly bodyIdleMs?: number;
  /** Between two signs of life on an event stream; 15 s where absent. */
  readonly heartbeatMs?: number;
}

const MOST_BODY_BYTES = 16 * 2 ** 20;
const BODY_IDLE_MS = 30_000;
const HEARTBEAT_MS = 15_000; // below the half minute after which proxies give up on a silent connection

// What is left are nosniff, no framing, no referrer and no other origin; the pages add policies of their own.
const SECURE_HEADERS = {
  strictTransportSecurity: false, // the service itself has no TLS
  xXssProtection: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  originAgentCluster: false,
};

export function createApp(jobs: Jobs, options: AppOptions = {}) {
  const { token, mostBodyBytes = MOST_BODY_BYTES, bodyIdleMs = BODY_IDLE_MS, heartbeatMs = HEARTBEAT_MS } = options;
  const limits: BodyLimits = { mostBytes: mostBodyBytes, idleMs: bodyIdleMs };
  const metrics = createMetrics(jobs);

  const app = new OpenAPIHono({ defaultHook: refuse });
  app.use(requestId(), record(metrics));
  app.use(secureHeaders(SECURE_HEADERS));
  app.use("/v2/*", inferenceErrors); // which also matches /v2 itself
  if (token !== undefined) app.use(requireToken(token));
  app.use(methodNotAllowed({ app, onMethodNotAllowed: otherMethod }));
  const expectAccepting: MiddlewareHandler = async (_, next) => {
    if (!jobs.accepting) throw new RequestError("unavailable", "A shutdown has begun.", { "Retry-After": "10" });
    await next();
  };
  app.use("/v1/*", expectAccepting);
  app.use("/v2/*", expectAccepting);
  app.use(answerInMessagePack);
  app.notFound(notFound);
  app.onError(onError);

  const routes = app
    .route("/", jobRoutes(jobs, limits))
    .route("/", eventRoutes(jobs, heartbeatMs))
    .route("/", statisticsRoutes(jobs))
    .route("/", drawsRoutes(jobs))
    .route("/", imageRoutes(jobs))
    .route("/", kindRoutes())
    .route("/", chainRoutes(jobs, limits))
    .route("/", checkRoutes(jobs, limits))
    .route("/", trainingRoutes(jobs, limits))
    .route("/", modelRoutes(jobs, limits))
    .route("/", inferenceRoutes(jobs, limits))
    .route("/", modelUseRoutes(jobs, limits))
    .route("/", problemRoutes())
    .route("/", healthRoutes(jobs))
    .route("/", metricsRoutes(metrics));
  app.route("/", docsRoutes(app));
  app.route("/", pageRoutes());
  return routes;
}

/** What the typed client knows of the service. */
export type AppType = ReturnType<typeof createApp>;
