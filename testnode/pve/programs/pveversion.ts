import { runPveversion } from '../commands/pveversion.ts';
import { runProgram } from './run.ts';

void runProgram({ name: 'pveversion', tasks: {}, isCostly: false, execute: runPveversion });
