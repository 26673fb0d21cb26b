import { onPostgres } from '../support/stores.ts';
import { privacyPromises } from './promises.ts';

privacyPromises(onPostgres());
