/** README's pictures show what the program shows. */

import { assertEquals } from "@std/assert";
import { picture } from "../../.github/pictures/make.ts";
import { scenes } from "../../.github/pictures/scenes.ts";
import { textOf } from "../../.github/pictures/svg.ts";
import { needsAwsCommand } from "../support/aws_command.ts";
import { needsPython } from "../support/python.ts";

const python = needsPython("termios");
const aws = needsAwsCommand();

for (const scene of scenes) {
  Deno.test({
    name: `the picture ${scene.name} shows a run as it is now${python.name}${aws.name}`,
    ignore: python.ignore || aws.ignore,
    fn: async () => {
      const file = new URL(`../../docs/pictures/${scene.name}.svg`, import.meta.url);
      assertEquals(textOf(await Deno.readTextFile(file)), textOf(await picture(scene)));
    },
  });
}
