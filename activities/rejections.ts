import { ApplicationFailure } from '@temporalio/activity';
import { Rejected } from '../domain/errors.ts';

type Activity = (...args: never[]) => Promise<unknown>;

/** The rules' "no" is final and reaches the caller with its kind; everything else is tried again. */
export const withRejections = <A extends Record<string, Activity>>(activities: A): A =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every activity keeps its name and shape
  Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [
      name,
      async (...args: never[]) => {
        try {
          return await activity(...args);
        } catch (error) {
          if (error instanceof Rejected)
            throw ApplicationFailure.nonRetryable(error.message, error.kind);
          throw error;
        }
      },
    ]),
  ) as A;
