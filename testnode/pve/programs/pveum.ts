import { PVEUM } from '../api/pveum.ts';
import { dispatch } from '../cli/dispatch.ts';
import { runProgram } from './run.ts';

void runProgram({ name: 'pveum', tasks: {}, isCostly: true, execute: argv => dispatch(PVEUM, argv) });
