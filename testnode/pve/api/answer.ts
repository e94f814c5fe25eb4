/** An answer with attributes beside `data`, such as `total`. */
export class Answer {
  readonly data: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;

  constructor(data: unknown, attributes: Readonly<Record<string, unknown>>) {
    this.data = data;
    this.attributes = attributes;
  }
}

/** An answer that is no JSON but a file to save. */
export class Download {
  readonly text: string;
  readonly name: string;

  constructor(text: string, name: string) {
    this.text = text;
    this.name = name;
  }
}
