import { expose } from 'threads/worker';
import * as functions from '../functions.mjs';

expose({ ...functions });
