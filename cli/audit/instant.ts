/** An instant as the interface takes it; what is no date goes as it is, for the server to refuse. */
export const instantOf = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
};
