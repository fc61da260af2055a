/**
 * Draws rows of a terminal as an SVG file: text, so that it is small, sharp and can be read aloud.
 *
 * @module
 */

import type { Run } from "./screen.ts";

const cell = { width: 8.4, height: 19 };
const margin = { x: 16, top: 44, bottom: 16 };
const ground = "#161b22";
const plain = "#d0d7de";

/** The terminal's sixteen colours, on a dark ground. */
const palette = [
  "#484f58",
  "#ff7b72",
  "#56d364",
  "#e3b341",
  "#79c0ff",
  "#d2a8ff",
  "#76e3ea",
  "#d0d7de",
  "#8b949e",
  "#ffa198",
  "#7ee787",
  "#f2cc60",
  "#a5d6ff",
  "#e2c5ff",
  "#b3f0ff",
  "#ffffff",
];

/** Returns the file. */
export function svg(title: string, rows: readonly (readonly Run[])[], columns: number): string {
  const width = Math.ceil(columns * cell.width + 2 * margin.x);
  const height = Math.ceil(rows.length * cell.height + margin.top + margin.bottom);
  const text = rows.flatMap((runs, row) => runs.map((run) => drawn(run, row)));
  const dots = ["#ff5f56", "#ffbd2e", "#27c93f"].map((fill, at) =>
    `<circle cx="${20 + at * 20}" cy="20" r="6" fill="${fill}"/>`
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${ground}"/>`,
    dots.join(""),
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="${plain}" xml:space="preserve">`,
    ...text,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function drawn({ text, column, colour, isBold, isDim, isInverse }: Run, row: number): string {
  const x = margin.x + column * cell.width;
  const y = margin.top + row * cell.height;
  const length = [...text].length * cell.width;
  const fill = colour === undefined ? plain : palette[colour]!;
  const box = isInverse
    ? `<rect x="${shown(x)}" y="${shown(y - 14)}" width="${
      shown(length)
    }" height="${cell.height}" fill="${fill}"/>`
    : "";
  const attributes = [
    `x="${shown(x)}" y="${shown(y)}"`,
    // The same in every font.
    `textLength="${shown(length)}"`,
    ...(isInverse ? [`fill="${ground}"`] : colour === undefined ? [] : [`fill="${fill}"`]),
    ...(isBold ? ['font-weight="bold"'] : []),
    ...(isDim ? ['opacity="0.65"'] : []),
  ];
  return `${box}<text ${attributes.join(" ")}>${escaped(text)}</text>`;
}

function shown(number: number): string {
  return String(Math.round(number * 10) / 10);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Returns the text of a file, row by row, as a reader sees it. */
export function textOf(svg: string): string {
  const rows = new Map<string, string>();
  for (const [, y, text] of svg.matchAll(/<text x="[\d.]+" y="([\d.]+)"[^>]*>([^<]*)<\/text>/g)) {
    rows.set(y!, (rows.get(y!) ?? "") + text);
  }
  return [...rows.values()].join("\n").replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
