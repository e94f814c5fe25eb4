import { runPveversion } from './commands/pveversion.ts';
import { runProgram } from './runtime/run-program.ts';

void runProgram({ name: 'pveversion', tasks: {}, isCostly: false, execute: runPveversion });
