import { withConnection, type WithConnection } from './connection-options.ts';
import type { Options, ValuesOf } from './option.ts';
import type { Part, Reading } from './cluster.ts';
import type { ClusterAction, Lane } from './step.ts';

/** A problem of one parameter: what it is, and what the user can do. */
export interface Problem {
  /** Stable identifier such as PVE-VM-003; parameter problems found by the schema share one. */
  readonly code: string;
  /** The variable or parameter at fault, empty where none is. */
  readonly variable: string;
  readonly message: string;
  readonly fix: string;
}

/** What `observe` may know besides its parameters. */
export interface Circumstances {
  /** Ansible's check mode: what an earlier stage would have made may be assumed to exist. */
  readonly checkMode: boolean;
  /** Parameters that did not validate; only for a definition with `reportsProblems`. */
  readonly problems: readonly Problem[];
  /** What became of this run's own work; absent: it has done nothing yet. */
  readonly work?: Work;
}

/** What a run looks back on when it looks again. */
export interface Work {
  /** Why a step that was only an attempt has failed; absent: none has. */
  readonly failure?: string;
}

/** A change that the plan leaves alone because it waits for something, such as a restart of the guest. */
export interface Pending {
  readonly key: string;
  readonly current: string;
  readonly pending: string;
}

export interface Notices {
  readonly warnings?: readonly string[];
  readonly pending?: readonly Pending[];
}

/** The result of a module that came to its end. */
export type Answer = Readonly<Record<string, unknown>> & { readonly warnings?: readonly string[] };

/** A lane that could not be walked to its end. */
export interface LaneFailure {
  /** What the lane works on, such as the name of a clone. */
  readonly subject: string | undefined;
  readonly reason: string;
}

/** Documentation of one key of the result, in ansible-doc's words. */
export interface ReturnValue {
  readonly description: string;
  readonly type: 'str' | 'int' | 'float' | 'bool' | 'list' | 'dict';
  readonly returned: string;
  readonly elements?: 'str' | 'int' | 'dict';
  readonly sample?: unknown;
}

/** Conditions over several parameters, as Ansible's argument spec has them. */
export interface ParameterRules {
  readonly mutuallyExclusive?: readonly (readonly string[])[];
  readonly requiredTogether?: readonly (readonly string[])[];
  readonly requiredOneOf?: readonly (readonly string[])[];
  /** `[name, value, others]`: the others are required when the parameter has that value. */
  readonly requiredIf?: readonly (readonly [string, unknown, readonly string[]])[];
}

type Values = Readonly<Record<string, unknown>>;

/** How a parameter is found that the user need not give, such as the VMID of a VM by its name. */
export interface Completion<Asked extends Reading = Reading> {
  /** What stands for it while the other parameters are validated; undefined: nothing is left out. */
  readonly standIn: (given: Values) => Values | undefined;
  /** The values with the parameter; undefined: there is nothing to work on, and that is well. */
  readonly complete: (
    values: Values,
    circumstances: Pick<Circumstances, 'checkMode'>,
    cluster: Part<Asked>,
  ) => Promise<Values | undefined>;
  /** Whether somebody else has got meanwhile what was found. */
  readonly isLost: (values: Values, cluster: Part<Asked>) => Promise<boolean>;
  /** Parameters that every result tells where its documentation has them. */
  readonly tells: readonly string[];
  /** What the result tells where there is nothing to work on. */
  readonly nothing: Values;
}

/**
 * A module: what it takes, how it looks, what it decides. Running the decision is the runtime's part:
 * observe, plan, (check mode: stop), perform, observe, plan must be empty.
 */
export interface ModuleDefinition<
  P extends Options = Options,
  Observed = unknown,
  Asked extends Reading = Reading,
> {
  readonly name: string;
  readonly summary: string;
  readonly description: readonly string[];
  readonly params: P;
  readonly rules?: ParameterRules;
  /** Tasks in YAML, for the documentation. */
  readonly examples: string;
  readonly returns: Readonly<Record<string, ReturnValue>>;
  /** Invalid parameters come to `observe` as problems instead of ending the run. */
  readonly reportsProblems?: true;
  /** Where a parameter may be left out that Proxmox VE can tell. */
  readonly completion?: Completion<Asked>;
  /** How many lanes run at once; absent: one. */
  readonly parallel?: (params: ValuesOf<P>) => number;
  /** What it asks Proxmox VE for. */
  readonly asks: readonly Asked[];
  /** Kinds of actions that its plans may have: what its bundle is able to do. */
  readonly performs: readonly ClusterAction['kind'][];
  /** Names of what is worked on, such as `vm-200`: of all runs on the node, one at a time changes it. */
  readonly locks?: (params: ValuesOf<P>) => readonly string[];
  /** Only reads. */
  readonly observe: (
    params: ValuesOf<P>,
    circumstances: Circumstances,
    cluster: Part<Asked>,
  ) => Promise<Observed>;
  /** Pure: what remains to be done. Throws a UserError to refuse. */
  readonly plan: (params: ValuesOf<P>, observed: Observed) => readonly Lane[];
  /** Pure: what the user should know although nothing is done about it; `first` is the state that was found. */
  readonly notices?: (params: ValuesOf<P>, observed: Observed, first: Observed) => Notices;
  /** Pure: what the result tells about the state that was reached; `first` is the state that was found. */
  readonly report?: (
    params: ValuesOf<P>,
    observed: Observed,
    first: Observed,
    failures: readonly LaneFailure[],
  ) => Readonly<Record<string, unknown>>;
  /** Whether a lane that fails is a warning and not the failure of the task; absent: it is the failure. */
  readonly onlyWarns?: (params: ValuesOf<P>) => boolean;
}

/** Keeps the types of a definition, whose options say too how Proxmox VE is reached. */
export function defineModule<const P extends Options, Observed, Asked extends Reading = never>(
  definition: ModuleDefinition<P, Observed, Asked>,
): ModuleDefinition<WithConnection<P>, Observed, Asked>;
export function defineModule(definition: { readonly params: Options }): object {
  return { ...definition, params: withConnection(definition.params) };
}
