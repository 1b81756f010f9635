/** A class that is registered by its name alone. A thread knows it once it has loaded this module. */
import { serializable } from '@heddle/serialization';

export class Named {
  readonly what: string;

  constructor(what: string) {
    this.what = what;
  }

  tell(): string {
    return `named ${this.what}`;
  }
}
serializable(Named, { name: 'heddle testkit Named', encode: ({ what }) => what, decode: (what) => new Named(what) });
