/**
 * What a terminal shows of a program's output, as rows of styled text.
 *
 * @module
 */

import xterm from "@xterm/headless";

/** A piece of a row in one style. */
export interface Run {
  readonly text: string;
  /** In columns, from 0. */
  readonly column: number;
  /** One of the terminal's sixteen colours; `undefined` for its own. */
  readonly colour: number | undefined;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isInverse: boolean;
}

/** Returns the rows that are shown in the end, those that were scrolled away too, without empty ones below. */
export async function screenRows(output: string, columns: number): Promise<Run[][]> {
  const terminal = new xterm.Terminal({ cols: columns, rows: 24, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  const { buffer: { active } } = terminal;
  const rows: Run[][] = [];
  for (let at = 0; at < active.length; at++) rows.push(runsOf(active.getLine(at)!, columns));
  terminal.dispose();
  while (rows.at(-1)?.length === 0) rows.pop();
  return rows;
}

type BufferLine = NonNullable<ReturnType<xterm.Terminal["buffer"]["active"]["getLine"]>>;

function runsOf(line: BufferLine, columns: number): Run[] {
  const runs: Run[] = [];
  for (let column = 0; column < columns; column++) {
    const cell = line.getCell(column)!;
    // The second half of a wide character.
    if (cell.getWidth() === 0) continue;
    const style = {
      colour: cell.isFgPalette() ? cell.getFgColor() % 16 : undefined,
      isBold: cell.isBold() !== 0,
      isDim: cell.isDim() !== 0,
      isInverse: cell.isInverse() !== 0,
    };
    const text = cell.getChars() || " ";
    const last = runs.at(-1);
    const isSame = last !== undefined && last.colour === style.colour &&
      last.isBold === style.isBold && last.isDim === style.isDim &&
      last.isInverse === style.isInverse;
    if (isSame) runs[runs.length - 1] = { ...last, text: last.text + text };
    else runs.push({ text, column, ...style });
  }
  const isBlank = ({ text, isInverse }: Run) => text.trim() === "" && !isInverse;
  while (runs.length > 0 && isBlank(runs.at(-1)!)) runs.pop();
  const last = runs.at(-1);
  if (last !== undefined && !last.isInverse) {
    runs[runs.length - 1] = { ...last, text: last.text.trimEnd() };
  }
  return runs;
}
