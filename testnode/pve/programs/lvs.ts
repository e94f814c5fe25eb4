import { runLvs } from '../commands/pools.ts';

process.exitCode = runLvs(process.argv.slice(2));
