import { offerExecutor } from './offer-executor.js';
import { ThreadPoolExecutor } from './thread-pool-executor.js';

offerExecutor(() => ThreadPoolExecutor);
