import { runAsWorker } from 'synckit';
import * as functions from '../functions.mjs';

runAsWorker((/** @type {import('../../types.d.ts').TaskName} */ task, /** @type {never} */ argument) => functions[task](argument));
