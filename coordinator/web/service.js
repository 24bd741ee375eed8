/** The service as the page talks to it. */

/** A problem that the service answered with. */
export class ProblemError extends Error {
  constructor(problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

let onUnauthorized = () => {};

/** `ask` is called where the service wants a token. */
export function askForToken(ask) {
  onUnauthorized = ask;
}

export async function call(path, options = {}) {
  const headers = { ...options.headers };
  const token = sessionStorage.getItem("token");
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(new URL(path, location.origin), { ...options, headers }); // an address may hold a password
  if (response.status === 401) onUnauthorized();
  if (!response.ok) throw new ProblemError(await response.json());
  return response;
}

export const getJson = async (path, options) => (await call(path, options)).json();

/** Posts JSON text; a second press of the button within one page is another job. */
export async function submit(path, text) {
  const response = await call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() },
    body: text,
  });
  return await response.json();
}

/** The events of a job, each `{ id, type, data }`; ends with the stream. */
export async function* eventsOf(id, lastEventId, signal) {
  const headers = lastEventId === undefined ? {} : { "Last-Event-ID": lastEventId };
  const response = await call(`/v1/jobs/${id}/events`, { headers, signal });
  if (response.status === 204) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const lines = part.split("\n").filter((line) => !line.startsWith(":"));
      const { id, event, data } = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s)));
      if (data) yield { id, type: event, data: JSON.parse(data) };
    }
  }
}

/** Puts a picture of the service into an image, and shows its figure; hides it where there is none. An image cannot send the token. */
export async function showImage(figure, path, signal) {
  const image = figure.querySelector("img");
  try {
    const blob = await (await call(path, { signal })).blob();
    if (signal.aborted) return;
    const url = URL.createObjectURL(blob);
    image.onload = () => URL.revokeObjectURL(url);
    image.src = url;
    figure.hidden = false;
  } catch (error) {
    if (signal.aborted) return;
    figure.hidden = true;
    if (![404, 409, 422].includes(error.problem?.status)) throw error;
  }
}
