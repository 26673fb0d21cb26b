import { onSqlite } from '../support/stores.ts';
import { privacyPromises } from './promises.ts';

privacyPromises(onSqlite());
