/** A class that is known by its name alone, where this module was loaded. */
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
