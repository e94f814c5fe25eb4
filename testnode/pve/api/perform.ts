import type { Caller } from '../access/caller.ts';
import type { GivenParameters } from './given.ts';
import { verifyGiven } from './given.ts';
import { pathSchemas } from './path-parameters.ts';
import { replyTo, replyWith } from './reply.ts';
import type { Reply } from './reply.ts';
import type { MatchedRoute } from './route.ts';

/** Does what a REST call asks for, on this node: verifies its parameters and runs the route. Never throws. */
export async function perform(
  { route, inPath }: MatchedRoute,
  given: GivenParameters,
  caller: Caller,
): Promise<Reply> {
  try {
    const schemas = { ...route.parameters, ...pathSchemas(inPath.keys()) };
    const parameters = verifyGiven(schemas, new Map([...given, ...inPath]));
    return replyWith(await route.answer(parameters, caller));
  } catch (error) {
    return replyTo(error);
  }
}
