/** One type of event that the log can hold; `data` is the JSON Schema of what is stored. */
export type EventTypeView = {
  readonly type: string;
  readonly version: number;
  readonly data: Readonly<Record<string, unknown>>;
};
