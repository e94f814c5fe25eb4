import { packTestNode } from './pack.ts';

console.log(await packTestNode());
