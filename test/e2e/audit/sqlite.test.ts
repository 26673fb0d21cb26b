import { onSqlite } from '../support/stores.ts';
import { auditPromises } from './promises.ts';

auditPromises(onSqlite());
