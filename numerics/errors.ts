/** Something that was given is wrong. `path` names where, dotted (`model.covariance.0.1`); the message says what to do. */
export class InputError extends Error {
  override name = "InputError";
  constructor(readonly path: string, message: string) {
    super(message);
  }
}
