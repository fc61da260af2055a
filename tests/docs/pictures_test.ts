/** README's pictures show what the program shows. */

import { assertEquals } from "@std/assert";
import { picture } from "../../.github/pictures/make.ts";
import { scenes } from "../../.github/pictures/scenes.ts";
import { textOf } from "../../.github/pictures/svg.ts";
import { testWith } from "../support/abilities.ts";
import { needsAwsCommand } from "../support/aws_command.ts";
import { pythonWith } from "../support/python.ts";

const python = pythonWith("termios");
const aws = needsAwsCommand();
const needs = python.isHere ? { isHere: !aws.ignore, reason: "no command aws here" } : python;

for (const scene of scenes) {
  testWith(
    needs,
    `the picture ${scene.name} shows a run as it is now`,
    async () => {
      const file = new URL(`../../docs/pictures/${scene.name}.svg`, import.meta.url);
      assertEquals(textOf(await Deno.readTextFile(file)), textOf(await picture(scene)));
    },
    "each picture shows a run as it is now",
  );
}
