import { onKurrentDB } from '../support/stores.ts';
import { auditPromises } from './promises.ts';

auditPromises(onKurrentDB());
