import { onPostgres } from '../support/stores.ts';
import { auditPromises } from './promises.ts';

auditPromises(onPostgres());
