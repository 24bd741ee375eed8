/** The service as `serve` runs it, in this process: store, node processes, HTTP on a port of this machine. */
import { createApp } from "../../coordinator/app.ts";
import { client } from "../../coordinator/client.ts";
import { Coordinator } from "../../coordinator/coordinator.ts";
import { LocalEngine } from "../../coordinator/engines/local.ts";
import { Store } from "../../coordinator/store/store.ts";

export interface Service {
  readonly url: string;
  readonly api: ReturnType<typeof client>;
  readonly coordinator: Coordinator;
  stop(): Promise<void>;
}

export async function withService(
  use: (service: Service) => Promise<void>,
  options: Parameters<typeof createApp>[1] = {},
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const coordinator = new Coordinator(Store.open(folder, { durable: false }), new LocalEngine({ workers: 1 }));
  coordinator.start();
  const app = createApp(coordinator, options);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.fetch);
  const url = `http://127.0.0.1:${server.addr.port}`;
  let stopped: Promise<void> | undefined;
  const stop = () => stopped ??= Promise.all([server.shutdown(), coordinator.stop()]).then(() => {});
  try {
    await use({ url, api: client(url), coordinator, stop });
  } finally {
    await stop();
    await Deno.remove(folder, { recursive: true });
  }
}
