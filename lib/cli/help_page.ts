/**
 * Finds the page of help that is asked for.
 *
 * @module
 */

import type { Output } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { nearestOrLonger } from "../nearest.ts";
import type { CommandTable, ProgramInfo } from "./command.ts";
import { commandHelp, helpColumns, programHelp, topicHelp } from "./help.ts";
import { topics } from "./topics.ts";

/**
 * Returns the lines of a page, as wide as the output.
 *
 * @param name a command or a topic; without it, the page of the program itself
 * @param isTopic whether a name of both is that of the topic
 * @throws StsmfaError `Usage` for a name of neither
 */
export async function helpLines(
  output: Output,
  info: ProgramInfo,
  table: CommandTable,
  name: string | undefined,
  isTopic: boolean,
): Promise<string[]> {
  const columns = helpColumns(output);
  if (name === undefined) return await programHelp(info, table, columns);
  const isCommand = Object.hasOwn(table, name);
  if (Object.hasOwn(topics, name) && (isTopic || !isCommand)) {
    return await topicHelp(await topics[name]!.load(), columns);
  }
  if (isCommand) {
    const { default: command } = await table[name]!.load();
    return await commandHelp(info, table, name, command, columns);
  }
  const near = nearestOrLonger(name, [...Object.keys(table), ...Object.keys(topics)]);
  throw new StsmfaError("Usage", `there is no help for ${name}`, {
    hint: near === undefined ? `see: ${info.name} help` : `did you mean: ${info.name} help ${near}`,
  });
}
