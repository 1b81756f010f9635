/** A class whose first instance reaches the caller in a result. */
import { serializable } from '@heddle/serialization';

export class Late {
  readonly minutes: number;

  constructor(minutes: number) {
    this.minutes = minutes;
  }

  tell(): string {
    return `${String(this.minutes)} minutes late`;
  }
}
serializable(import.meta.url, Late);
