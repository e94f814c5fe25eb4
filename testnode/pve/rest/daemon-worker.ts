import { callerOf } from '../access/caller.ts';
import { perform } from '../api/perform.ts';
import { failure } from '../api/reply.ts';
import { findRoute, segments } from '../api/route.ts';
import { ROUTES } from '../api/routes.ts';
import { atCostOfCall } from '../runtime/rest-cost.ts';
import { beginSession } from '../tasks/session.ts';
import type { DaemonCall } from './ask-daemon.ts';
import { withFault } from './with-fault.ts';

/** The life of a worker of pvedaemon: does the calls that it is sent, one after the other. */
export function workOnCalls(): void {
  process.on('message', message => {
    // Sent by pvedaemon, which had it from pveproxy.
    void answer(message as DaemonCall).then(reply => process.send?.(reply));
  });
  process.on('disconnect', () => process.exit());
}

async function answer({ method, path, parameters, caller }: DaemonCall) {
  const matched = findRoute(ROUTES, method, segments(path));
  if (!matched) return failure(501, `Method '${method} ${path}' not implemented`);
  beginSession({ user: caller, isByApi: true });
  return atCostOfCall(method, () =>
    withFault(method, path, () => perform(matched, new Map(Object.entries(parameters)), callerOf(caller))),
  );
}
