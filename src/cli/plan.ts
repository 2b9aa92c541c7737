/** `tokenworks plan`: what to build, lease, rent or buy. */
import { Command } from "commander";
import { capacityCommand } from "./plan-capacity.ts";

export const planCommand = new Command("plan")
  .summary("plan what to build, lease, rent or buy")
  .description("Plans ahead from a scenario that says what there is, what is wanted and what everything costs.")
  .addCommand(capacityCommand);
