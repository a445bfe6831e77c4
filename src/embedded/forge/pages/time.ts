import { type Html, html } from "./html.ts";

const units: readonly (readonly [seconds: number, name: string])[] = [
  [365 * 86_400, "year"],
  [30 * 86_400, "month"],
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
];

/** How long ago `date` is, in words; the exact time is in the tooltip. */
export function ago(date: string, now: Date): Html {
  const seconds = Math.floor((now.getTime() - Date.parse(date)) / 1000);
  const unit = units.find(([length]) => seconds >= length);
  if (!unit) return html`<time datetime="${date}" title="${date}">just now</time>`;
  const count = Math.floor(seconds / unit[0]);
  return html`<time datetime="${date}" title="${date}">${count} ${unit[1]}${count === 1 ? "" : "s"} ago</time>`;
}

/** A count with its noun: `1 commit`, `3 commits`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
