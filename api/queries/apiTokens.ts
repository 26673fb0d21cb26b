import { SealBroken } from '../../adapters/secrets/port.ts';
import {
  apiTokenPlace,
  contentsOf,
  isShortLived,
  sealedOf,
  type ApiTokenContents,
} from '../apiTokens.ts';
import type { QueryContext } from './context.ts';

/** What a short-lived token of ours says, whether it still counts or not; undefined for any other text. */
export const openApiToken = async (
  secrets: QueryContext['secrets'],
  token: string,
): Promise<ApiTokenContents | undefined> => {
  const sealed = isShortLived(token) ? sealedOf(token) : undefined;
  if (sealed === undefined) return undefined;
  try {
    const opened = await secrets.open(apiTokenPlace, sealed);
    return opened === undefined ? undefined : contentsOf(opened);
  } catch (error) {
    // Whoever makes a token up is told no more than whoever has an old one.
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
};
