/** Looks people up by what they have in common. */
export interface People {
  /**
   * User ids of a group's members. It may lag behind the log: whoever decides by it looks at each person's own stream.
   * Rejects where the list cannot be read now.
   */
  membersOfGroup(group: string): Promise<readonly string[]>;
}
