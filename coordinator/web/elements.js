/** Making and filling elements. Whatever comes from the service is set as text, never as markup. */
import { ProblemError } from "./service.js";

export const $ = (id) => document.getElementById(id);

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export function svgElement(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function options(values) {
  return values.map((value) => element("option", { value }, value));
}

export function showProblem(box, error) {
  const { detail, errors = [] } = error instanceof ProblemError
    ? error.problem
    : { detail: String(error.message ?? error) };
  const list = errors.map(({ path, message }) =>
    element("li", {}, path ? element("code", {}, path) : "", ` ${message}`)
  );
  box.replaceChildren(...(list.length > 0 ? [element("ul", {}, ...list)] : [detail]));
  box.hidden = false;
}

export function number(value, digits = 3) {
  if (value === null || value === undefined) return "–";
  if (value !== 0 && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-3)) return value.toExponential(2);
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export const whole = (value) => value === null ? "–" : Math.round(value).toLocaleString("en");

/** JSON with arrays of numbers on one line. */
export function compact(value) {
  return JSON.stringify(value, null, 2).replace(/\[[^[\]{}]*\]/g, (array) => array.replace(/\s+/g, " "));
}
