import { runZfs } from '../commands/pools.ts';

process.exitCode = runZfs(process.argv.slice(2));
