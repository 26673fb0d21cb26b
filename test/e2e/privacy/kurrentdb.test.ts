import { onKurrentDB } from '../support/stores.ts';
import { privacyPromises } from './promises.ts';

privacyPromises(onKurrentDB());
