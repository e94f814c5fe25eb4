import { dispatch } from '../cli/dispatch.ts';
import { PVESM } from '../commands/pvesm.ts';
import { TASKS } from '../commands/tasks.ts';
import { runProgram } from './run.ts';

void runProgram({ name: 'pvesm', tasks: TASKS, isCostly: true, execute: argv => dispatch(PVESM, argv) });
