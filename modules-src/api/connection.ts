/** Where the API is, and who asks. */
export interface Connection {
  /** Any node of the cluster: it answers for the others. */
  readonly host: string;
  readonly port: number;
  readonly login: ApiToken | Password;
  readonly trust: ApiTrust;
  /** URL of a proxy; undefined: none but what the environment names. */
  readonly proxy: string | undefined;
  /** Seconds without an answer. */
  readonly timeout: number;
}

/** `user@realm!id` and its secret. */
export interface ApiToken {
  readonly tokenId: string;
  readonly tokenSecret: string;
}

/** A login that gets tickets, which last two hours. */
export interface Password {
  /** `user@realm`. */
  readonly user: string;
  readonly password: string;
}

/** Why the server is believed to be the right one: the first of them that is given counts. */
export interface ApiTrust {
  /** SHA-256 of its certificate: what a homelab needs in place of checking nothing. */
  readonly fingerprint: string | undefined;
  /** File of authorities besides the system's. */
  readonly caPath: string | undefined;
  readonly validateCerts: boolean;
}
