import { runPvesh } from '../api/pvesh.ts';
import { TASKS } from '../commands/tasks.ts';
import { runProgram } from './run.ts';

void runProgram({ name: 'pvesh', tasks: TASKS, isCostly: true, execute: runPvesh });
